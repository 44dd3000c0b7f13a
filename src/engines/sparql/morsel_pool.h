#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <exception>
#include <functional>
#include <optional>
#include <thread>
#include <vector>

#include "base/guarded.h"

namespace lepton::sparql {

/// Hands out the morsels of one piece of work, ascending, each once. Made by a MorselPool for each thread that takes
/// part.
class MorselQueue {
 public:
  /// What the threads of one piece of work share.
  struct Shared {
    std::size_t count = 0;
    std::atomic<std::size_t> next = 0;
    std::atomic<bool> failed = false;
  };

  MorselQueue(Shared& shared, bool on_caller) : shared_(shared), on_caller_(on_caller) {}
  /// Empty when there are no more, or when the work failed on another thread.
  [[nodiscard]] std::optional<std::size_t> next();
  /// Whether this is the thread that called run().
  [[nodiscard]] bool on_caller() const { return on_caller_; }

 private:
  Shared& shared_;
  bool on_caller_;
};

/// Threads that all queries of a process share, in the way of morsel-driven parallelism (Leis, Boncz, Kemper, Neumann,
/// SIGMOD 2014): work is cut into morsels, and the thread that has work does it itself, together with those that are
/// idle just then. So many queries at once each run on their own thread, and one alone has them all. Made by the
/// program's root, outlives the queries; any thread may call.
class MorselPool {
 public:
  /// `threads` besides those that call.
  explicit MorselPool(std::size_t threads);
  ~MorselPool();
  MorselPool(MorselPool const&) = delete;
  MorselPool& operator=(MorselPool const&) = delete;

  [[nodiscard]] std::size_t threads() const { return threads_.size(); }

  /// Each thread that takes part calls `work` once, which takes morsels from its queue until there is none; the caller
  /// takes part always. Returns when all have ended, and rethrows the first failure; what other threads began is then
  /// done, the rest is not.
  void run(std::size_t morsels, std::function<void(MorselQueue&)> const& work);

 private:
  struct Job;
  struct State {
    std::vector<Job*> open;
    bool stopping = false;
  };

  void help();
  [[nodiscard]] static std::exception_ptr take_part(Job& job, bool on_caller);
  [[nodiscard]] static Job* find_job(std::vector<Job*> const& open);

  Guarded<State> state_;
  std::condition_variable_any opened_;
  std::condition_variable_any left_;
  std::vector<std::thread> threads_;
};

/// How a query uses other threads than its caller's. A plain value.
struct Parallelism {
  MorselPool* pool = nullptr;          ///< outlives the query; nullptr: the caller's thread alone
  std::size_t least_rows = 50'000;     ///< fewer rows are not worth waking a thread
  std::size_t morsel_rows = 16 << 10;  ///< a thread takes so many rows at a time
};

}  // namespace lepton::sparql
