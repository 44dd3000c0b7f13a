#include "learn/dated_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/error.h"
#include "embed/triples.h"
#include "learn/moments.h"
#include "learn/text_columns.h"

namespace lepton::learn {
namespace {

constexpr std::int64_t most_periods = 100'000;

/// A row's period, series by number and how many things it stands for.
struct CountedRow {
  std::int64_t period = 0;
  std::uint64_t things = 1;
  std::vector<std::uint32_t> series;
};

/// Reads rows and numbers their series as they come.
class RowCounter {
 public:
  RowCounter(anomaly::RowColumns const& columns, anomaly::Unit unit) : columns_(columns), unit_(unit) {
    asked_ = {{"/parameters/time", columns.time}};
    if (columns.count) {
      count_ = asked_.size();
      asked_.push_back({"/parameters/count", *columns.count});
    }
    if (columns.text) {
      text_ = asked_.size();
      asked_.push_back({"/parameters/text", *columns.text});
    }
    first_category_ = asked_.size();
    for (std::size_t i = 0; i < columns.category.size(); ++i)
      asked_.push_back({json::pointer_to("/parameters/category", i), columns.category[i]});
  }

  void read(Call const& call, std::filesystem::path const& file) {
    auto const table = read_text_columns(call, file, asked_);
    for (std::size_t row = 0; row < table.rows(); ++row) {
      if (row % 1024 == 0) call.proceed();
      rows.push_back(read_row(table, row));
    }
  }

  std::vector<CountedRow> rows;
  embed::Names series;

 private:
  [[nodiscard]] CountedRow read_row(TextColumns const& table, std::size_t row) {
    auto const& time = table.values[0][row];
    auto const moment = find_moment(time);
    if (!moment)
      throw invalid(fmt::format("{}: expected a date or a time, such as 2026-11-29 or 2026-11-29T08:15:00Z, found '{}'",
                                table.place(row, 0), time));
    CountedRow counted{anomaly::period_of(unit_, *moment), 1, {}};
    if (count_) {
      auto const& text = table.values[*count_][row];
      auto const things = anomaly::find_count(text);
      if (!things)
        throw invalid(
            fmt::format("{}: expected a whole number from 0 on, found '{}'", table.place(row, *count_), text));
      counted.things = *things;
    }
    std::vector<std::string_view> categories;
    for (auto column = first_category_; column < asked_.size(); ++column)
      categories.emplace_back(table.values[column][row]);
    auto const text = text_ ? std::string_view(table.values[*text_][row]) : std::string_view();
    for (auto const& name : cutter_.of(columns_, text, categories)) counted.series.push_back(series.add(name));
    return counted;
  }

  anomaly::RowColumns const& columns_;
  anomaly::Unit unit_;
  std::vector<AskedColumn> asked_;
  std::optional<std::size_t> count_, text_;
  std::size_t first_category_ = 0;
  anomaly::RowSeries cutter_;
};

constexpr std::uint32_t not_watched = UINT32_MAX;

/// New numbers of the series that are frequent enough; their names go into the table.
std::vector<std::uint32_t> choose_series(RowCounter const& counter, std::uint64_t least_count, std::size_t most_series,
                                         DatedTable& table) {
  std::vector<std::uint64_t> counts(counter.series.size());
  for (auto const& row : counter.rows)
    for (auto const series : row.series) ++counts[series];
  std::vector<std::uint32_t> order, numbers(counts.size(), not_watched);
  for (std::uint32_t i = 0; i < counts.size(); ++i)
    if (counts[i] >= least_count) order.push_back(i);
  std::sort(order.begin(), order.end(), [&](auto a, auto b) {
    return counts[a] != counts[b] ? counts[a] > counts[b] : counter.series[a] < counter.series[b];
  });
  if (order.size() > most_series) order.resize(most_series);
  for (auto const series : order) {
    numbers[series] = static_cast<std::uint32_t>(table.series.size());
    table.series.push_back(counter.series[series]);
  }
  return numbers;
}

}  // namespace

std::vector<std::uint64_t> DatedTable::counts_of(std::size_t period) const {
  std::vector<std::uint64_t> counts(series.size());
  for (auto const& [number, count] : periods[period].counts) counts[number] = count;
  return counts;
}

DatedTable read_dated(Call const& call, std::filesystem::path const& file, anomaly::RowColumns const& columns,
                      anomaly::Unit unit, std::uint64_t least_count, std::size_t most_series) {
  RowCounter counter(columns, unit);
  counter.read(call, file);
  DatedTable table;
  auto const numbers = choose_series(counter, least_count, most_series, table);
  auto const [first, last] =
      std::minmax_element(counter.rows.begin(), counter.rows.end(),
                          [](CountedRow const& a, CountedRow const& b) { return a.period < b.period; });
  table.first_period = first->period;
  if (last->period - first->period >= most_periods)
    throw invalid(fmt::format("from {} to {} there are {} periods, expected at most {}: take a longer unit",
                              anomaly::name_of_period(unit, first->period), anomaly::name_of_period(unit, last->period),
                              last->period - first->period + 1, most_periods));
  table.periods.resize(static_cast<std::size_t>(last->period - first->period) + 1);
  std::vector<std::map<std::uint32_t, std::uint64_t>> sums(table.periods.size());
  for (auto const& row : counter.rows) {
    auto const place = static_cast<std::size_t>(row.period - first->period);
    table.periods[place].total += row.things;
    ++table.periods[place].rows;
    for (auto const series : row.series)
      if (numbers[series] != not_watched) sums[place][numbers[series]] += row.things;
  }
  for (std::size_t i = 0; i < sums.size(); ++i) table.periods[i].counts.assign(sums[i].begin(), sums[i].end());
  return table;
}

}  // namespace lepton::learn
