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
  /// Each quad at most once, in any sequence.
  explicit MemoryRun(std::vector<QuadChange> const& changes);
  /// What two runs change together; `newer` lies directly above `older`.
  MemoryRun(MemoryRun const& older, MemoryRun const& newer);

  [[nodiscard]] std::size_t rows() const override { return rows_; }
  [[nodiscard]] std::size_t memory_bytes() const override;
  [[nodiscard]] std::uint64_t disk_bytes() const override { return 0; }
  [[nodiscard]] std::unique_ptr<RunCursor> open(Order order) const override;
  [[nodiscard]] Tally tally(Order order, Prefix const& prefix) const override;
  [[nodiscard]] std::vector<PredicateTally> const& predicates() const override { return predicates_; }
  [[nodiscard]] std::vector<GraphTally> const& graphs() const override { return graphs_; }

  /// The part at `place` of the order's sequence, all rows.
  [[nodiscard]] TermId const* column(Order order, std::size_t place) const;
  [[nodiscard]] std::uint8_t const* changes(Order order) const;
  /// The first row whose leading parts are at least the prefix; with `after`, are greater.
  [[nodiscard]] std::size_t lower_bound(Order order, Prefix const& prefix, bool after = false) const;
  /// The quad of a row of Order::spo.
  [[nodiscard]] QuadChange row(std::size_t index) const;

 private:
  void allocate(std::size_t rows);
  void summarize();

  std::size_t rows_ = 0;
  std::vector<TermId> columns_;        // order by order, place by place
  std::vector<std::uint8_t> changes_;  // order by order
  std::vector<PredicateTally> predicates_;
  std::vector<GraphTally> graphs_;
};

}  // namespace lepton::rdf
