#include "sparql/table.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "sparql/row_morsels.h"

namespace lepton::sparql {

void Budget::add(std::size_t bytes) {
  std::size_t const used = used_.fetch_add(bytes) + bytes;
  std::size_t peak = peak_;
  while (peak < used && !peak_.compare_exchange_weak(peak, used)) continue;
  if (used > limit_) exceeded_ = true;
  if (exceeded_) {
    throw exhausted(
        fmt::format("the query needs more than the {} MiB of memory it may have: make it more selective", limit_ >> 20))
        .with_reason("query_memory");
  }
}

void Charge::set(std::size_t bytes) {
  std::size_t const before = std::exchange(bytes_, bytes);
  if (bytes > before) budget_->add(bytes - before);
  if (bytes < before) budget_->release(before - bytes);
}

Table::Table(Budget& budget, std::vector<Variable> variables)
    : budget_(&budget), variables_(std::move(variables)), columns_(variables_.size()), charge_(budget) {}

Table::Table(Table&& other) noexcept
    : sorted_by(std::move(other.sorted_by)),
      budget_(other.budget_),
      variables_(std::move(other.variables_)),
      columns_(std::move(other.columns_)),
      rows_(std::exchange(other.rows_, 0)),
      charge_(std::move(other.charge_)) {}

Table& Table::operator=(Table&& other) noexcept {
  std::swap(sorted_by, other.sorted_by);
  std::swap(budget_, other.budget_);
  std::swap(variables_, other.variables_);
  std::swap(columns_, other.columns_);
  std::swap(rows_, other.rows_);
  charge_ = std::move(other.charge_);
  return *this;
}

int Table::find(Variable variable) const {
  auto const found = std::ranges::find(variables_, variable);
  return found == variables_.end() ? -1 : static_cast<int>(found - variables_.begin());
}

bool Table::is_certain(std::size_t i) const {
  return std::ranges::all_of(columns_[i], [](rdf::TermId id) { return id.defined(); });
}

void Table::settle(std::size_t rows) {
  rows_ = rows;
  std::size_t bytes = 0;
  for (auto const& column : columns_) bytes += column.capacity() * sizeof(rdf::TermId);
  charge_.set(bytes);
}

void Table::append(std::vector<rdf::TermId> const& row) {
  for (std::size_t i = 0; i < row.size(); ++i) columns_[i].push_back(row[i]);
  ++rows_;
  if ((rows_ & 1023) == 0) settle(rows_);
}

Table Table::gather(std::vector<std::uint32_t> const& rows, Parallelism const& parallelism) const {
  Table out(*budget_, variables_);
  for (auto& column : out.columns_) column.resize(rows.size());
  out.settle(rows.size());
  RowMorsels const morsels(parallelism, rows.size());
  morsels.run([&](MorselQueue& queue) {
    while (auto const morsel = queue.next()) {
      auto const [begin, end] = morsels.range(*morsel);
      for (std::size_t i = 0; i < width(); ++i)
        for (std::size_t row = begin; row < end; ++row) out.columns_[i][row] = columns_[i][rows[row]];
    }
  });
  return out;
}

Table Table::project(std::vector<Variable> const& variables) const {
  Table out(*budget_, variables);
  for (std::size_t i = 0; i < variables.size(); ++i) {
    int const place = find(variables[i]);
    if (place >= 0) {
      out.columns_[i] = columns_[static_cast<std::size_t>(place)];
    } else {
      out.columns_[i].resize(rows_);
    }
  }
  for (Variable const variable : sorted_by) {
    if (std::ranges::count(variables, variable) == 0) break;
    out.sorted_by.push_back(variable);
  }
  out.settle(rows_);
  return out;
}

void Table::append(Table const& other) {
  for (std::size_t i = 0; i < width(); ++i) {
    int const place = other.find(variables_[i]);
    if (place >= 0) {
      auto const& from = other.columns_[static_cast<std::size_t>(place)];
      columns_[i].insert(columns_[i].end(), from.begin(), from.end());
    } else {
      columns_[i].resize(rows_ + other.rows_);
    }
  }
  sorted_by.clear();
  settle(rows_ + other.rows_);
}

Table concatenate(std::vector<std::optional<Table>> pieces, Parallelism const& parallelism) {
  if (pieces.size() == 1) return std::move(*pieces[0]);
  Table out(pieces[0]->budget(), pieces[0]->variables());
  out.sorted_by = pieces[0]->sorted_by;
  std::vector<std::size_t> begins;
  std::size_t rows = 0;
  for (auto const& piece : pieces) {
    begins.push_back(rows);
    rows += piece->rows();
  }
  // Column by column, so that little is held twice.
  for (std::size_t i = 0; i < out.width(); ++i) {
    out.column(i).resize(rows);
    out.settle(rows);
    parallelism.pool->run(pieces.size(), [&](MorselQueue& queue) {
      while (auto const morsel = queue.next()) {
        auto const& from = pieces[*morsel]->column(i);
        std::ranges::copy(from, out.column(i).begin() + static_cast<std::ptrdiff_t>(begins[*morsel]));
      }
    });
    for (auto& piece : pieces) {
      piece->column(i) = {};
      piece->settle(piece->rows());
    }
  }
  out.settle(rows);
  return out;
}

std::size_t hash_ids(rdf::TermId const* ids, std::size_t count) {
  std::size_t hash = 0;
  for (std::size_t i = 0; i < count; ++i) hash = hash * 0x9e3779b97f4a7c15U + std::hash<rdf::TermId>()(ids[i]);
  return hash ^ hash >> 32;
}

}  // namespace lepton::sparql
