// OPTIONAL and MINUS: the right side is evaluated with the left one as its seed.
#include <algorithm>

#include "sparql/execution.h"
#include "sparql/matching.h"

namespace lepton::sparql {

namespace {

/// One row of two joined, for the condition of OPTIONAL.
class PairSolution : public Solution {
 public:
  PairSolution(Execution& execution, Table const& left, Table const& right)
      : execution_(execution), left_(left), right_(right) {}
  std::size_t left_row = 0;
  std::size_t right_row = 0;

  [[nodiscard]] Value value(Variable variable) const override { return execution_.terms().value(id(variable)); }
  [[nodiscard]] std::uint64_t number() const override { return left_row; }
  [[nodiscard]] bool exists(Algebra const& pattern) const override {
    std::vector<Variable> variables = left_.variables();
    for (Variable const variable : right_.variables()) {
      if (left_.find(variable) < 0) variables.push_back(variable);
    }
    std::vector<rdf::TermId> row;
    for (Variable const variable : variables) row.push_back(id(variable));
    Table one(left_.budget(), variables);
    one.append(row);
    one.settle(1);
    return execution_.exists(pattern, one, 0);
  }

 private:
  [[nodiscard]] rdf::TermId id(Variable variable) const {
    int const place = left_.find(variable);
    if (place >= 0 && left_.at(left_row, static_cast<std::size_t>(place)).defined()) {
      return left_.at(left_row, static_cast<std::size_t>(place));
    }
    int const other = right_.find(variable);
    return other < 0 ? rdf::TermId() : right_.at(right_row, static_cast<std::size_t>(other));
  }

  Execution& execution_;
  Table const& left_;
  Table const& right_;
};

}  // namespace

/// §18.5, LeftJoin.
Table Execution::left_join(Algebra const& algebra, Table const* seed) {
  Table const left = evaluate(algebra.parts[0], seed);
  if (left.rows() == 0) return nothing(variables_of(algebra));
  Table const right = evaluate(algebra.parts[1], &left);
  Matching const matching(left, right);
  Table out(budget_, left.variables());
  std::vector<std::size_t> added;
  std::vector<std::pair<std::size_t, std::size_t>> filled;
  for (std::size_t j = 0; j < right.width(); ++j) {
    int const place = left.find(right.variables()[j]);
    if (place < 0) {
      added.push_back(j);
      out.add_variable(right.variables()[j]);
    } else {
      filled.emplace_back(static_cast<std::size_t>(place), j);
    }
  }
  PairSolution solution(*this, left, right);
  std::size_t rows = 0;
  auto const put = [&](std::size_t row, std::optional<std::uint32_t> other) {
    for (std::size_t i = 0; i < left.width(); ++i) out.column(i).push_back(left.at(row, i));
    for (auto const& [i, j] : filled) {
      if (other && !out.column(i).back().defined()) out.column(i).back() = right.at(*other, j);
    }
    for (std::size_t i = 0; i < added.size(); ++i) {
      out.column(left.width() + i).push_back(other ? right.at(*other, added[i]) : rdf::TermId());
    }
    if ((++rows & 4095) == 0) {
      call_.proceed();
      out.settle(rows);
    }
  };
  for (std::size_t row = 0; row < left.rows(); ++row) {
    if ((row & 1023) == 0) call_.proceed();
    bool any = false;
    matching.visit(row, [&](std::uint32_t other) {
      solution.left_row = row;
      solution.right_row = other;
      if (algebra.has_condition && !expressions_.holds(algebra.expression, solution)) return true;
      any = true;
      put(row, other);
      return true;
    });
    if (!any) put(row, std::nullopt);
  }
  out.settle(rows);
  return out;
}

/// §18.5, Minus.
Table Execution::minus(Algebra const& algebra, Table const* seed) {
  Table const left = evaluate(algebra.parts[0], seed);
  Table const right = evaluate(algebra.parts[1], &left);
  Matching const matching(left, right);
  std::vector<std::uint32_t> rows;
  for (std::uint32_t row = 0; row < left.rows(); ++row) {
    if ((row & 1023) == 0) call_.proceed();
    bool removed = false;
    matching.visit(row, [&](std::uint32_t other) {
      removed = matching.share_binding(row, other);
      return !removed;
    });
    if (!removed) rows.push_back(row);
  }
  Table out = left.gather(rows);
  out.sorted_by = left.sorted_by;
  return out;
}

}  // namespace lepton::sparql
