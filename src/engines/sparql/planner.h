#pragma once

#include <algorithm>
#include <map>
#include <vector>

#include "sparql/execution.h"

namespace lepton::sparql {

/// One operand of a join: a triple pattern, an algebra that gives a table, or triple patterns that a leapfrog join
/// answers together.
struct JoinPart {
  BoundPattern pattern;
  Algebra const* algebra = nullptr;
  std::vector<JoinPart> cycle;      ///< the triple patterns of a leapfrog join
  std::vector<Variable> order;      ///< in which it binds its variables
  std::vector<Variable> variables;  ///< ascending
  std::vector<Variable> certain;    ///< ascending
  double rows = 1;                  ///< estimated, exact for triple patterns
  double selectivity = 1;           ///< the share of the rows that passes the conditions on this part alone
  double cost = 0;                  ///< of making the rows, beside their number
  std::map<Variable, double> distinct;

  [[nodiscard]] bool is_pattern() const { return algebra == nullptr && cycle.empty(); }
  /// How many values the variable is estimated to have.
  [[nodiscard]] double values_of(Variable variable) const {
    auto const found = distinct.find(variable);
    return std::max(1.0, found == distinct.end() ? rows : found->second);
  }
};

/// In which sequence the parts are joined, and how many rows are expected after each.
struct JoinPlan {
  std::vector<std::size_t> sequence;
  std::vector<double> rows;  ///< before conditions
  double cost = 0;
  bool uses_seed = false;
};

/// Chooses the sequence with the least sum of intermediate rows and of places looked up: by dynamic programming over
/// sets of parts up to ten parts, greedily beyond. `seed`, when not null, may come first.
[[nodiscard]] JoinPlan plan_join(std::vector<JoinPart> const& parts, JoinPart const* seed);

/// Fills in `rows` and `distinct` from the store's counts.
void estimate(rdf::Snapshot const& snapshot, JoinPart& part);

}  // namespace lepton::sparql
