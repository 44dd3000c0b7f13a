#include "models/promotions.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "models/registry.h"
#include "models/registry_rows.h"

namespace lepton::models {
namespace {

constexpr Duration lapses_after = std::chrono::hours(24) * 7;

/// A wish nobody answered for a week is none.
Promotion as_of(Promotion promotion, Timestamp now) {
  if (promotion.state == PromotionState::pending && now - promotion.requested_at > lapses_after)
    promotion.state = PromotionState::lapsed;
  return promotion;
}

Error moved_meanwhile(std::string const& alias, std::int64_t version, std::int64_t revision) {
  return conflict(version == 0
                      ? fmt::format("the alias '{}' points nowhere now: read it again", alias)
                      : fmt::format("the alias '{}' points to version {} now (revision {}): read it again and decide "
                                    "on that",
                                    alias, version, revision))
      .with_reason("revision_mismatch");
}

/// The alias's revision, 0 when it points nowhere; throws when it is not the one the caller read.
void require_revision(db::Transaction& tx, access::AssetId const& model, std::string const& alias,
                      std::int64_t expected) {
  auto const found = find_alias(tx, model, alias);
  std::int64_t const revision = found ? found->revision : 0;
  if (revision != expected) throw moved_meanwhile(alias, found ? found->version : 0, revision);
}

access::Ground steward_ground(std::string const& department) {
  return {"role", "", "steward of " + department};
}

}  // namespace

Promotion Promotions::request(Call const& call, access::Address const& address, NewPromotion const& wish,
                              std::optional<std::int64_t> revision) {
  if (!is_alias(wish.alias))
    throw invalid("an alias is a name of letters, digits, '-', '_' and '.', not a number and not 'latest'",
                  {{"/alias", "is no alias"}});
  return database_.write(call, [&](db::Transaction& tx) {
    auto const permit = authority_.require(tx, call, access::Action::write, address, "model");
    auto const version = resolve_version(tx, permit.asset, address.version);
    require_revision(tx, permit.asset.id, wish.alias, revision.value_or(0));
    auto const model = read_model(tx, permit.asset);
    Promotion promotion;
    promotion.id = PromotionId::random();
    promotion.model = permit.asset.address().str();
    promotion.version = version.number;
    promotion.alias = wish.alias;
    promotion.alias_revision = revision.value_or(0);
    promotion.reason = wish.reason;
    promotion.requested_by_id = call.principal.id;
    promotion.requested_by = call.principal.name;
    promotion.requested_at = call.now();
    bool const needs_approval = model.protected_aliases.contains(wish.alias);
    if (!needs_approval) {
      promotion.state = PromotionState::approved;
      promotion.decided_at = call.now();
    }
    insert_promotion(tx, permit.asset.id, promotion);
    if (needs_approval) {
      audit_.append(tx, call,
                    {.action = "model.request_promotion",
                     .subject = version.address.str(),
                     .grounds = permit.decision.grounds,
                     .details = {{"alias", wish.alias}, {"promotion", promotion.id.str()}}});
    } else {
      move_alias(tx, call, permit.asset, promotion, permit.decision.grounds);
    }
    return promotion;
  });
}

void Promotions::move_alias(db::Transaction& tx, Call const& call, access::Asset const& model,
                            Promotion const& promotion, std::vector<access::Ground> grounds) {
  put_alias(tx, model.id, promotion, call.principal.name, call.now());
  grounds.push_back(ground_of(promotion));
  audit_.append(tx, call,
                {.action = "model.promote",
                 .subject = fmt::format("{}@{}", promotion.model, promotion.version),
                 .grounds = std::move(grounds),
                 .details = {{"alias", promotion.alias}, {"promotion", promotion.id.str()}}});
}

Promotions::Found Promotions::require(db::Transaction& tx, Call const& call, PromotionId const& id) const {
  auto stored = find_promotion(tx, id);
  auto model = stored ? assets_.find(tx, stored->model) : std::nullopt;
  if (!model || !authority_.may_discover(call, *model))
    throw not_found("there is no promotion '" + id.str() + "', or you may not see it");
  stored->promotion.model = model->address().str();
  return {as_of(std::move(stored->promotion), call.now()), *std::move(model)};
}

Promotion Promotions::decide(Call const& call, PromotionId const& id, PromotionState state,
                             std::string const& comment) {
  return database_.write(call, [&](db::Transaction& tx) {
    auto [promotion, model] = require(tx, call, id);
    if (state == PromotionState::cancelled) {
      if (promotion.requested_by_id != call.principal.id)
        throw denied("only " + promotion.requested_by + ", who asked for it, may cancel it");
    } else {
      authority_.require_role(call, model.department, "steward");
      if (promotion.requested_by_id == call.principal.id)
        throw denied("nobody approves what they asked for: ask another steward of " + model.department);
    }
    if (promotion.state != PromotionState::pending)
      throw conflict(fmt::format("the promotion is {}: there is nothing to decide", enum_name(promotion.state)))
          .with_reason("wrong_state");
    promotion.state = state;
    promotion.decided_by = call.principal.name;
    promotion.decided_at = call.now();
    promotion.comment = comment;
    if (!decide_promotion(tx, promotion)) throw conflict("somebody decided it meanwhile").with_reason("wrong_state");
    if (state == PromotionState::approved) {
      require_revision(tx, model.id, promotion.alias, promotion.alias_revision);
      move_alias(tx, call, model, promotion, {steward_ground(model.department)});
    } else {
      audit_.append(tx, call,
                    {.action = state == PromotionState::rejected ? "model.reject_promotion" : "model.cancel_promotion",
                     .subject = fmt::format("{}@{}", promotion.model, promotion.version),
                     .details = {{"alias", promotion.alias}, {"promotion", id.str()}}});
    }
    return promotion;
  });
}

Promotion Promotions::approve(Call const& call, PromotionId const& id, std::string const& comment) {
  return decide(call, id, PromotionState::approved, comment);
}

Promotion Promotions::reject(Call const& call, PromotionId const& id, std::string const& comment) {
  return decide(call, id, PromotionState::rejected, comment);
}

Promotion Promotions::cancel(Call const& call, PromotionId const& id) {
  return decide(call, id, PromotionState::cancelled, "");
}

void Promotions::remove_alias(Call const& call, access::Address const& address, std::string const& alias,
                              std::int64_t revision) {
  database_.write(call, [&](db::Transaction& tx) {
    auto const permit = authority_.require(tx, call, access::Action::write, address, "model");
    if (read_model(tx, permit.asset).protected_aliases.contains(alias))
      authority_.require_role(call, permit.asset.department, "steward");
    if (!find_alias(tx, permit.asset.id, alias))
      throw not_found(fmt::format("model {} has no alias '{}'", permit.asset.address().str(), alias));
    require_revision(tx, permit.asset.id, alias, revision);
    delete_alias(tx, permit.asset.id, alias);
    audit_.append(tx, call,
                  {.action = "model.remove_alias",
                   .subject = permit.asset.address().str(),
                   .grounds = permit.decision.grounds,
                   .details = {{"alias", alias}}});
  });
}

Promotion Promotions::get(Call const& call, PromotionId const& id) const {
  return database_.read(call, [&](db::Transaction& tx) { return require(tx, call, id).promotion; });
}

std::vector<Promotion> Promotions::list(Call const& call, access::Address const& address) const {
  return database_.read(call, [&](db::Transaction& tx) {
    auto const model = authority_.require(tx, call, access::Action::discover, address, "model").asset;
    auto promotions = list_promotions(tx, model.id);
    for (auto& promotion : promotions) {
      promotion.model = model.address().str();
      promotion = as_of(std::move(promotion), call.now());
    }
    return promotions;
  });
}

std::vector<Promotion> Promotions::pending(Call const& call, std::string const& department) const {
  auto const models = database_.read(call, [&](db::Transaction& tx) { return assets_.list(tx, "model", department); });
  std::vector<Promotion> waiting;
  for (auto const& model : models) {
    if (!authority_.may_discover(call, model)) continue;
    for (auto& promotion : list(call, model.address()))
      if (promotion.state == PromotionState::pending) waiting.push_back(std::move(promotion));
  }
  return waiting;
}

}  // namespace lepton::models
