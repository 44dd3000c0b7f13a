#pragma once

#include <condition_variable>
#include <deque>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/call.h"
#include "base/file.h"
#include "rdf/store/commit_log.h"
#include "rdf/store/dictionary.h"
#include "rdf/store/memory_run.h"
#include "rdf/store/version.h"

namespace lepton::rdf {

/// What a Store and its transactions share: the right to write, the log, and which version readers and the writer see.
/// Commits are applied in memory one after the other and made durable together; readers see durable ones only. Any
/// thread may call.
class StoreState {
 public:
  explicit StoreState(std::filesystem::path const& directory);

  Dictionary dictionary;

  /// Waits for the right to write, within the call's deadline, and gives what the writer begins from.
  [[nodiscard]] std::shared_ptr<Version const> begin(Call const& call);
  /// Gives the right to write back.
  void end();
  /// Makes `changes` (against `base`, not empty) the next version, gives the right to write back, and returns once the
  /// version is durable.
  std::uint64_t commit(std::shared_ptr<Version const> const& base, std::vector<QuadChange> const& changes);
  /// Returns once that version is durable.
  void wait_until_durable(std::uint64_t number);

  [[nodiscard]] std::shared_ptr<Version const> published() const;
  [[nodiscard]] std::uint64_t log_bytes() const;

 private:
  void replay(std::string_view record);
  void write_queue(std::unique_lock<std::mutex>& lock);

  std::filesystem::path directory_;
  FileDescriptor lock_file_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  bool writing_ = false;   ///< somebody has the right to write
  bool flushing_ = false;  ///< somebody writes to the log
  bool failed_ = false;    ///< a write to the log failed
  struct Queued {
    std::shared_ptr<Version const> version;
    std::string record;
  };
  std::deque<Queued> queue_;
  std::shared_ptr<Version const> applied_;
  std::shared_ptr<Version const> published_;
  std::unique_ptr<CommitLog> log_;
};

/// `base` with one more run on top, small runs merged so that there are never many.
[[nodiscard]] std::shared_ptr<Version const> with_run(Version const& base, std::uint64_t number,
                                                      std::shared_ptr<MemoryRun const> run);

}  // namespace lepton::rdf
