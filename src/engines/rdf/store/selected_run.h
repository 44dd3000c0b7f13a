#pragma once

#include <memory>
#include <vector>

#include "rdf/store/memory_run.h"

namespace lepton::rdf {

/// IRIs of one dictionary, by their numbers there.
using IriSet = std::vector<bool>;

/// Those rows of a run in memory whose IRIs are all in a set; literals always are. To who reads it, the others are not
/// there: not in scans, counts or statistics. Costs five bits a row beside the run that it shares. Any thread may read.
class SelectedRun : public Run {
 public:
  /// IRIs beyond the end of `seen` are not in it. Blank nodes are taken for IRIs that are not.
  SelectedRun(std::shared_ptr<MemoryRun const> base, IriSet const& seen);

  [[nodiscard]] std::size_t rows() const override { return rows_; }
  [[nodiscard]] std::size_t memory_bytes() const override;
  [[nodiscard]] std::uint64_t disk_bytes() const override { return 0; }
  [[nodiscard]] std::unique_ptr<RunCursor> open(Order order) const override;
  [[nodiscard]] Tally tally(Order order, Prefix const& prefix) const override;
  [[nodiscard]] std::vector<PredicateTally> const& predicates() const override { return predicates_; }
  [[nodiscard]] std::vector<GraphTally> const& graphs() const override { return graphs_; }

 private:
  class Cursor;

  void select(IriSet const& seen);
  void summarize();
  /// The next selected row of an order, from `row` on; the base's number of rows at the end.
  [[nodiscard]] std::size_t next(Order order, std::size_t row) const;

  std::shared_ptr<MemoryRun const> base_;                         // shared with selections for others
  std::array<std::vector<std::uint64_t>, order_count> selected_;  ///< a bit a row of the base
  std::size_t rows_ = 0;
  std::vector<PredicateTally> predicates_;
  std::vector<GraphTally> graphs_;
};

}  // namespace lepton::rdf
