#pragma once

#include <vector>

#include "rdf/store/run.h"

namespace lepton::rdf {

/// A quad and what a commit did to it.
struct QuadChange {
  IdQuad quad;
  Change change;
};

/// A run whose orders are sorted arrays in memory: what recent commits changed.
class MemoryRun : public Run {
 public:
  static constexpr std::size_t row_bytes = order_count * (4 * sizeof(TermId) + 1);

  /// Each quad at most once, in any sequence.
  explicit MemoryRun(std::vector<QuadChange> changes);
  /// What runs change together: oldest first, each directly above the one before.
  explicit MemoryRun(std::vector<std::shared_ptr<Run const>> const& runs);

  [[nodiscard]] std::size_t rows() const override { return rows_; }
  [[nodiscard]] std::size_t memory_bytes() const override;
  [[nodiscard]] std::uint64_t disk_bytes() const override { return 0; }
  [[nodiscard]] std::unique_ptr<RunCursor> open(Order order) const override;
  [[nodiscard]] Tally tally(Order order, Prefix const& prefix) const override;
  [[nodiscard]] std::vector<PredicateTally> const& predicates() const override { return predicates_; }
  [[nodiscard]] std::vector<GraphTally> const& graphs() const override { return graphs_; }

  /// The part at `place` of the order's sequence, all rows.
  [[nodiscard]] TermId const* column(Order order, std::size_t place) const {
    return orders_[static_cast<std::size_t>(order)].columns[place].data();
  }
  [[nodiscard]] std::uint8_t const* changes(Order order) const {
    return orders_[static_cast<std::size_t>(order)].changes.data();
  }
  /// The first row whose leading parts are at least the prefix; with `after`, are greater.
  [[nodiscard]] std::size_t lower_bound(Order order, Prefix const& prefix, bool after = false) const;

 private:
  struct Sorted {
    std::array<std::vector<TermId>, 4> columns;  // in the sequence of the order
    std::vector<std::uint8_t> changes;
  };

  void summarize();

  std::size_t rows_ = 0;
  std::array<Sorted, order_count> orders_;
  std::vector<PredicateTally> predicates_;
  std::vector<GraphTally> graphs_;
};

}  // namespace lepton::rdf
