#pragma once

#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "access/assets.h"
#include "access/authority.h"
#include "base/fields.h"
#include "lineage/lineage.h"
#include "models/merkle.h"
#include "models/run.h"

namespace lepton::models {

using PromotionId = Id<struct PromotionKind>;

/// A registered model: the asset and what is particular to models.
struct Model {
  access::Asset asset;
  std::int64_t latest = 0;  ///< number of the newest version; 0: none
  std::set<std::string> protected_aliases;
  struct Alias {
    std::string name;
    std::int64_t version = 0;
    std::int64_t revision = 1;  ///< grows when it moves: the ETag
    std::string set_by;
    Timestamp set_at;

    static constexpr auto fields() {
      return std::tuple{required("name", &Alias::name, "name"), required("version", &Alias::version, "where it points"),
                        required("revision", &Alias::revision, "grows when it moves"),
                        required("set_by", &Alias::set_by, "who moved it last"),
                        required("set_at", &Alias::set_at, "when")};
    }
  };
  std::vector<Alias> aliases;
};

/// What the artifact that serves may be called among a run's: trees in JSON, or a binary file.
inline constexpr std::array<std::string_view, 2> model_files{"model.json", "model.bin"};

/// A version of a model. Never changes: its digest is the Merkle root over everything it is made of.
struct ModelVersion {
  access::Address address;  ///< "risk/default-risk@1"
  std::int64_t number = 0;
  std::string digest;
  RunId run;
  std::vector<Leaf> leaves;
  json::Object signature;
  std::string description;
  std::string created_by;
  Timestamp created_at;
  std::vector<std::string> aliases;

  /// Digest of what the run left under the path: the leaf "artifact/report.json".
  [[nodiscard]] std::optional<Digest> find_artifact(std::string const& path) const;
};

[[nodiscard]] json::Object to_json(Model const& model);
[[nodiscard]] json::Object to_json(ModelVersion const& version);

/// Whether it can name a version beside its number: an asset name, not a number and not "latest".
[[nodiscard]] bool is_alias(std::string_view name);

/// Its place in the lineage graph.
[[nodiscard]] inline lineage::Node node_of(ModelVersion const& version) {
  return {"model_version", version.address.str()};
}

/// pending lapses after seven days.
enum class PromotionState { pending, approved, rejected, cancelled, lapsed };

}  // namespace lepton::models

template <>
struct lepton::EnumNames<lepton::models::PromotionState> {
  using S = lepton::models::PromotionState;
  static constexpr std::array<std::pair<S, std::string_view>, 5> values{{{S::pending, "pending"},
                                                                         {S::approved, "approved"},
                                                                         {S::rejected, "rejected"},
                                                                         {S::cancelled, "cancelled"},
                                                                         {S::lapsed, "lapsed"}}};
};

namespace lepton::models {

/// The wish to move an alias to a version, and what became of it. For an alias that is not protected, the wish is the
/// deed.
struct Promotion {
  PromotionId id;
  std::string model;  ///< address without version
  std::int64_t version = 0;
  std::string alias;
  PromotionState state = PromotionState::pending;
  std::string reason;
  PrincipalId requested_by_id;
  std::string requested_by;
  Timestamp requested_at;
  std::string decided_by;  ///< empty: nobody had to
  std::optional<Timestamp> decided_at;
  std::string comment;
  std::int64_t alias_revision = 0;  ///< where the alias was when it was asked for; 0: nowhere

  static constexpr auto fields() {
    using P = Promotion;
    return std::tuple{required("id", &P::id, "identifier"),
                      required("model", &P::model, "address of the model"),
                      required("version", &P::version, "number of the version"),
                      required("alias", &P::alias, "alias that is to point to it"),
                      required("state", &P::state, "where it is in its life"),
                      optional("reason", &P::reason, "why"),
                      required("requested_by", &P::requested_by, "who asked"),
                      required("requested_at", &P::requested_at, "when"),
                      optional("decided_by", &P::decided_by, "who approved or rejected"),
                      optional("decided_at", &P::decided_at, "when"),
                      optional("comment", &P::comment, "of who decided"),
                      optional("alias_revision", &P::alias_revision, "of the alias when it was asked for")};
  }
};

/// As the reason why a version may be used: "promoted to 'production' by cara on request of ben: better KS".
[[nodiscard]] access::Ground ground_of(Promotion const& promotion);

}  // namespace lepton::models
