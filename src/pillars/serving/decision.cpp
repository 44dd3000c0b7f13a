#include "serving/decision.h"

#include <fmt/format.h>

#include "serving/grounds.h"

namespace lepton::serving {
namespace {

constexpr std::string_view kColumns =
    "id, at, asset_id, deployment, revision, model, principal, principal_id, credential, purpose, request_id, "
    "trace_id, "
    "route, rows_count, inputs, outputs, latency, lookups, grounds";

std::string text_of(json::Value const& object, std::string_view key) {
  return std::string(object.at(key).as_string());
}

json::Array lookups_to_json(std::vector<LookedUp> const& lookups) {
  json::Array out;
  for (auto const& lookup : lookups) out.push_back(to_json(lookup));
  return out;
}

std::vector<LookedUp> lookups_from(json::Value const& value) {
  std::vector<LookedUp> out;
  for (auto const& item : value.as_array()) {
    LookedUp lookup{text_of(item, "dataset"),   text_of(item, "key"),    {},
                    item.at("found").as_bool(), text_of(item, "digest"), grounds_from(item.at("grounds"))};
    for (auto const& column : item.at("columns").as_array()) lookup.columns.emplace_back(column.as_string());
    out.push_back(std::move(lookup));
  }
  return out;
}

Decision decision_from(db::Row const& row) {
  Decision out;
  out.id = row.id<DecisionId>(0);
  out.at = row.timestamp(1);
  out.deployment_id = row.id<access::AssetId>(2);
  out.deployment = row.text(3);
  out.revision = row.integer(4);
  out.model = row.text(5);
  out.principal = row.text(6);
  out.principal_id = row.id<PrincipalId>(7);
  out.credential = row.text(8);
  out.purpose = row.text(9);
  out.request_id = row.text(10);
  out.trace_id = row.text(11);
  out.route = row.text(12);
  out.rows = row.integer(13);
  out.inputs = json::parse(row.text(14));
  out.outputs = json::parse(row.text(15));
  out.latency = Duration(row.integer(16));
  out.lookups = lookups_from(json::parse(row.text(17)));
  out.grounds = grounds_from(json::parse(row.text(18)));
  return out;
}

}  // namespace

json::Object to_json(LookedUp const& lookup) {
  json::Array columns;
  for (auto const& column : lookup.columns) columns.emplace_back(column);
  return {{"dataset", lookup.dataset}, {"key", lookup.key},       {"columns", std::move(columns)},
          {"found", lookup.found},     {"digest", lookup.digest}, {"grounds", to_json(lookup.grounds)}};
}

json::Object to_json(Decision const& decision) {
  return {{"id", decision.id.str()},
          {"at", to_string(decision.at)},
          {"deployment", decision.deployment},
          {"revision", decision.revision},
          {"model", decision.model},
          {"principal", decision.principal},
          {"credential", decision.credential},
          {"purpose", decision.purpose},
          {"request_id", decision.request_id},
          {"trace_id", decision.trace_id},
          {"route", decision.route},
          {"rows", decision.rows},
          {"inputs", decision.inputs},
          {"outputs", decision.outputs},
          {"latency_us", decision.latency.count()},
          {"lookups", lookups_to_json(decision.lookups)},
          {"grounds", to_json(decision.grounds)}};
}

void insert(db::Transaction& tx, NewDecision const& decision) {
  auto const& d = decision.facts;
  tx.execute(
      "INSERT INTO serving_decisions (id, at, asset_id, deployment, revision, model, principal, principal_id, "
      "credential, purpose, request_id, trace_id, route, rows_count, inputs, outputs, latency, lookups, grounds) "
      "VALUES "
      "($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)",
      {d.id, d.at, d.deployment_id, d.deployment, d.revision, d.model, d.principal, d.principal_id, d.credential,
       d.purpose, d.request_id, d.trace_id, d.route, d.rows, decision.inputs, decision.outputs, d.latency.count(),
       d.lookups.empty() ? "[]" : json::write(lookups_to_json(d.lookups)), json::write(to_json(d.grounds))});
}

std::optional<Decision> find_decision(db::Transaction& tx, DecisionId const& id) {
  auto const row = tx.find(fmt::format("SELECT {} FROM serving_decisions WHERE id = $1", kColumns), {id});
  if (!row) return std::nullopt;
  return decision_from(*row);
}

std::vector<Decision> list_decisions(db::Transaction& tx, DecisionQuery const& query) {
  std::vector<db::Param> params{query.from, query.to};
  std::string where = "at >= $1 AND at <= $2";
  auto const bind = [&](db::Param param) {
    params.push_back(std::move(param));
    return fmt::format("${}", params.size());
  };
  if (query.deployment) where += " AND asset_id = " + bind(*query.deployment);
  if (query.principal) where += " AND principal_id = " + bind(*query.principal);
  if (query.before) {
    std::string const at = bind(query.before->first);
    where += fmt::format(" AND (at < {0} OR (at = {0} AND id < {1}))", at, bind(query.before->second));
  }
  std::string const limit = bind(query.limit);
  std::vector<Decision> out;
  for (auto const& row :
       tx.query(fmt::format("SELECT {} FROM serving_decisions WHERE {} ORDER BY at DESC, id DESC LIMIT {}", kColumns,
                            where, limit),
                std::span<db::Param const>(params)))
    out.push_back(decision_from(row));
  return out;
}

}  // namespace lepton::serving
