#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/call.h"
#include "sparql/table.h"

namespace lepton::sparql {

/// Numbers the distinct rows of some columns from 0 on, in the sequence in which they are first asked for. Counts its
/// bytes on the budget. The columns outlive it; one thread.
class RowNumbers {
 public:
  using Columns = std::vector<std::span<rdf::TermId const>>;

  RowNumbers(Budget& budget, Columns columns);

  /// The number of the row's like; equal to what count() was before when it is the first of its kind.
  [[nodiscard]] std::uint32_t number(std::uint32_t row);
  [[nodiscard]] std::size_t count() const { return firsts_.size(); }
  /// The first row of each number.
  [[nodiscard]] std::vector<std::uint32_t> const& firsts() const { return firsts_; }

 private:
  [[nodiscard]] std::size_t hash(std::uint32_t row) const;
  [[nodiscard]] bool same(std::uint32_t a, std::uint32_t b) const;
  void grow();

  Columns columns_;
  std::vector<std::uint32_t> slots_;   ///< a number plus one; 0: free
  std::vector<std::uint32_t> firsts_;  ///< by number
  Charge charge_;
};

/// All columns of a table.
[[nodiscard]] RowNumbers::Columns columns_of(Table const& table);

/// The numbers of all rows, and the first row of each number.
struct NumberedRows {
  std::vector<std::uint32_t> of_row;
  std::vector<std::uint32_t> firsts;
};

/// What a RowNumbers says of each row from 0 on, found on several threads when equal rows are many: each morsel is
/// numbered by itself, and only the firsts of morsels meet in one table. The columns have `rows` rows.
[[nodiscard]] NumberedRows number_rows(Call const& call, Parallelism const& parallelism, Budget& budget,
                                       RowNumbers::Columns const& columns, std::size_t rows);

/// Each row once, the first of its kind.
[[nodiscard]] Table distinct_rows(Call const& call, Parallelism const& parallelism, Table const& table);

}  // namespace lepton::sparql
