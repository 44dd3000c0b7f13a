#pragma once

#include <functional>
#include <unordered_map>
#include <vector>

#include "sparql/execution.h"

namespace lepton::sparql {

/// Finds the rows of one table that are compatible (§18.1.10) with rows of another: hashes the shared variables that
/// every row of both binds, and compares the others one by one, since what is unbound goes with anything. Both tables
/// outlive it; once made, any thread may ask.
class Matching {
 public:
  Matching(Table const& left, Table const& right);

  /// Calls `visit(right row)` for each compatible row until it returns false.
  void visit(std::size_t left_row, std::function<bool(std::uint32_t)> const& visit) const;
  /// Whether two rows bind a variable in common, as MINUS asks.
  [[nodiscard]] bool share_binding(std::size_t left_row, std::size_t right_row) const;

 private:
  [[nodiscard]] bool compatible(std::size_t left_row, std::size_t right_row) const;

  Table const& left_;
  Table const& right_;
  std::vector<std::pair<std::size_t, std::size_t>> keys_;    ///< columns hashed
  std::vector<std::pair<std::size_t, std::size_t>> others_;  ///< shared columns that may be unbound
  std::vector<std::uint32_t> first_;                         ///< by slot: a row of the right table plus one
  std::vector<std::uint32_t> next_;                          ///< by row: the next of its slot plus one
  std::size_t mask_ = 0;
  Charge charge_;
};

/// §18.5, Join. `expected` rows say how finely the work is cut.
[[nodiscard]] Table join_tables(Execution& execution, Table const& left, Table const& right, std::uint64_t limit,
                                double expected = 0);

}  // namespace lepton::sparql
