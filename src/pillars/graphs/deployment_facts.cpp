#include "graphs/deployment_facts.h"

#include <fmt/format.h>

#include "base/error.h"

namespace lepton::graphs {
namespace {

rdf::Term term_of(json::Value const& key) {
  if (key.is_string()) return rdf::literal(std::string_view(key.get_string()));
  if (key.is_double()) return rdf::literal(fmt::format("{}", key.get_double()), rdf::xsd_double);
  return rdf::literal(json::write(key), rdf::xsd_integer);
}

}  // namespace

serving::FactSource::Pin DeploymentFacts::pin(Call const& call, serving::FactsSpec const& facts) const {
  Pin pin;
  try {
    pin.columns = queries_.variables(facts.query, facts.input);
  } catch (Error const& error) {
    throw invalid(fmt::format("/facts/query: {}", error.what()), {{"/facts/query", error.what()}})
        .with_reason(std::string(error.reason()));
  }
  pin.grounds = queries_.look(call, access::parse_address(facts.graph)).grounds;
  return pin;
}

serving::FactSource::Found DeploymentFacts::find(Call const& call, serving::FactsSpec const& facts,
                                                 json::Array const& keys) const {
  std::vector<rdf::Term> terms;
  for (auto const& key : keys) terms.push_back(term_of(key));
  auto answer = queries_.find(call, access::parse_address(facts.graph), facts.query, facts.input, terms);
  Found found{.commit = answer.commit,
              .sources = std::move(answer.sources),
              .values = {},
              .grounds = std::move(answer.grounds)};
  for (auto& one : answer.facts)
    found.values.push_back(one.found ? std::optional(std::move(one.values)) : std::nullopt);
  return found;
}

}  // namespace lepton::graphs
