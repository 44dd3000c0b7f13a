#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "db/database.h"

namespace lepton::db {

/// Collects writes that may share a commit and hands them on in batches from one thread: while a batch is being made
/// durable the next one gathers. Any thread may add. stop() and the destructor finish what was accepted.
class GroupCommit {
 public:
  struct Item {
    std::function<void(Transaction&)> work;
    std::function<void(std::exception_ptr)> done;
  };
  /// Runs a batch: one outcome per item, null when durable.
  using RunBatch = std::function<std::vector<std::exception_ptr>(std::vector<Item> const&)>;

  explicit GroupCommit(RunBatch run);
  ~GroupCommit() { stop(); }
  GroupCommit(GroupCommit const&) = delete;
  GroupCommit& operator=(GroupCommit const&) = delete;

  /// Throws Error{exhausted} when too many wait, {unavailable} after stop().
  void add(Item item);
  /// Returns when all is durable, or has failed, and nothing of it is kept; not to be called from `work` or `done`.
  void finish();
  void stop();

 private:
  void work();

  static constexpr std::size_t kQueueLimit = 20'000;
  static constexpr std::size_t kBatchLimit = 512;

  RunBatch run_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::condition_variable idle_;
  std::deque<Item> queue_;
  bool working_ = false;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace lepton::db
