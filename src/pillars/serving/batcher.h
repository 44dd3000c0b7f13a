#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <stop_token>
#include <thread>
#include <vector>

#include "base/expected.h"
#include "base/guarded.h"
#include "base/metrics.h"
#include "base/time.h"
#include "runtime/model.h"

namespace lepton::serving {

/// How much one deployment takes on at a time.
struct BatchLimits {
  std::size_t replicas = 1;       ///< worker threads
  std::size_t max_rows = 256;     ///< of one batch
  std::size_t max_queued = 1024;  ///< requests that wait; more are shed
};

/// The numbers that a batcher keeps; they outlive it.
struct BatchMetrics {
  Counter& shed;
  Gauge& queued;
  Histogram& batch_rows;
};

/// Runs a model for many callers at once: while the model is busy requests queue, and what has queued goes as one
/// batch, so that an idle model answers at once and a busy one gets faster per row. The queue is bounded, and what
/// cannot be answered before its deadline is refused at the door or dropped unrun. Any thread may submit; `done` runs
/// on a worker thread and must not throw or block.
class Batcher {
 public:
  using Done = std::function<void(Expected<runtime::Prediction>)>;
  struct Work {
    runtime::Rows rows;
    bool explain = false;  ///< Prediction::explanations are wanted too
    std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();
    std::stop_token stop;
    Done done;
  };

  /// `clock` and `metrics` outlive it.
  Batcher(std::shared_ptr<runtime::Model const> model, BatchLimits limits, Clock const& clock, BatchMetrics metrics);
  /// Drains.
  ~Batcher();
  Batcher(Batcher const&) = delete;
  Batcher& operator=(Batcher const&) = delete;

  /// Takes the work over, or returns false and leaves it when drain() has begun: the caller finds the successor. Throws
  /// Error{unavailable, "overloaded"} with a retry-after when the queue is full or the deadline cannot be met.
  [[nodiscard]] bool submit(Work& work);
  /// Takes nothing new, answers what it has, joins the workers. Not from a worker thread.
  void drain();

  [[nodiscard]] BatchLimits const& limits() const { return limits_; }

 private:
  using Moment = std::chrono::steady_clock::time_point;
  /// Earliest deadline first; work without a deadline takes its turn as if it had `patience`.
  using Queue = std::multimap<Moment, Work>;
  struct State {
    Queue queue;
    std::size_t queued_rows = 0;
    std::size_t running_rows = 0;
    double seconds_per_row = 0;  ///< moving average, the batch's fixed cost spread over its rows
    bool closed = false;
  };

  void work();
  [[nodiscard]] std::vector<Work> take_batch(State& state) const;
  [[nodiscard]] std::chrono::duration<double> expected_wait(State const& state, std::size_t rows) const;
  void run(std::vector<Work>& batch, std::size_t rows);

  std::shared_ptr<runtime::Model const> model_;
  BatchLimits limits_;
  Clock const& clock_;
  BatchMetrics metrics_;
  Guarded<State> state_;
  std::condition_variable_any wake_;
  std::vector<std::thread> workers_;
};

}  // namespace lepton::serving
