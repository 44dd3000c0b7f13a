#include "sparql/row_numbers.h"

#include <algorithm>

namespace lepton::sparql {

RowNumbers::RowNumbers(Budget& budget, Columns columns) : budget_(budget), columns_(std::move(columns)) {
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
  std::size_t const bytes = size * sizeof(std::uint32_t) * 3 / 2;
  budget_.add(bytes - charged_);
  charged_ = bytes;
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

}  // namespace lepton::sparql
