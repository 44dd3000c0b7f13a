#pragma once

#include <optional>
#include <string>
#include <vector>

#include "access/assets.h"
#include "access/audit.h"
#include "access/authority.h"
#include "models/model.h"

namespace lepton::models {

/// Moves aliases. Any thread may call; functions open their own transactions. Asking needs `write` on the model; an
/// alias that the model protects moves when a steward of the owning department approves, who is not the one who asked.
class Promotions {
 public:
  Promotions(db::Database& database, access::Authority const& authority, access::Assets& assets, access::Audit& audit)
      : database_(database), authority_(authority), assets_(assets), audit_(audit) {}

  struct NewPromotion {
    std::string alias;
    std::string reason;

    static constexpr auto fields() {
      return std::tuple{required("alias", &NewPromotion::alias, "alias that is to point to the version"),
                        optional("reason", &NewPromotion::reason, "why, for who approves and for the record")};
    }
  };
  /// `version` names a number. `revision` is the alias's, as read; none when it points nowhere yet. Throws
  /// Error{conflict}, reason "revision_mismatch", when somebody moved it meanwhile. Approved at once when nobody needs
  /// to approve.
  Promotion request(Call const& call, access::Address const& version, NewPromotion const& promotion,
                    std::optional<std::int64_t> revision);
  /// The alias moves in the same transaction. Throws Error{conflict} when it moved since it was asked for.
  Promotion approve(Call const& call, PromotionId const& id, std::string const& comment = "");
  Promotion reject(Call const& call, PromotionId const& id, std::string const& comment);
  /// Only who asked.
  Promotion cancel(Call const& call, PromotionId const& id);
  /// A protected alias needs the steward role.
  void remove_alias(Call const& call, access::Address const& model, std::string const& alias, std::int64_t revision);

  [[nodiscard]] Promotion get(Call const& call, PromotionId const& id) const;
  /// Newest first.
  [[nodiscard]] std::vector<Promotion> list(Call const& call, access::Address const& model) const;
  /// Those that wait, of all models the caller may discover.
  [[nodiscard]] std::vector<Promotion> pending(Call const& call, std::string const& department = "") const;

 private:
  struct Found {
    Promotion promotion;
    access::Asset model;
  };
  [[nodiscard]] Found require(db::Transaction& tx, Call const& call, PromotionId const& id) const;
  Promotion decide(Call const& call, PromotionId const& id, PromotionState state, std::string const& comment);
  void move_alias(db::Transaction& tx, Call const& call, access::Asset const& model, Promotion const& promotion,
                  std::vector<access::Ground> grounds);

  db::Database& database_;
  access::Authority const& authority_;
  access::Assets& assets_;
  access::Audit& audit_;
};

}  // namespace lepton::models
