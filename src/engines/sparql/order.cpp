// ORDER BY, §15.1. Each distinct value of a variable is looked at once, and with a LIMIT above only rows that the first
// conditions leave in question are asked for the next.
#include <algorithm>
#include <numeric>

#include "sparql/comparison.h"
#include "sparql/execution.h"
#include "sparql/parallel_sort.h"
#include "sparql/row_numbers.h"
#include "sparql/row_values.h"

namespace lepton::sparql {

namespace {

using Rows = std::vector<std::uint32_t>;

/// The values that rows are sorted by, one condition at a time.
class Ordering {
 public:
  Ordering(Execution& execution, Algebra const& algebra, Table const& in)
      : execution_(execution), algebra_(algebra), in_(in) {}

  /// The first `wanted` rows in their order.
  Rows first(std::size_t wanted) {
    Rows rows = all_rows(in_.rows());
    std::vector<std::vector<std::uint32_t>> ranks;
    for (std::size_t condition = 0; condition < algebra_.order.size(); ++condition) {
      ranks.push_back(rank(condition, rows));
      if (wanted < rows.size()) drop_late(rows, ranks, wanted);
    }
    Rows places = all_rows(rows.size());
    auto const before = [&](std::uint32_t a, std::uint32_t b) {
      for (auto const& by : ranks)
        if (by[a] != by[b]) return by[a] < by[b];
      return rows[a] < rows[b];
    };
    if (wanted < rows.size()) {
      std::ranges::partial_sort(places, places.begin() + static_cast<std::ptrdiff_t>(wanted), before);
      places.resize(wanted);
    } else {
      parallel_sort(execution_.parallelism(), places, before);
    }
    std::ranges::transform(places, places.begin(), [&](std::uint32_t place) { return rows[place]; });
    return places;
  }

 private:
  /// By place in `rows`: equal numbers for values that the condition does not tell apart.
  std::vector<std::uint32_t> rank(std::size_t condition, Rows const& rows) {
    auto const& [expression, descending] = algebra_.order[condition];
    int const column = expression.operation == Operation::variable ? in_.find(expression.variable) : -1;
    if (column < 0) return rank_values(expression, descending, rows);
    Table::Column ids(rows.size());
    auto const& from = in_.column(static_cast<std::size_t>(column));
    std::ranges::transform(rows, ids.begin(), [&](std::uint32_t row) { return from[row]; });
    auto [number_of, firsts] =
        number_rows(execution_.call(), execution_.parallelism(), execution_.budget(), {ids}, ids.size());
    std::ranges::transform(firsts, firsts.begin(), [&](std::uint32_t place) { return rows[place]; });
    auto const by_number = rank_values(expression, descending, firsts);
    std::ranges::transform(number_of, number_of.begin(), [&](std::uint32_t number) { return by_number[number]; });
    return std::move(number_of);
  }

  /// The ranks of what the condition says in these rows.
  std::vector<std::uint32_t> rank_values(Expression const& expression, bool descending, Rows const& rows) {
    Charge const charge(execution_.budget(), rows.size() * (sizeof(Value) + sizeof(std::uint32_t)));
    std::vector<Value> values(rows.size());
    for_each_value(execution_, expression, in_, rows,
                   [&](std::size_t i, Value&& value) { values[i] = std::move(value); });
    Rows sorted = all_rows(rows.size());
    parallel_sort(execution_.parallelism(), sorted, [&](std::uint32_t a, std::uint32_t b) {
      auto const result = order(values[a], values[b]);
      return descending ? result > 0 : result < 0;
    });
    std::vector<std::uint32_t> out(rows.size());
    std::uint32_t rank = 0;
    for (std::size_t i = 0; i < sorted.size(); ++i) {
      if (i > 0 && order(values[sorted[i - 1]], values[sorted[i]]) != 0) ++rank;
      out[sorted[i]] = rank;
    }
    return out;
  }

  /// Rows that come behind the wanted ones whatever further conditions say.
  static void drop_late(Rows& rows, std::vector<std::vector<std::uint32_t>>& ranks, std::size_t wanted) {
    if (wanted == 0) {
      rows.clear();
      for (auto& by : ranks) by.clear();
      return;
    }
    Rows places(rows.size());
    std::iota(places.begin(), places.end(), 0U);
    auto const compare = [&](std::uint32_t a, std::uint32_t b) {
      for (auto const& by : ranks)
        if (by[a] != by[b]) return by[a] < by[b] ? -1 : 1;
      return 0;
    };
    std::ranges::nth_element(places, places.begin() + static_cast<std::ptrdiff_t>(wanted - 1),
                             [&](std::uint32_t a, std::uint32_t b) { return compare(a, b) < 0; });
    std::uint32_t const last = places[wanted - 1];
    Rows kept;
    for (std::uint32_t place = 0; place < rows.size(); ++place)
      if (compare(place, last) <= 0) kept.push_back(place);
    for (std::size_t i = 0; i < kept.size(); ++i) {
      rows[i] = rows[kept[i]];
      for (auto& by : ranks) by[i] = by[kept[i]];
    }
    rows.resize(kept.size());
    for (auto& by : ranks) by.resize(kept.size());
  }

  Execution& execution_;
  Algebra const& algebra_;
  Table const& in_;
};

}  // namespace

Table Execution::order_by(Algebra const& algebra, std::uint64_t limit) {
  Table const in = evaluate(algebra.parts[0]);
  auto const wanted = static_cast<std::size_t>(std::min<std::uint64_t>(limit, in.rows()));
  return in.gather(Ordering(*this, algebra, in).first(wanted), parallelism());
}

}  // namespace lepton::sparql
