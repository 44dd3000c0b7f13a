#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace lepton {

class Log;

/// A fixed number of threads and a bounded queue: what runs domain code off the network threads. Any thread may post. A
/// task must not throw; one that does is logged and dropped. stop() and the destructor run what was accepted, then
/// join.
class ThreadPool {
 public:
  using Task = std::function<void()>;

  /// `log` outlives the pool.
  ThreadPool(std::string name, std::size_t threads, std::size_t queue_limit, Log const& log);
  ~ThreadPool();
  ThreadPool(ThreadPool const&) = delete;
  ThreadPool& operator=(ThreadPool const&) = delete;

  /// False when the queue is full or the pool stops: the caller sheds load (Error{unavailable}), it does not wait.
  [[nodiscard]] bool try_post(Task task);
  [[nodiscard]] std::size_t queued() const;
  void stop();

 private:
  void work();

  std::string name_;
  std::size_t queue_limit_;
  Log const& log_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Task> queue_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace lepton
