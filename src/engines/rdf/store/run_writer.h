#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <vector>

#include "base/call.h"
#include "rdf/store/checked_file.h"
#include "rdf/store/disk_run.h"
#include "rdf/store/memory_run.h"

namespace lepton::rdf {

/// Writes a run's file: each order from its sorted rows, Order::pso and Order::pos among them, Order::gspo only when
/// there are several graphs. One thread at a time; the file exists once finish() returned.
class RunWriter {
 public:
  explicit RunWriter(std::filesystem::path path);

  void begin(Order order);
  /// Rows above all before them, in the sequence of the order.
  void add(std::array<TermId const*, 4> const& columns, std::uint8_t const* changes, std::size_t rows);
  void end();
  [[nodiscard]] bool has_several_graphs() const { return graphs_.size() > 1; }
  void finish();

 private:
  void summarize(std::array<TermId const*, 4> const& columns, std::uint8_t const* changes, std::size_t rows);
  void write_block();

  CheckedFileWriter file_;
  RunFooter footer_;
  Order order_ = Order::spo;
  std::array<std::vector<TermId>, 4> columns_;
  std::vector<std::uint8_t> changes_;
  std::vector<BlockEntry> index_;
  Tally tally_;
  std::array<TermId, 2> last_{};
  std::vector<PredicateTally> predicates_;
  std::size_t predicate_ = 0;
  std::map<TermId, Tally> graphs_;
  std::string block_;
};

/// Merges runs, oldest first, each directly above the one before, into one file; rows that change nothing are left out.
/// Empty when nothing is left. `call` may end it.
[[nodiscard]] std::shared_ptr<DiskRun const> merge_runs(Call const& call,
                                                        std::vector<std::shared_ptr<Run const>> const& runs,
                                                        std::filesystem::path const& path);

/// Writes rows, ascending in Order::spo and each quad once, into one file; they are in another order afterwards.
/// `scratch` is memory that calls may share.
[[nodiscard]] std::shared_ptr<DiskRun const> write_run(Call const& call, std::vector<QuadChange>& rows,
                                                       std::vector<QuadChange>& scratch,
                                                       std::filesystem::path const& path);

}  // namespace lepton::rdf
