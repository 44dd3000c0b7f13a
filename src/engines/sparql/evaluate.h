#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <tuple>

#include "base/time.h"
#include "sparql/expression.h"
#include "sparql/regular_expression.h"
#include "sparql/value.h"

namespace lepton::sparql {

/// The solution that an expression is evaluated in.
class Solution {
 public:
  virtual ~Solution() = default;
  /// An error for a variable without a value.
  [[nodiscard]] virtual Value value(Variable variable) const = 0;
  /// Which solution of its sequence it is, for BNODE(label).
  [[nodiscard]] virtual std::uint64_t number() const = 0;
  /// §18.6, exists: whether the pattern has a solution once this one is put into it.
  [[nodiscard]] virtual bool exists(Algebra const& pattern) const = 0;
};

/// Whether an expression has one value in a solution, however often and wherever it is evaluated: it draws no random
/// numbers, makes no blank nodes and asks no pattern.
[[nodiscard]] bool is_pure(Expression const& expression);

/// Evaluates expressions of one query (§17): errors are values, nothing is thrown but what the pattern of an EXISTS
/// throws. Owned by a query's execution; one thread.
class ExpressionEvaluator {
 public:
  ExpressionEvaluator(Timestamp now, std::string base) : now_(now), base_(std::move(base)) {}
  /// Another one for pure expressions of the same query, on another thread.
  [[nodiscard]] ExpressionEvaluator sibling() const { return {now_, base_}; }

  [[nodiscard]] Value evaluate(Expression const& expression, Solution const& solution);
  /// The effective boolean value; an error counts as false, as FILTER has it.
  [[nodiscard]] bool holds(Expression const& expression, Solution const& solution);

 private:
  [[nodiscard]] Value logical(Expression const& expression, Solution const& solution);
  [[nodiscard]] Value membership(Expression const& expression, Solution const& solution);
  [[nodiscard]] Value comparison(Operation operation, Value const& a, Value const& b) const;
  [[nodiscard]] Value coalesce(Expression const& expression, Solution const& solution);
  [[nodiscard]] Value apply(Expression const& expression, Solution const& solution);
  [[nodiscard]] Value term_function(Expression const& expression, std::span<Value const> arguments,
                                    Solution const& solution);
  [[nodiscard]] Value make_iri(Value const& value) const;
  [[nodiscard]] Value make_blank(Expression const& expression, std::span<Value const> arguments,
                                 Solution const& solution);
  [[nodiscard]] std::string make_uuid();
  /// Seeded when it is first asked for.
  [[nodiscard]] std::mt19937_64& random();

  Timestamp now_;
  std::string base_;
  RegularExpressions regular_expressions_;
  std::optional<std::mt19937_64> random_;
  std::string blank_prefix_;
  std::uint64_t blanks_ = 0;
  std::map<std::tuple<Variable, std::uint64_t, std::string>, std::string> labelled_blanks_;
};

}  // namespace lepton::sparql
