#include "serving/decision.h"

#include "base/fields.h"
#include "serving/grounds.h"

namespace lepton::serving {

namespace {

json::Object facts_json(LookedUp const& lookup) {
  auto const& facts = *lookup.facts;
  json::Object out{{"graph", facts.graph},
                   {"commit", facts.commit},
                   {"key", lookup.key},
                   {"columns", lepton::to_json(lookup.columns)},
                   {"found", lookup.found},
                   {"digest", lookup.digest},
                   {"sources", lepton::to_json(facts.sources)},
                   {"grounds", to_json(lookup.grounds)}};
  if (facts.values) out["values"] = *facts.values;
  return out;
}

}  // namespace

json::Object to_json(LookedUp const& lookup) {
  if (lookup.facts) return facts_json(lookup);
  json::Array columns;
  for (auto const& column : lookup.columns) columns.emplace_back(column);
  return {{"dataset", lookup.dataset}, {"key", lookup.key},       {"columns", std::move(columns)},
          {"found", lookup.found},     {"digest", lookup.digest}, {"grounds", to_json(lookup.grounds)}};
}

json::Array to_json(std::vector<LookedUp> const& lookups) {
  json::Array out;
  for (auto const& lookup : lookups) out.push_back(to_json(lookup));
  return out;
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
          {"lookups", to_json(decision.lookups)},
          {"grounds", to_json(decision.grounds)}};
}

}  // namespace lepton::serving
