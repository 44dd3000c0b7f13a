#include "sparql/table.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "sparql/row_numbers.h"

namespace lepton::sparql {

void Budget::add(std::size_t bytes) {
  used_ += bytes;
  peak_ = std::max(peak_, used_);
  if (used_ > limit_) {
    throw exhausted(
        fmt::format("the query needs more than the {} MiB of memory it may have: make it more selective", limit_ >> 20))
        .with_reason("query_memory");
  }
}

Table::Table(Budget& budget, std::vector<Variable> variables)
    : budget_(&budget), variables_(std::move(variables)), columns_(variables_.size()) {}

Table::Table(Table&& other) noexcept
    : sorted_by(std::move(other.sorted_by)),
      budget_(other.budget_),
      variables_(std::move(other.variables_)),
      columns_(std::move(other.columns_)),
      rows_(std::exchange(other.rows_, 0)),
      charged_(std::exchange(other.charged_, 0)) {}

Table& Table::operator=(Table&& other) noexcept {
  std::swap(sorted_by, other.sorted_by);
  std::swap(budget_, other.budget_);
  std::swap(variables_, other.variables_);
  std::swap(columns_, other.columns_);
  std::swap(rows_, other.rows_);
  std::swap(charged_, other.charged_);
  return *this;
}

Table::~Table() {
  budget_->release(charged_);
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
  if (bytes > charged_) {
    std::size_t const more = bytes - charged_;
    charged_ = bytes;
    budget_->add(more);
  } else {
    budget_->release(charged_ - bytes);
    charged_ = bytes;
  }
}

void Table::append(std::vector<rdf::TermId> const& row) {
  for (std::size_t i = 0; i < row.size(); ++i) columns_[i].push_back(row[i]);
  ++rows_;
  if ((rows_ & 1023) == 0) settle(rows_);
}

Table Table::gather(std::vector<std::uint32_t> const& rows) const {
  Table out(*budget_, variables_);
  for (std::size_t i = 0; i < width(); ++i) {
    out.columns_[i].reserve(rows.size());
    for (std::uint32_t const row : rows) out.columns_[i].push_back(columns_[i][row]);
  }
  out.settle(rows.size());
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

Table Table::distinct() const {
  RowNumbers numbers(*budget_, columns_of(*this));
  for (std::uint32_t row = 0; row < rows_; ++row) static_cast<void>(numbers.number(row));
  Table out = gather(numbers.firsts());
  out.sorted_by = sorted_by;
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

std::size_t hash_ids(rdf::TermId const* ids, std::size_t count) {
  std::size_t hash = 0;
  for (std::size_t i = 0; i < count; ++i) hash = hash * 0x9e3779b97f4a7c15U + std::hash<rdf::TermId>()(ids[i]);
  return hash ^ hash >> 32;
}

}  // namespace lepton::sparql
