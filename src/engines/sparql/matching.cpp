#include "sparql/matching.h"

#include <algorithm>
#include <bit>

namespace lepton::sparql {

namespace {

std::size_t hash_row(Table const& table, std::size_t row, std::vector<std::pair<std::size_t, std::size_t>> const& keys,
                     bool left) {
  std::size_t hash = 0;
  for (auto const& [a, b] : keys) {
    hash = hash * 0x9e3779b97f4a7c15U + std::hash<rdf::TermId>()(table.at(row, left ? a : b));
  }
  return hash ^ hash >> 32;
}

}  // namespace

Matching::Matching(Table const& left, Table const& right) : left_(left), right_(right), charge_(left.budget()) {
  for (std::size_t i = 0; i < left.width(); ++i) {
    int const place = right.find(left.variables()[i]);
    if (place < 0) continue;
    auto const j = static_cast<std::size_t>(place);
    (left.is_certain(i) && right.is_certain(j) ? keys_ : others_).emplace_back(i, j);
  }
  std::size_t const slots = keys_.empty() ? 1 : std::bit_ceil(right.rows() + right.rows() / 2 + 1);
  charge_.set((slots + right.rows()) * sizeof(std::uint32_t));
  mask_ = slots - 1;
  first_.assign(slots, 0);
  next_.assign(right.rows(), 0);
  // Backwards, so that rows of a slot come in their order.
  for (std::size_t row = right.rows(); row-- > 0;) {
    std::uint32_t& head = first_[hash_row(right, row, keys_, false) & mask_];
    next_[row] = head;
    head = static_cast<std::uint32_t>(row + 1);
  }
}

bool Matching::compatible(std::size_t left_row, std::size_t right_row) const {
  for (auto const& [a, b] : keys_) {
    if (left_.at(left_row, a) != right_.at(right_row, b)) return false;
  }
  return std::ranges::all_of(others_, [&](auto const& pair) {
    rdf::TermId const a = left_.at(left_row, pair.first);
    rdf::TermId const b = right_.at(right_row, pair.second);
    return !a.defined() || !b.defined() || a == b;
  });
}

void Matching::visit(std::size_t left_row, std::function<bool(std::uint32_t)> const& visit) const {
  std::uint32_t row = first_[hash_row(left_, left_row, keys_, true) & mask_];
  for (; row != 0; row = next_[row - 1]) {
    if (compatible(left_row, row - 1) && !visit(row - 1)) return;
  }
}

bool Matching::share_binding(std::size_t left_row, std::size_t right_row) const {
  return !keys_.empty() || std::ranges::any_of(others_, [&](auto const& pair) {
    return left_.at(left_row, pair.first).defined() && right_.at(right_row, pair.second).defined();
  });
}

namespace {

/// What each row of a join is made of; read by all its threads.
struct JoinColumns {
  JoinColumns(Table const& left, Table const& right) : variables(left.variables()) {
    for (std::size_t j = 0; j < right.width(); ++j) {
      int const place = left.find(right.variables()[j]);
      if (place < 0) {
        added.push_back(j);
        variables.push_back(right.variables()[j]);
      } else if (!left.is_certain(static_cast<std::size_t>(place))) {
        filled.emplace_back(static_cast<std::size_t>(place), j);
      }
    }
  }
  std::vector<Variable> variables;
  std::vector<std::size_t> added;                           ///< columns of the right table
  std::vector<std::pair<std::size_t, std::size_t>> filled;  ///< shared columns where the left may be unbound
};

}  // namespace

Table join_tables(Execution& execution, Table const& left, Table const& right, std::uint64_t limit, double expected) {
  Call const& call = execution.call();
  Matching const matching(left, right);
  JoinColumns const columns(left, right);
  auto const make = [&](RowRange range, bool /*on_caller*/) {
    Table out(left.budget(), columns.variables);
    std::size_t rows = 0;
    for (std::size_t row = range.begin; row < range.end && rows < limit; ++row) {
      if ((row & 1023) == 0) call.proceed();
      matching.visit(row, [&](std::uint32_t other) {
        for (std::size_t i = 0; i < left.width(); ++i) out.column(i).push_back(left.at(row, i));
        for (auto const& [i, j] : columns.filled) {
          if (!out.column(i).back().defined()) out.column(i).back() = right.at(other, j);
        }
        for (std::size_t i = 0; i < columns.added.size(); ++i) {
          out.column(left.width() + i).push_back(right.at(other, columns.added[i]));
        }
        if ((++rows & 4095) == 0) {
          call.proceed();
          out.settle(rows);
        }
        return rows < limit;
      });
    }
    out.settle(rows);
    if (columns.filled.empty()) out.sorted_by = left.sorted_by;
    return out;
  };
  // The first rows are found soonest one after another.
  RowMorsels const morsels =
      limit == Execution::all ? execution.morsels(left.rows(), expected) : RowMorsels::whole(left.rows());
  return join_pieces(call, execution.parallelism(), morsels, make);
}

}  // namespace lepton::sparql
