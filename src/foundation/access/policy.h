#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "access/action.h"
#include "access/assets.h"
#include "access/mask.h"
#include "access/subject.h"
#include "base/fields.h"
#include "base/json.h"

namespace lepton::access {

using PolicyId = Id<struct PolicyKind>;

/// What a policy does to those it applies to. All but `discover` restrict. With several policies: a deny wins, row
/// filters AND, masks the most restrictive, the largest group size and the most approvals count, and every required
/// purpose list must hold the declared one.
struct Effect {
  bool discover = false;                  ///< may see that the assets exist and what they are, not their rows
  std::set<Action> deny;                  ///< "discover" takes all actions with it; "read" also label and train
  std::optional<json::Value> row_filter;  ///< row_filter.h
  Masks masks;
  std::optional<std::set<std::string>> require_purpose;  ///< one of these must be declared; empty: any
  std::int64_t require_approval = 0;  ///< data only through a grant that at least so many people approved
  std::int64_t min_group_size = 0;    ///< aggregates over fewer rows are withheld

  static constexpr auto fields() {
    return std::tuple{
        optional("discover", &Effect::discover, "lets the assets be discovered, without reading them"),
        optional("deny", &Effect::deny, "actions that are refused"),
        optional("row_filter", &Effect::row_filter, "Iceberg expression; rows it does not hold for are not there"),
        optional("masks", &Effect::masks, "column (or *) → mask"),
        optional("require_purpose", &Effect::require_purpose, "purposes of which one must be declared; [] for any"),
        optional("require_approval", &Effect::require_approval, "people who must have approved the caller's grant"),
        optional("min_group_size", &Effect::min_group_size, "least rows per group of an aggregate")};
  }
};

/// Which assets: those whose path matches and that carry all the tags.
struct Selector {
  std::string path;  ///< "banking/customers", "banking/pii-*", "banking/*"
  std::set<std::string> tags;

  [[nodiscard]] bool matches(Asset const& asset) const;
  static constexpr auto fields() {
    return std::tuple{
        optional("path", &Selector::path, "path with '*' for any characters; default: the whole department"),
        optional("tags", &Selector::tags, "tags that the asset must all carry")};
  }
};

/// What somebody writes: the document of `lepton apply` and of the API.
struct PolicyDocument {
  std::string description;
  Selector selector;
  std::vector<std::string> to;      ///< subjects; default everyone
  std::vector<std::string> except;  ///< subjects it does not apply to
  Effect effect;

  static constexpr auto fields() {
    return std::tuple{optional("description", &PolicyDocument::description, "what it is for"),
                      optional("selector", &PolicyDocument::selector, "which assets"),
                      optional("to", &PolicyDocument::to,
                               "subjects such as everyone, department:risk, group:risk/analysts, user:ana"),
                      optional("except", &PolicyDocument::except, "subjects it does not apply to"),
                      required("effect", &PolicyDocument::effect, "what it does")};
  }
};

/// A policy as it is in force. Belongs to a department and selects only in it, or to the platform (department "") and
/// then only restricts.
struct Policy {
  PolicyId id;
  std::string department;
  std::string name;  ///< unique in the department
  PolicyDocument document;
  std::vector<Subject> to, except;  ///< parsed from the document
  std::int64_t revision = 1;        ///< the ETag; grows, also from a removed policy to one made in its place
  std::string updated_by;
  Timestamp updated_at;

  [[nodiscard]] bool applies_to(Principal const& principal) const;
  [[nodiscard]] bool selects(Asset const& asset) const;
  [[nodiscard]] std::string describe() const;  ///< "policy banking/share: personal data masked"
};

/// Reads and validates; throws Error{invalid} with every problem. Fills the selector's path when it was left out.
[[nodiscard]] PolicyDocument checked_policy(std::string const& department, PolicyDocument document);

}  // namespace lepton::access
