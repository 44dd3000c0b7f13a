#include "db/group_commit.h"

#include <iterator>

#include "base/check.h"
#include "base/error.h"

namespace lepton::db {

GroupCommit::GroupCommit(RunBatch run) : run_(std::move(run)), thread_([this] { work(); }) {}

void GroupCommit::add(Item item) {
  {
    std::lock_guard const lock(mutex_);
    if (stopping_) throw unavailable("the database is closing");
    if (queue_.size() >= kQueueLimit)
      throw exhausted("too many writes wait for the disk: try again later").with_reason("write_queue_full");
    queue_.push_back(std::move(item));
  }
  wake_.notify_one();
}

void GroupCommit::finish() {
  check(std::this_thread::get_id() != thread_.get_id(), "the thread of the group commit does not wait for itself");
  std::unique_lock lock(mutex_);
  idle_.wait(lock, [this] { return !working_ && queue_.empty(); });
}

void GroupCommit::stop() {
  {
    std::lock_guard const lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void GroupCommit::work() {
  for (;;) {
    std::vector<Item> batch;
    {
      std::unique_lock lock(mutex_);
      working_ = false;
      if (queue_.empty()) idle_.notify_all();
      wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
      if (queue_.empty()) return;
      auto const count = static_cast<std::ptrdiff_t>(std::min(queue_.size(), kBatchLimit));
      batch.assign(std::move_iterator(queue_.begin()), std::move_iterator(queue_.begin() + count));
      queue_.erase(queue_.begin(), queue_.begin() + count);
      working_ = true;
    }
    auto const outcomes = run_(batch);
    for (std::size_t i = 0; i < batch.size(); ++i) {
      try {
        if (batch[i].done) batch[i].done(outcomes[i]);
      } catch (...) {
        // The write is durable; what its owner makes of that is not for this thread to judge.
      }
    }
  }
}

}  // namespace lepton::db
