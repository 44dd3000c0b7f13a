#include "sparql/morsel_pool.h"

#include <pthread.h>

#include <algorithm>
#include <exception>

namespace lepton::sparql {

/// One call of run(). Lives on its stack; `helpers` and `failure` are guarded by the pool's state.
struct MorselPool::Job {
  MorselQueue::Shared morsels;
  std::function<void(MorselQueue&)> const* work = nullptr;
  std::size_t helpers = 0;
  std::exception_ptr failure;
};

std::optional<std::size_t> MorselQueue::next() {
  if (shared_.failed) return std::nullopt;
  std::size_t const morsel = shared_.next.fetch_add(1);
  return morsel < shared_.count ? std::optional(morsel) : std::nullopt;
}

MorselPool::MorselPool(std::size_t threads) {
  threads_.reserve(threads);
  for (std::size_t i = 0; i < threads; ++i) {
    threads_.emplace_back([this] { help(); });
    pthread_setname_np(threads_.back().native_handle(), "morsels");
  }
}

MorselPool::~MorselPool() {
  state_.lock()->stopping = true;
  opened_.notify_all();
  for (auto& thread : threads_) thread.join();
}

/// What it failed with, if it did.
std::exception_ptr MorselPool::take_part(Job& job, bool on_caller) {
  try {
    MorselQueue queue(job.morsels, on_caller);
    (*job.work)(queue);
    return nullptr;
  } catch (...) {  // the edge of a thread: others still work on this job
    job.morsels.failed = true;
    return std::current_exception();
  }
}

void MorselPool::run(std::size_t morsels, std::function<void(MorselQueue&)> const& work) {
  Job job;
  job.morsels.count = morsels;
  job.work = &work;
  bool const shared = !threads_.empty() && morsels > 1;
  if (shared) {
    state_.lock()->open.push_back(&job);
    opened_.notify_all();
  }
  std::exception_ptr failure = take_part(job, true);
  if (shared) {
    auto state = state_.lock();
    std::erase(state->open, &job);
    left_.wait(state.lock(), [&] { return job.helpers == 0; });
    if (job.failure) failure = job.failure;
  }
  if (failure) std::rethrow_exception(failure);
}

void MorselPool::help() {
  auto state = state_.lock();
  for (;;) {
    Job* job = nullptr;
    opened_.wait(state.lock(), [&] {
      job = find_job(state->open);
      return job != nullptr || state->stopping;
    });
    if (job == nullptr) return;
    ++job->helpers;
    state.lock().unlock();
    std::exception_ptr failure = take_part(*job, false);
    state.lock().lock();
    if (failure) job->failure = std::move(failure);
    if (--job->helpers == 0) left_.notify_all();
  }
}

/// The one with the fewest helpers of those that have something left.
MorselPool::Job* MorselPool::find_job(std::vector<Job*> const& open) {
  Job* found = nullptr;
  for (Job* const job : open) {
    bool const has_work = job->morsels.next < job->morsels.count && !job->morsels.failed;
    if (has_work && (found == nullptr || job->helpers < found->helpers)) found = job;
  }
  return found;
}

}  // namespace lepton::sparql
