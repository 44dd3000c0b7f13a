// OPTIONAL and MINUS: the right side is evaluated with the left one as its seed.
#include <algorithm>

#include "sparql/execution.h"
#include "sparql/matching.h"
#include "sparql/row_values.h"

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

/// What each row of a left join is made of.
class LeftJoin {
 public:
  LeftJoin(Execution& execution, Algebra const& algebra, Table const& left, Table const& right)
      : execution_(execution),
        algebra_(algebra),
        left_(left),
        right_(right),
        matching_(left, right),
        variables_(left.variables()) {
    for (std::size_t j = 0; j < right.width(); ++j) {
      int const place = left.find(right.variables()[j]);
      if (place < 0) {
        added_.push_back(j);
        variables_.push_back(right.variables()[j]);
      } else {
        filled_.emplace_back(static_cast<std::size_t>(place), j);
      }
    }
  }

  Table run() const {
    bool const shared = !algebra_.has_condition || is_pure(algebra_.expression);
    RowMorsels const morsels = shared ? execution_.morsels(left_.rows()) : RowMorsels::whole(left_.rows());
    return join_pieces(execution_.call(), execution_.parallelism(), morsels,
                       [&](RowRange range, bool on_caller) { return piece(range, on_caller); });
  }

 private:
  Table piece(RowRange range, bool on_caller) const {
    Table out(left_.budget(), variables_);
    ThreadEvaluator evaluator(execution_, on_caller);
    PairSolution solution(execution_, left_, right_);
    std::size_t rows = 0;
    for (std::size_t row = range.begin; row < range.end; ++row) {
      if ((row & 1023) == 0) execution_.call().proceed();
      bool any = false;
      matching_.visit(row, [&](std::uint32_t other) {
        solution.left_row = row;
        solution.right_row = other;
        if (algebra_.has_condition && !evaluator->holds(algebra_.expression, solution)) return true;
        any = true;
        put(out, ++rows, row, other);
        return true;
      });
      if (!any) put(out, ++rows, row, std::nullopt);
    }
    out.settle(rows);
    return out;
  }

  void put(Table& out, std::size_t rows, std::size_t row, std::optional<std::uint32_t> other) const {
    for (std::size_t i = 0; i < left_.width(); ++i) out.column(i).push_back(left_.at(row, i));
    for (auto const& [i, j] : filled_) {
      if (other && !out.column(i).back().defined()) out.column(i).back() = right_.at(*other, j);
    }
    for (std::size_t i = 0; i < added_.size(); ++i) {
      out.column(left_.width() + i).push_back(other ? right_.at(*other, added_[i]) : rdf::TermId());
    }
    if ((rows & 4095) != 0) return;
    execution_.call().proceed();
    out.settle(rows);
  }

  Execution& execution_;
  Algebra const& algebra_;
  Table const& left_;
  Table const& right_;
  Matching matching_;
  std::vector<Variable> variables_;
  std::vector<std::size_t> added_;                           ///< columns of the right table
  std::vector<std::pair<std::size_t, std::size_t>> filled_;  ///< shared columns, where the left may be unbound
};

}  // namespace

/// §18.5, LeftJoin.
Table Execution::left_join(Algebra const& algebra, Table const* seed) {
  Table const left = evaluate(algebra.parts[0], seed);
  if (left.rows() == 0) return nothing(variables_of(algebra));
  Table const right = evaluate(algebra.parts[1], &left);
  return LeftJoin(*this, algebra, left, right).run();
}

/// §18.5, Minus.
Table Execution::minus(Algebra const& algebra, Table const* seed) {
  Table const left = evaluate(algebra.parts[0], seed);
  Table const right = evaluate(algebra.parts[1], &left);
  Matching const matching(left, right);
  auto const rows = select_rows(call_, morsels(left.rows()), [&](bool /*on_caller*/) {
    return [&](std::size_t row) {
      bool removed = false;
      matching.visit(row, [&](std::uint32_t other) {
        removed = matching.share_binding(row, other);
        return !removed;
      });
      return !removed;
    };
  });
  Table out = left.gather(rows, parallelism());
  out.sorted_by = left.sorted_by;
  return out;
}

}  // namespace lepton::sparql
