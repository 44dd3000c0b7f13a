#pragma once

#include <map>
#include <vector>

#include "sparql/execution.h"

namespace lepton::sparql {

/// One operand of a join: a triple pattern, or an algebra that gives a table.
struct JoinPart {
  BoundPattern pattern;
  Algebra const* algebra = nullptr;  ///< nullptr: `pattern` counts
  std::vector<Variable> variables;   ///< ascending
  std::vector<Variable> certain;     ///< ascending
  double rows = 1;                   ///< estimated, exact for triple patterns
  std::map<Variable, double> distinct;
};

/// In which sequence the parts are joined, and how many rows are expected after each.
struct JoinPlan {
  std::vector<std::size_t> sequence;
  std::vector<double> rows;
  double cost = 0;
  bool uses_seed = false;
};

/// Chooses the sequence with the least sum of intermediate rows and of places looked up: by dynamic programming over
/// sets of parts up to ten parts, greedily beyond. `seed`, when not null, may come first.
[[nodiscard]] JoinPlan plan_join(std::vector<JoinPart> const& parts, JoinPart const* seed);

/// Fills in `rows` and `distinct` from the store's counts.
void estimate(rdf::Snapshot const& snapshot, JoinPart& part);

}  // namespace lepton::sparql
