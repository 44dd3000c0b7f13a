// ORDER BY, §15.1; with a LIMIT above it only as many rows as are needed are sorted.
#include <algorithm>
#include <numeric>

#include "sparql/comparison.h"
#include "sparql/execution.h"

namespace lepton::sparql {

Table Execution::order_by(Algebra const& algebra, std::uint64_t limit) {
  Table in = evaluate(algebra.parts[0]);
  std::vector<std::vector<Value>> keys(algebra.order.size());
  RowSolution solution(*this, in);
  std::size_t charged = 0;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    charged += in.rows() * sizeof(Value);
    budget_.add(in.rows() * sizeof(Value));
    keys[i].reserve(in.rows());
    for (solution.row = 0; solution.row < in.rows(); ++solution.row) {
      if ((solution.row & 1023) == 0) call_.proceed();
      keys[i].push_back(expressions_.evaluate(algebra.order[i].expression, solution));
    }
  }
  std::vector<std::uint32_t> rows(in.rows());
  std::iota(rows.begin(), rows.end(), 0U);
  auto const before = [&](std::uint32_t a, std::uint32_t b) {
    for (std::size_t i = 0; i < keys.size(); ++i) {
      auto const result = order(keys[i][a], keys[i][b]);
      if (result != 0) return algebra.order[i].descending ? result > 0 : result < 0;
    }
    return a < b;
  };
  std::size_t const wanted = static_cast<std::size_t>(std::min<std::uint64_t>(limit, rows.size()));
  std::ranges::partial_sort(rows, rows.begin() + static_cast<std::ptrdiff_t>(wanted), before);
  rows.resize(wanted);
  budget_.release(charged);
  return in.gather(rows);
}

}  // namespace lepton::sparql
