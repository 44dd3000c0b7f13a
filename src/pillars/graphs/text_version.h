#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <tuple>

#include "base/fields.h"
#include "base/time.h"

namespace lepton::graphs {

/// What somebody saves: rules in the rule language, or shapes in Turtle.
struct TextContent {
  std::string text;
  std::string regime;  ///< of rules: "none", "rdfs" or "owl2-rl"; shapes have none
  std::string note;
};

/// One version of a rule set or of shapes: it never changes.
struct TextVersion {
  std::string address;  ///< "risk/exposure-rules@2"
  std::int64_t number = 0;
  std::string digest;  ///< SHA-256 of regime and text
  std::string regime;
  std::string note;
  std::string created_by;
  Timestamp created_at;
  std::string text;  ///< left out in lists

  static constexpr auto fields() {
    return std::tuple{required("address", &TextVersion::address, "department/name@version"),
                      required("number", &TextVersion::number, "1, 2, 3, …"),
                      required("digest", &TextVersion::digest, "SHA-256 of regime and text"),
                      optional("regime", &TextVersion::regime, "of rules: what follows beside them"),
                      optional("note", &TextVersion::note, "what changed"),
                      required("created_by", &TextVersion::created_by, "who saved it"),
                      required("created_at", &TextVersion::created_at, "when"),
                      optional("text", &TextVersion::text, "itself; left out in lists")};
  }
};

/// A rule set, or shapes, as an asset.
struct TextAsset {
  std::string address;
  std::string description;
  std::set<std::string> tags;
  std::optional<TextVersion> latest;  ///< without its text
  Timestamp created_at;

  static constexpr auto fields() {
    return std::tuple{required("address", &TextAsset::address, "department/name"),
                      optional("description", &TextAsset::description, "what it is for"),
                      optional("tags", &TextAsset::tags, "such as restricted"),
                      optional("latest", &TextAsset::latest, "the newest version, without its text"),
                      required("created_at", &TextAsset::created_at, "when it was created")};
  }
};

}  // namespace lepton::graphs
