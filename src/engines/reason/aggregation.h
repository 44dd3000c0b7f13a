#pragma once

#include <map>
#include <set>
#include <vector>

#include "reason/compiled_rule.h"

namespace lepton::reason {

/// Gathers matches into groups and computes SPARQL's set functions over each (SPARQL 1.1 §18.5.1). One thread.
class Aggregation {
 public:
  /// Both outlive it.
  Aggregation(CompiledAggregate const& aggregate, Terms& terms) : aggregate_(aggregate), terms_(terms) {}

  void add(std::span<TermKey const> slots);

  struct Group {
    std::vector<TermKey> key;
    std::vector<TermKey> results;
  };
  /// The groups all of whose results could be computed.
  [[nodiscard]] std::vector<Group> finish();

 private:
  struct State {
    std::int64_t count = 0;
    bool failed = false;
    Value total = integer_value(0);
    std::optional<Value> least;
    std::optional<Value> greatest;
    std::set<rdf::Term> seen;
  };
  void add(State& state, CompiledResult const& result, std::span<TermKey const> slots) const;
  [[nodiscard]] static Value value(State const& state, AggregateFunction function);

  CompiledAggregate const& aggregate_;
  Terms& terms_;
  std::map<std::vector<TermKey>, std::vector<State>> groups_;
};

}  // namespace lepton::reason
