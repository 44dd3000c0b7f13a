#include "serving/batcher.h"

#include <algorithm>
#include <cmath>
#include <span>

#include "base/error.h"
#include "base/fields.h"

namespace lepton::serving {
namespace {

/// The turn in the queue of work that has no deadline, or one far away.
constexpr auto kPatience = std::chrono::seconds(10);
/// Weight of the newest batch in the moving average.
constexpr double kNewest = 0.2;

Error overloaded(std::chrono::duration<double> wait) {
  auto const milliseconds =
      std::chrono::milliseconds(std::max<std::int64_t>(100, static_cast<std::int64_t>(std::ceil(wait.count() * 1000))));
  return unavailable("the deployment has more requests waiting than it can answer in time: try again later")
      .with_reason("overloaded")
      .with_retry_after(milliseconds);
}

Error too_late() {
  return exhausted("the request's deadline passed before the model could run").with_reason("deadline_exceeded");
}

void refuse(Batcher::Work& work, Error const& error) {
  work.done(Unexpected(error));
}

runtime::Rows join_rows(std::vector<Batcher::Work> const& batch, std::size_t rows) {
  runtime::Rows all(runtime::Matrix(rows, batch.front().rows.columns()));
  all.texts.resize(batch.front().rows.texts.size());
  std::size_t next = 0;
  for (auto const& work : batch) {
    for (std::size_t row = 0; row < work.rows.rows(); ++row) {
      auto const from = work.rows.numbers.row(row);
      std::copy(from.begin(), from.end(), all.numbers.row(next++).begin());
    }
    for (std::size_t column = 0; column < all.texts.size(); ++column)
      all.texts[column].insert(all.texts[column].end(), work.rows.texts[column].begin(), work.rows.texts[column].end());
  }
  return all;
}

runtime::Prediction slice(runtime::Prediction const& all, std::size_t first, std::size_t rows) {
  auto const part = [&](auto const& values, std::size_t width) {
    auto const begin = values.begin() + static_cast<std::ptrdiff_t>(first * width);
    return std::remove_cvref_t<decltype(values)>(begin, begin + static_cast<std::ptrdiff_t>(rows * width));
  };
  runtime::Prediction out{rows, all.columns, part(all.values, all.columns)};
  for (auto const& texts : all.texts) out.texts.push_back(texts.empty() ? texts : part(texts, 1));
  return out;
}

/// One JSON array per row.
std::vector<std::string> explanations_of(runtime::Model const& model, runtime::Rows const& rows) {
  std::vector<std::string> out;
  for (auto const& explanations : model.explain(rows.view())) out.push_back(json::write(lepton::to_json(explanations)));
  return out;
}

/// Hands the answer over, with its explanation where that is wanted; a model that cannot explain is the caller's error.
void answer(runtime::Model const& model, Batcher::Work& work, runtime::Prediction prediction) {
  if (!work.explain) return work.done(std::move(prediction));
  Expected<runtime::Prediction> result;
  try {
    prediction.explanations = explanations_of(model, work.rows);
    result = std::move(prediction);
  } catch (Error const& error) {
    result = Unexpected(error);
  } catch (std::exception const&) {
    result = Unexpected(internal("the answer could not be explained"));
  }
  work.done(std::move(result));
}

void run_alone(runtime::Model const& model, Batcher::Work& work) {
  runtime::Prediction prediction;
  try {
    prediction = model.predict(work.rows.view());
  } catch (Error const& error) {
    return work.done(Unexpected(error));
  } catch (std::exception const&) {
    return work.done(Unexpected(internal("the model failed on this request")));
  }
  answer(model, work, std::move(prediction));
}

}  // namespace

Batcher::Batcher(std::shared_ptr<runtime::Model const> model, BatchLimits limits, Clock const& clock,
                 BatchMetrics metrics)
    : model_(std::move(model)), limits_(limits), clock_(clock), metrics_(metrics) {
  for (std::size_t i = 0; i < std::max<std::size_t>(1, limits_.replicas); ++i)
    workers_.emplace_back([this] { work(); });
}

Batcher::~Batcher() {
  drain();
}

bool Batcher::submit(Work& work) {
  {
    auto state = state_.lock();
    if (state->closed) return false;
    auto const now = clock_.steady();
    auto const wait = expected_wait(*state, work.rows.rows());
    if (state->queue.size() >= limits_.max_queued || (work.deadline != Moment::max() && now + wait > work.deadline)) {
      metrics_.shed.add();
      throw overloaded(wait);
    }
    state->queued_rows += work.rows.rows();
    Moment const turn = std::min(work.deadline, now + kPatience);
    state->queue.emplace(turn, std::move(work));
  }
  metrics_.queued.add(1);
  wake_.notify_one();
  return true;
}

void Batcher::drain() {
  state_.lock()->closed = true;
  wake_.notify_all();
  for (auto& worker : workers_)
    if (worker.joinable()) worker.join();
}

std::chrono::duration<double> Batcher::expected_wait(State const& state, std::size_t rows) const {
  auto const ahead = static_cast<double>(state.queued_rows + state.running_rows);
  auto const replicas = static_cast<double>(workers_.size());
  return std::chrono::duration<double>((ahead / std::max(1.0, replicas) + static_cast<double>(rows)) *
                                       state.seconds_per_row);
}

std::vector<Batcher::Work> Batcher::take_batch(State& state) const {
  std::vector<Work> batch;
  std::size_t rows = 0;
  auto const now = clock_.steady();
  Moment const earliest = state.queue.begin()->second.deadline;
  while (!state.queue.empty()) {
    auto const next = state.queue.begin();
    std::size_t const more = next->second.rows.rows();
    if (!batch.empty()) {
      if (rows + more > limits_.max_rows) break;
      // One row more must not make the most urgent request late.
      std::chrono::duration<double> const cost(static_cast<double>(rows + more) * state.seconds_per_row);
      if (earliest != Moment::max() && now + cost > earliest) break;
    }
    rows += more;
    batch.push_back(std::move(next->second));
    state.queue.erase(next);
  }
  state.queued_rows -= rows;
  state.running_rows += rows;
  return batch;
}

void Batcher::work() {
  while (true) {
    std::vector<Work> batch;
    {
      auto state = state_.lock();
      wake_.wait(state.lock(), [&] { return state->closed || !state->queue.empty(); });
      if (state->queue.empty()) return;
      batch = take_batch(*state);
    }
    metrics_.queued.add(-static_cast<std::int64_t>(batch.size()));
    std::size_t taken = 0;
    for (auto const& item : batch) taken += item.rows.rows();
    auto const start = clock_.steady();
    auto const late = std::stable_partition(batch.begin(), batch.end(), [&](Work const& item) {
      return item.deadline > start && !item.stop.stop_requested();
    });
    for (auto item = late; item != batch.end(); ++item)
      refuse(*item, item->stop.stop_requested() ? cancelled("the caller is gone") : too_late());
    batch.erase(late, batch.end());
    std::size_t rows = 0;
    for (auto const& item : batch) rows += item.rows.rows();
    if (!batch.empty()) run(batch, rows);
    std::chrono::duration<double> const took = clock_.steady() - start;
    auto state = state_.lock();
    state->running_rows -= taken;
    if (rows != 0) {
      double const cost = took.count() / static_cast<double>(rows);
      state->seconds_per_row =
          state->seconds_per_row == 0 ? cost : (1 - kNewest) * state->seconds_per_row + kNewest * cost;
    }
  }
}

void Batcher::run(std::vector<Work>& batch, std::size_t rows) {
  metrics_.batch_rows.observe(static_cast<double>(rows));
  if (batch.size() == 1) return run_alone(*model_, batch.front());
  runtime::Prediction all;
  try {
    all = model_->predict(join_rows(batch, rows).view());
  } catch (std::exception const&) {
    // One bad request must not fail the others of its batch.
    for (auto& work : batch) run_alone(*model_, work);
    return;
  }
  std::size_t first = 0;
  for (auto& work : batch) {
    std::size_t const count = work.rows.rows();
    answer(*model_, work, slice(all, first, count));
    first += count;
  }
}

}  // namespace lepton::serving
