#pragma once

#include <array>
#include <memory>
#include <vector>

#include "rdf/store/run.h"

namespace lepton::rdf {

/// Walks several runs as the one that they make together: oldest first, each directly above the one before. Rows that
/// change nothing are left out. The runs outlive it. One thread at a time.
class RunMerge {
 public:
  RunMerge(std::vector<std::shared_ptr<Run const>> const& runs, Order order);

  /// To the next block; false at the end.
  [[nodiscard]] bool next();
  /// Forward to the rows from the prefix on; next() then gives them.
  void seek(Prefix const& prefix);
  [[nodiscard]] std::size_t rows() const { return rows_; }
  [[nodiscard]] std::array<TermId const*, 4> const& columns() const { return columns_; }
  [[nodiscard]] std::uint8_t const* changes() const { return changes_; }

 private:
  struct Input {
    std::unique_ptr<RunCursor> cursor;
    std::array<TermId const*, 4> columns{};
    std::uint8_t const* changes = nullptr;
    std::size_t position = 0;
    std::size_t end = 0;
  };

  void enter(Input& input);
  /// Moves on; the cursor follows when its block is read to the end.
  void advance(Input& input, std::size_t rows);
  [[nodiscard]] static int compare(Input const& a, std::size_t row, Input const& b);
  [[nodiscard]] static std::size_t rows_below(Input const& input, Input const& bound);
  void keep(Input const& input, std::size_t rows);
  void merge_equal();

  std::vector<Input> inputs_;
  std::vector<Input*> lowest_;
  std::array<std::vector<TermId>, 4> kept_;
  std::vector<std::uint8_t> kept_changes_;
  Input* lent_ = nullptr;  ///< the input whose whole block was handed out
  std::size_t rows_ = 0;
  std::array<TermId const*, 4> columns_{};
  std::uint8_t const* changes_ = nullptr;
};

}  // namespace lepton::rdf
