#include "sparql/row_values.h"

#include <algorithm>
#include <numeric>

#include "sparql/row_morsels.h"

namespace lepton::sparql {

namespace {

constexpr std::size_t morsels_ahead = 4;  ///< per thread: enough that none waits long for the others

void evaluate_ahead(Execution& execution, Expression const& expression, Table const& table,
                    std::span<std::uint32_t const> rows, std::vector<Value>& values) {
  RowMorsels const morsels = execution.morsels(rows.size());
  morsels.run([&](MorselQueue& queue) {
    ThreadEvaluator evaluator(execution, queue.on_caller());
    RowSolution solution(execution, table);
    while (auto const morsel = queue.next()) {
      RowRange const range = morsels.range(*morsel);
      for (std::size_t i = range.begin; i < range.end; ++i) {
        if ((i & 1023) == 0) execution.call().proceed();
        solution.row = rows[i];
        values[i] = evaluator->evaluate(expression, solution);
      }
    }
  });
}

}  // namespace

void for_each_value(Execution& execution, Expression const& expression, Table const& table,
                    std::span<std::uint32_t const> rows, std::function<void(std::size_t, Value&&)> const& visit) {
  Parallelism const& parallelism = execution.parallelism();
  if (!is_pure(expression) || execution.morsels(rows.size()).count() == 1) {
    RowSolution solution(execution, table);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if ((i & 1023) == 0) execution.call().proceed();
      solution.row = rows[i];
      visit(i, execution.expressions().evaluate(expression, solution));
    }
    return;
  }
  std::size_t const ahead = morsels_ahead * (parallelism.pool->threads() + 1) * parallelism.morsel_rows;
  std::size_t const batch = std::min(rows.size(), std::max(parallelism.least_rows, ahead));
  Charge const charge(execution.budget(), batch * sizeof(Value));
  std::vector<Value> values(batch);
  for (std::size_t begin = 0; begin < rows.size(); begin += batch) {
    auto const part = rows.subspan(begin, std::min(batch, rows.size() - begin));
    evaluate_ahead(execution, expression, table, part, values);
    for (std::size_t i = 0; i < part.size(); ++i) visit(begin + i, std::move(values[i]));
  }
}

std::vector<std::uint32_t> all_rows(std::size_t rows) {
  std::vector<std::uint32_t> out(rows);
  std::iota(out.begin(), out.end(), 0U);
  return out;
}

}  // namespace lepton::sparql
