#include "sparql/row_numbers.h"

#include <algorithm>

#include "sparql/row_morsels.h"

namespace lepton::sparql {

RowNumbers::RowNumbers(Budget& budget, Columns columns) : columns_(std::move(columns)), charge_(budget) {
  grow();
}

std::size_t RowNumbers::hash(std::uint32_t row) const {
  std::size_t hash = 0;
  for (auto const& column : columns_) hash = (hash ^ column[row].raw()) * 0x9e3779b97f4a7c15U;
  return hash ^ hash >> 32;
}

bool RowNumbers::same(std::uint32_t a, std::uint32_t b) const {
  return std::ranges::all_of(columns_, [&](auto const& column) { return column[a] == column[b]; });
}

std::uint32_t RowNumbers::number(std::uint32_t row) {
  std::size_t const mask = slots_.size() - 1;
  std::size_t slot = hash(row) & mask;
  for (; slots_[slot] != 0; slot = (slot + 1) & mask)
    if (same(firsts_[slots_[slot] - 1], row)) return slots_[slot] - 1;
  firsts_.push_back(row);
  slots_[slot] = static_cast<std::uint32_t>(firsts_.size());
  if (firsts_.size() * 2 > slots_.size()) grow();
  return static_cast<std::uint32_t>(firsts_.size() - 1);
}

void RowNumbers::grow() {
  std::size_t const size = std::max<std::size_t>(64, slots_.size() * 2);
  charge_.set(size * sizeof(std::uint32_t) * 3 / 2);
  slots_.assign(size, 0);
  firsts_.reserve(size / 2 + 1);
  for (std::uint32_t number = 0; number < firsts_.size(); ++number) {
    std::size_t slot = hash(firsts_[number]) & (size - 1);
    while (slots_[slot] != 0) slot = (slot + 1) & (size - 1);
    slots_[slot] = number + 1;
  }
}

RowNumbers::Columns columns_of(Table const& table) {
  RowNumbers::Columns out;
  for (std::size_t i = 0; i < table.width(); ++i) out.emplace_back(table.column(i));
  return out;
}

namespace {

constexpr std::size_t often = 4;  ///< rows per number, from where on numbering morsels by themselves pays

/// Numbers the rows of a range and returns the first row of each number.
std::vector<std::uint32_t> number_range(Call const& call, RowNumbers& numbers, RowRange range,
                                        std::vector<std::uint32_t>& of_row) {
  for (std::size_t row = range.begin; row < range.end; ++row) {
    if ((row & 1023) == 0) call.proceed();
    of_row[row] = numbers.number(static_cast<std::uint32_t>(row));
  }
  return numbers.firsts();
}

}  // namespace

NumberedRows number_rows(Call const& call, Parallelism const& parallelism, Budget& budget,
                         RowNumbers::Columns const& columns, std::size_t rows) {
  NumberedRows out;
  out.of_row.resize(rows);
  RowNumbers numbers(budget, columns);
  RowMorsels const morsels(parallelism, rows);
  RowRange const sample = morsels.range(0);
  out.firsts = number_range(call, numbers, sample, out.of_row);
  if (morsels.count() == 1) return out;
  if (out.firsts.size() * often > sample.end) {
    out.firsts = number_range(call, numbers, {sample.end, rows}, out.of_row);
    return out;
  }
  std::vector<std::vector<std::uint32_t>> firsts(morsels.count());
  morsels.run([&](MorselQueue& queue) {
    while (auto const morsel = queue.next()) {
      if (*morsel == 0) continue;  // the sample
      RowNumbers own(budget, columns);
      firsts[*morsel] = number_range(call, own, morsels.range(*morsel), out.of_row);
    }
  });
  // From a morsel's own numbers to those of all.
  for (auto& morsel : firsts)
    std::ranges::transform(morsel, morsel.begin(), [&](auto row) { return numbers.number(row); });
  morsels.run([&](MorselQueue& queue) {
    while (auto const morsel = queue.next()) {
      if (*morsel == 0) continue;
      RowRange const range = morsels.range(*morsel);
      for (std::size_t row = range.begin; row < range.end; ++row) out.of_row[row] = firsts[*morsel][out.of_row[row]];
    }
  });
  out.firsts = numbers.firsts();
  return out;
}

Table distinct_rows(Call const& call, Parallelism const& parallelism, Table const& table) {
  auto const numbered = number_rows(call, parallelism, table.budget(), columns_of(table), table.rows());
  Table out = table.gather(numbered.firsts, parallelism);
  out.sorted_by = table.sorted_by;
  return out;
}

}  // namespace lepton::sparql
