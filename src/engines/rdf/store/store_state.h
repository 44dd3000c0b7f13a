#pragma once

#include <condition_variable>
#include <deque>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/call.h"
#include "base/file.h"
#include "rdf/store/before_durable.h"
#include "rdf/store/commit_log.h"
#include "rdf/store/dictionary.h"
#include "rdf/store/manifest.h"
#include "rdf/store/memory_run.h"
#include "rdf/store/store.h"
#include "rdf/store/version.h"

namespace lepton::rdf {

using Runs = std::vector<std::shared_ptr<Run const>>;

/// What a Store and its transactions share: the right to write, the log, the files, and which version readers and the
/// writer see. Commits are applied in memory one after the other and made durable together; readers see durable ones
/// only. A thread of its own brings changes into files and merges those; neither readers nor writers wait for it, but
/// for a writer who is ahead by half the memory limit or brings files itself. Any thread may call.
class StoreState {
 public:
  StoreState(std::filesystem::path const& directory, StoreOptions options);
  ~StoreState();
  StoreState(StoreState const&) = delete;
  StoreState& operator=(StoreState const&) = delete;

  Dictionary dictionary;
  StoreOptions const options;

  /// Waits for the right to write, within the call's deadline, and gives what the writer begins from.
  [[nodiscard]] std::shared_ptr<Version const> begin(Call const& call);
  /// Gives the right to write back.
  void end();
  /// Makes `changes` (against what begin() gave, not empty) the next version, gives the right to write back, and
  /// returns once the version is durable.
  std::uint64_t commit(std::shared_ptr<MemoryRun const> const& changes);
  /// More are better written into files, where the log and memory would send them soon.
  [[nodiscard]] std::size_t most_logged_changes() const;
  /// Returns once that version is durable.
  void wait_until_durable(std::uint64_t number);
  [[nodiscard]] std::shared_ptr<Version const> published() const;

  // For who has the right to write and has many changes.
  /// A name for a file that nobody else gets.
  [[nodiscard]] std::filesystem::path new_file(std::string_view what);
  /// Brings the terms into files, so that they take no memory.
  void flush_terms(Call const& call);
  /// Makes files, on top of what begin() gave, the next version, durably, and gives the right to write back. Takes them
  /// as soon as a crash might leave them in the store; when it throws after that, the store must be opened again.
  std::uint64_t commit_files(Runs& files);

  /// Brings all that is committed into files; with `whole`, into a single run.
  void flush(Call const& call, bool whole);
  /// Indexes a piece of the literals that are in files and not indexed, of which there are `least` or more; false when
  /// there are fewer. Writers and flushes go on meanwhile.
  [[nodiscard]] bool index_texts(Call const& call, std::uint64_t least);
  void backup(Call const& call, std::filesystem::path const& directory);
  void fill(StoreFigures& figures) const;

 private:
  struct Queued {
    std::shared_ptr<Version const> version;
    std::string record;
    BeforeDurable::Action before;
  };

  void open_files();
  void open_text_indexes();
  void replay_logs();
  void replay(std::string_view record);
  void remove_strangers();
  void write_queue(std::unique_lock<std::mutex>& lock);
  void write_log(std::deque<Queued> const& batch);
  [[nodiscard]] std::size_t memory_bytes(Version const& version) const;
  [[nodiscard]] std::size_t flush_memory() const { return options.memory_limit / 8; }

  // Under maintenance_.
  void flush_runs(Call const& call);
  [[nodiscard]] bool merge_files(Call const& call, bool whole);
  [[nodiscard]] std::vector<std::string> write_terms(Call const& call, Manifest& next, bool whole);
  void install(Manifest next);
  void remove_old(std::vector<std::string> const& names);
  [[nodiscard]] Runs seal();
  void replace_runs(std::size_t from, std::size_t count, std::shared_ptr<Run const> const& by);
  [[nodiscard]] TermTables durable_literals();
  void install_texts(Call const& call, TextIndexes indexes);
  void work(std::stop_token const& stop);
  void tend(Call const& call, bool flushes, bool indexes);
  [[nodiscard]] bool has_to_flush(Version const& version) const;

  std::filesystem::path directory_;
  FileDescriptor lock_file_;

  std::mutex indexing_;     ///< one piece of literals is indexed at a time; taken before the others
  std::mutex maintenance_;  ///< one flush or merge at a time; taken before the ones below
  Manifest manifest_;
  std::uint64_t sealed_version_ = 0;  ///< of the last seal()
  std::mutex files_mutex_;            ///< of next_file_ alone
  std::uint64_t next_file_ = 1;

  std::mutex structure_;    ///< taken before mutex_: who holds it may change which runs versions have
  std::size_t sealed_ = 0;  ///< so many runs at the beginning of every version are left as they are by writers
  mutable std::mutex mutex_;
  // Each event has its own, so that a commit wakes nobody in vain.
  std::condition_variable_any may_write_;  ///< the right to write is free, or memory was
  std::condition_variable durable_;        ///< nobody writes to the log any more
  std::condition_variable_any work_;       ///< wanted_ or texts_wanted_
  bool writing_ = false;                   ///< somebody has the right to write
  bool flushing_ = false;                  ///< somebody writes to the log
  bool failed_ = false;                    ///< a write to the log failed
  bool wanted_ = false;                    ///< the thread has something to flush
  bool texts_wanted_ = false;              ///< and literals to index
  std::deque<Queued> queue_;
  std::shared_ptr<Version const> applied_;
  std::shared_ptr<Version const> published_;
  std::unique_ptr<CommitLog> log_;
  std::uint64_t log_number_ = 1;
  std::uint64_t log_bytes_ = 0;  ///< as of the last sync: the log itself belongs to who is writing to it

  SystemClock clock_;
  std::jthread thread_;
};

}  // namespace lepton::rdf
