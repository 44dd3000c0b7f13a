#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>

#include "rdf/term.h"
#include "sparql/expression.h"
#include "sparql/value.h"

namespace lepton::sparql {

/// One set function of §18.5.1 over one group, fed value by value. Errors among the values make SUM and AVG errors, are
/// not counted, and pass MIN, MAX, SAMPLE and GROUP_CONCAT by. A plain value; one thread.
class Accumulator {
 public:
  /// `aggregate` is the expression of the set function and outlives this.
  explicit Accumulator(Expression const& aggregate) : aggregate_(&aggregate) {}

  void add(Value const& value);
  /// Another solution, for COUNT(*).
  void add_solution() { ++count_; }
  [[nodiscard]] Value result() const;
  /// Bytes it holds beyond its own size, for limits.
  [[nodiscard]] std::size_t held_bytes() const { return held_; }

 private:
  Expression const* aggregate_;
  std::uint64_t count_ = 0;
  bool failed_ = false;
  bool any_ = false;
  std::size_t held_ = 0;
  Value value_;  ///< sum, extreme or sample
  std::string text_;
  std::set<rdf::Term> seen_;  ///< with DISTINCT
};

}  // namespace lepton::sparql
