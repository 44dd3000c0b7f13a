#include "base/thread_pool.h"

#include <pthread.h>

#include "base/log.h"

namespace lepton {

ThreadPool::ThreadPool(std::string name, std::size_t threads, std::size_t queue_limit, Log const& log)
    : name_(std::move(name)), queue_limit_(queue_limit), log_(log) {
  threads_.reserve(threads);
  for (std::size_t i = 0; i < threads; ++i) {
    threads_.emplace_back([this] { work(); });
    pthread_setname_np(threads_.back().native_handle(), name_.substr(0, 15).c_str());
  }
}

ThreadPool::~ThreadPool() {
  stop();
}

bool ThreadPool::try_post(Task task) {
  {
    std::lock_guard const lock(mutex_);
    if (stopping_ || queue_.size() >= queue_limit_) return false;
    queue_.push_back(std::move(task));
  }
  wake_.notify_one();
  return true;
}

std::size_t ThreadPool::queued() const {
  std::lock_guard const lock(mutex_);
  return queue_.size();
}

void ThreadPool::stop() {
  {
    std::lock_guard const lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  for (auto& thread : threads_)
    if (thread.joinable()) thread.join();
}

void ThreadPool::work() {
  for (;;) {
    Task task;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
      if (queue_.empty()) return;
      task = std::move(queue_.front());
      queue_.pop_front();
    }
    try {
      task();
    } catch (std::exception const& e) {
      log_.error("task failed", {{"pool", name_}, {"error", e.what()}});
    } catch (...) {
      log_.error("task failed", {{"pool", name_}});
    }
  }
}

}  // namespace lepton
