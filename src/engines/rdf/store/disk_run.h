#pragma once

#include <array>
#include <filesystem>
#include <memory>
#include <vector>

#include "rdf/store/checked_file.h"
#include "rdf/store/run.h"

namespace lepton::rdf {

/// Where a block of a run's file lies, what its first row is, and what all rows before it change together. As in the
/// file.
struct BlockEntry {
  std::array<TermId, 4> first;  ///< in the sequence of the order
  std::uint64_t offset = 0;
  Tally before;
};

/// Stands before the columns of a block. As in the file.
struct BlockHeader {
  std::array<std::uint32_t, 5> ends{};  ///< of the four columns, and of the changes, from the block's first byte
  std::uint16_t rows = 0;
  std::uint8_t uniform = 0;  ///< the packed change of all rows, when no changes follow
  std::uint8_t padding = 0;
};

/// The end of a run's file. As in the file.
struct RunFooter {
  std::uint64_t magic = 0x31006e755250474c;
  std::uint64_t rows = 0;
  std::array<std::uint64_t, order_count> index{};   ///< offset of the entries of an order
  std::array<std::uint64_t, order_count> blocks{};  ///< 0: the order is that of spo, since there is one graph
  std::uint64_t predicates = 0;
  std::uint64_t predicate_count = 0;
  std::uint64_t graphs = 0;
  std::uint64_t graph_count = 0;
};

/// A run in a file of compressed blocks, mapped: what is kept in memory is statistics. See run_writer.h for how it
/// comes to be. Damage is found when it is first touched, and thrown as Error{unavailable}.
class DiskRun : public Run {
 public:
  explicit DiskRun(std::filesystem::path path);

  [[nodiscard]] std::size_t rows() const override { return footer_.rows; }
  [[nodiscard]] std::size_t memory_bytes() const override;
  [[nodiscard]] std::uint64_t disk_bytes() const override { return file_.disk_bytes(); }
  [[nodiscard]] std::unique_ptr<RunCursor> open(Order order) const override;
  [[nodiscard]] Tally tally(Order order, Prefix const& prefix) const override;
  [[nodiscard]] std::vector<PredicateTally> const& predicates() const override { return predicates_; }
  [[nodiscard]] std::vector<GraphTally> const& graphs() const override { return graphs_; }
  [[nodiscard]] CheckedFile const& file() const { return file_; }

 private:
  friend class DiskRunCursor;
  friend class SingleGraphCursor;

  [[nodiscard]] BlockEntry entry(Order order, std::size_t block) const;
  [[nodiscard]] std::size_t blocks(Order order) const { return footer_.blocks[static_cast<std::size_t>(order)]; }
  /// The last block whose first row is below the prefix (with `after`: not above it); 0 when there is none.
  [[nodiscard]] std::size_t find_block(Order order, Prefix const& prefix, bool after) const;
  /// What the rows below the prefix (with `after`: below or with it) change together.
  [[nodiscard]] Tally tally_below(Order order, Prefix const& prefix, bool after) const;

  CheckedFile file_;
  RunFooter footer_;
  Tally total_;
  std::vector<PredicateTally> predicates_;
  std::vector<GraphTally> graphs_;
};

}  // namespace lepton::rdf
