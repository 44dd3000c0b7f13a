#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/call.h"
#include "rdf/store/memory_run.h"
#include "rdf/store/store_state.h"
#include "rdf/store/version.h"

namespace lepton::rdf {

/// What the one writer of a store changes: noted as it comes, and sorted and compared with what is there a piece at a
/// time, when somebody asks for it or memory is short. What would fill the log goes into files beside those of the
/// store, so that memory is bounded. It holds the right to write until commit() or its end, which removes such files
/// when no commit took them over. One thread; it must not outlive the store's state.
class PendingChanges {
 public:
  PendingChanges(StoreState& store, Call const& call);
  ~PendingChanges();
  PendingChanges(PendingChanges const&) = delete;
  PendingChanges& operator=(PendingChanges const&) = delete;

  void set(IdQuad const& quad, Layer layer, bool present);

  [[nodiscard]] std::shared_ptr<Version const> const& base() const { return base_; }
  /// The base with all changes so far.
  [[nodiscard]] std::shared_ptr<Version const> const& version();
  /// Those changes, oldest first: runs above the base's.
  [[nodiscard]] Runs runs();

  /// Brings all changes into files, so that commit() does not use the log.
  void write_out();
  /// Once. All of it or nothing, durable before it returns; see Transaction::commit().
  std::uint64_t commit();

 private:
  void make_room();
  void settle();
  [[nodiscard]] bool find_changes();
  void write_file();

  StoreState& store_;
  std::shared_ptr<Version const> base_;
  std::size_t const piece_;          ///< so many are sorted at once
  std::vector<QuadChange> asked_;    ///< as they came: `before` holds the layers to leave, `after` those to enter
  Runs files_;                       ///< above the base
  std::vector<QuadChange> changes_;  ///< against base and files, ascending in Order::spo
  std::vector<QuadChange> scratch_;
  std::shared_ptr<MemoryRun const> top_;    ///< changes_, when it was asked for
  std::shared_ptr<Version const> version_;  ///< of all that, when it was asked for
  bool writing_ = true;                     ///< has the right to write
};

}  // namespace lepton::rdf
