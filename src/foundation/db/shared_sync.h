#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>

namespace lepton::db {

/// Makes commits durable that are written already, one sync for all who wait: whoever finds nobody at it syncs for
/// everyone who has committed until then, and those who come meanwhile share the next. Any thread may call. A sync that
/// fails cannot be tried again, as the system may have dropped what it could not write: from then on every wait throws
/// Error{unavailable}, until the database is opened anew.
class SharedSync {
 public:
  /// For how long what nobody waits for stays out of the disk.
  static constexpr std::chrono::milliseconds kLatest{100};

  /// `sync` returns once all that was written before is on the disk; empty where commits are durable by themselves.
  explicit SharedSync(std::function<void()> sync);
  /// Syncs what still has to be.
  ~SharedSync();
  SharedSync(SharedSync const&) = delete;
  SharedSync& operator=(SharedSync const&) = delete;

  /// To be called after a commit; what it answers is to be waited for.
  [[nodiscard]] std::uint64_t committed();
  /// The last commit, for who has seen it and made none.
  [[nodiscard]] std::uint64_t last() const;
  void wait(std::uint64_t commit);
  /// Somebody else syncs soon.
  void leave(std::uint64_t commit);

 private:
  void run(std::unique_lock<std::mutex>& lock);
  void sync_what_was_left(std::stop_token const& stop);

  std::function<void()> sync_;
  mutable std::mutex mutex_;
  std::condition_variable synced_;
  std::condition_variable_any left_;
  std::uint64_t last_ = 0;     ///< that was committed
  std::uint64_t durable_ = 0;  ///< that is on the disk, with all before
  std::uint64_t due_ = 0;      ///< that was left
  bool syncing_ = false;
  bool failed_ = false;
  std::jthread thread_;  // last: it uses all above
};

}  // namespace lepton::db
