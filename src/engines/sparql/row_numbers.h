#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sparql/table.h"

namespace lepton::sparql {

/// Numbers the distinct rows of some columns from 0 on, in the sequence in which they are first asked for. Counts its
/// bytes on the budget. The columns outlive it; one thread.
class RowNumbers {
 public:
  using Columns = std::vector<std::span<rdf::TermId const>>;

  RowNumbers(Budget& budget, Columns columns);
  ~RowNumbers() { budget_.release(charged_); }
  RowNumbers(RowNumbers const&) = delete;
  RowNumbers& operator=(RowNumbers const&) = delete;

  /// The number of the row's like; equal to what count() was before when it is the first of its kind.
  [[nodiscard]] std::uint32_t number(std::uint32_t row);
  [[nodiscard]] std::size_t count() const { return firsts_.size(); }
  /// The first row of each number.
  [[nodiscard]] std::vector<std::uint32_t> const& firsts() const { return firsts_; }

 private:
  [[nodiscard]] std::size_t hash(std::uint32_t row) const;
  [[nodiscard]] bool same(std::uint32_t a, std::uint32_t b) const;
  void grow();

  Budget& budget_;
  Columns columns_;
  std::vector<std::uint32_t> slots_;   ///< a number plus one; 0: free
  std::vector<std::uint32_t> firsts_;  ///< by number
  std::size_t charged_ = 0;
};

/// All columns of a table.
[[nodiscard]] RowNumbers::Columns columns_of(Table const& table);

}  // namespace lepton::sparql
