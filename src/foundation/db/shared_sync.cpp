#include "db/shared_sync.h"

#include <algorithm>

#include "base/error.h"

namespace lepton::db {

SharedSync::SharedSync(std::function<void()> sync) : sync_(std::move(sync)) {
  if (sync_) thread_ = std::jthread([this](std::stop_token const& stop) { sync_what_was_left(stop); });
}

SharedSync::~SharedSync() {
  if (!thread_.joinable()) return;
  thread_.request_stop();
  thread_.join();
}

std::uint64_t SharedSync::committed() {
  std::lock_guard const lock(mutex_);
  return ++last_;
}

std::uint64_t SharedSync::last() const {
  std::lock_guard const lock(mutex_);
  return last_;
}

void SharedSync::wait(std::uint64_t commit) {
  if (!sync_) return;
  std::unique_lock lock(mutex_);
  while (durable_ < commit) {
    if (failed_)
      throw unavailable("the database could not be brought to the disk: its server must be started again")
          .with_reason("sync_failed");
    if (syncing_)
      synced_.wait(lock);
    else
      run(lock);
  }
}

void SharedSync::leave(std::uint64_t commit) {
  std::lock_guard const lock(mutex_);
  bool const waits = due_ <= durable_;
  due_ = std::max(due_, commit);
  if (waits) left_.notify_one();
}

void SharedSync::run(std::unique_lock<std::mutex>& lock) {
  syncing_ = true;
  auto const last = last_;
  lock.unlock();
  bool done = false;
  try {
    sync_();
    done = true;
  } catch (Error const&) {
    // Told to everyone who waits, this one included.
  }
  lock.lock();
  syncing_ = false;
  if (done)
    durable_ = last;
  else
    failed_ = true;
  synced_.notify_all();
}

void SharedSync::sync_what_was_left(std::stop_token const& stop) {
  std::unique_lock lock(mutex_);
  for (;;) {
    left_.wait(lock, stop, [this] { return due_ > durable_ && !failed_; });
    if (due_ <= durable_ || failed_) return;  // the end, with nothing left
    left_.wait_for(lock, stop, kLatest, [] { return false; });
    if (!syncing_ && due_ > durable_) run(lock);
    if (syncing_) synced_.wait(lock);
  }
}

}  // namespace lepton::db
