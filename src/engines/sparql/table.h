#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "rdf/store/term_id.h"
#include "sparql/expression.h"
#include "sparql/morsel_pool.h"

namespace lepton::sparql {

/// Bytes that one query may hold, on all its threads together; any of them may call. Outlives the tables that count on
/// it.
class Budget {
 public:
  explicit Budget(std::size_t limit) : limit_(limit) {}
  /// Throws Error{exhausted} with reason "query_memory", and does so from then on: the query has ended on all threads.
  void add(std::size_t bytes);
  void release(std::size_t bytes) { used_ -= bytes; }
  [[nodiscard]] std::size_t limit() const { return limit_; }
  [[nodiscard]] std::size_t peak() const { return peak_; }

 private:
  std::size_t limit_;
  std::atomic<std::size_t> used_ = 0;
  std::atomic<std::size_t> peak_ = 0;
  std::atomic<bool> exceeded_ = false;
};

/// Bytes on a budget for as long as it lives. One thread.
class Charge {
 public:
  explicit Charge(Budget& budget, std::size_t bytes = 0) : budget_(&budget) { set(bytes); }
  ~Charge() { budget_->release(bytes_); }
  Charge(Charge&& other) noexcept : budget_(other.budget_), bytes_(std::exchange(other.bytes_, 0)) {}
  Charge& operator=(Charge&& other) noexcept {
    std::swap(budget_, other.budget_);
    std::swap(bytes_, other.bytes_);
    return *this;
  }
  Charge(Charge const&) = delete;
  Charge& operator=(Charge const&) = delete;

  /// So many from now on.
  void set(std::size_t bytes);
  [[nodiscard]] std::size_t bytes() const { return bytes_; }

 private:
  Budget* budget_;
  std::size_t bytes_ = 0;
};

/// A multiset of solutions as columns of ids; an undefined id where a solution does not bind the variable. Counts its
/// bytes on a budget when `settle` is called. A value that can be moved. Several threads may read while none changes
/// it, and fill different places of its columns.
class Table {
 public:
  using Column = std::vector<rdf::TermId>;

  Table(Budget& budget, std::vector<Variable> variables);
  Table(Table&& other) noexcept;
  Table& operator=(Table&& other) noexcept;
  Table(Table const&) = delete;
  Table& operator=(Table const&) = delete;
  ~Table() = default;

  [[nodiscard]] std::vector<Variable> const& variables() const { return variables_; }
  [[nodiscard]] std::size_t width() const { return variables_.size(); }
  [[nodiscard]] std::size_t rows() const { return rows_; }
  /// Where a variable stands, or -1.
  [[nodiscard]] int find(Variable variable) const;
  [[nodiscard]] Column& column(std::size_t i) { return columns_[i]; }
  [[nodiscard]] Column const& column(std::size_t i) const { return columns_[i]; }
  [[nodiscard]] rdf::TermId at(std::size_t row, std::size_t i) const { return columns_[i][row]; }
  /// Whether every row binds it.
  [[nodiscard]] bool is_certain(std::size_t i) const;

  /// To be called after columns changed: every column has `rows` rows now.
  void settle(std::size_t rows);
  void append(std::vector<rdf::TermId> const& row);
  /// Another variable; its column is to be filled.
  void add_variable(Variable variable) {
    variables_.push_back(variable);
    columns_.emplace_back();
  }

  /// The rows of these numbers, in their order.
  [[nodiscard]] Table gather(std::vector<std::uint32_t> const& rows, Parallelism const& parallelism = {}) const;
  [[nodiscard]] Table copy() const { return project(variables_); }
  /// Only these variables; those it does not have are undefined.
  [[nodiscard]] Table project(std::vector<Variable> const& variables) const;
  /// Appends the rows of another, by variables.
  void append(Table const& other);
  [[nodiscard]] Budget& budget() const { return *budget_; }

  /// Leading variables that rows ascend by; none when nothing is known.
  std::vector<Variable> sorted_by;

 private:
  Budget* budget_;
  std::vector<Variable> variables_;
  std::vector<Column> columns_;
  std::size_t rows_ = 0;
  Charge charge_;
};

/// The rows of one or more pieces with the same variables, one behind the other. What the pieces ascend by, the result
/// does: the caller knows that they follow each other so.
[[nodiscard]] Table concatenate(std::vector<std::optional<Table>> pieces, Parallelism const& parallelism);

/// Of a row's ids, for hash tables.
[[nodiscard]] std::size_t hash_ids(rdf::TermId const* ids, std::size_t count);

}  // namespace lepton::sparql
