#include "table/workers.h"

#include <condition_variable>
#include <mutex>

#include "base/encoding.h"
#include "base/error.h"
#include "base/random.h"

namespace lepton::table {
namespace {

constexpr std::chrono::seconds kLongestWait{30};
/// Address space beyond DuckDB's own limit: the program, its libraries, stacks, and the reserve of the allocator.
constexpr std::uint64_t kOverhead = 1ULL << 30;

ProcessOptions template_process(WorkerOptions const& options) {
  ProcessOptions process;
  process.arguments = options.command;
  process.environment = {{"HOME", "/nonexistent"}, {"LANG", "C.UTF-8"}};
  process.working_directory = options.scratch;
  process.die_with_parent = true;
  process.max_memory_bytes = options.memory_bytes + options.memory_bytes / 2 + kOverhead;
  process.max_file_bytes = options.output_bytes;
  process.max_open_files = 4096;
  return process;
}

bool is_ready(Worker& worker, Call const& call) {
  try {
    (void)worker.receive_message(call);
    return worker.alive();
  } catch (Error const&) {
    call.proceed();
    return false;
  }
}

}  // namespace

struct Workers::State {
  std::mutex mutex;
  std::condition_variable_any changed;
  std::shared_ptr<WorkerTemplate> parent;  ///< shared with its forks
  std::deque<std::unique_ptr<Worker>> spares;
  std::vector<std::unique_ptr<Worker>> finished;  ///< their processes are ended off the callers' threads
  std::size_t working = 0;
  int failures = 0;  ///< of starts, one after another
};

Workers::Workers(WorkerOptions options, Log const& log)
    : options_(std::move(options)), log_(log), state_(std::make_unique<State>()) {
  if (options_.threads == 0) options_.threads = std::max(1U, std::thread::hardware_concurrency());
  std::error_code ignored;
  std::filesystem::remove_all(options_.scratch, ignored);
  std::filesystem::create_directories(options_.scratch);
  refiller_ = std::jthread([this](std::stop_token const& stop) { refill(stop); });
}

Workers::~Workers() = default;

std::shared_ptr<WorkerTemplate> Workers::template_of_workers() {
  std::lock_guard const lock(state_->mutex);
  if (!state_->parent) state_->parent = std::make_shared<WorkerTemplate>(template_process(options_));
  return state_->parent;
}

std::unique_ptr<Worker> Workers::start_one() {
  for (int attempt = 0;; ++attempt) {
    auto const parent = template_of_workers();
    try {
      return std::make_unique<Worker>(options_, parent, options_.scratch / to_base32(random_bytes(10)));
    } catch (Error const&) {  // somebody may have killed it; another one does
      {
        std::lock_guard const lock(state_->mutex);
        if (state_->parent == parent) state_->parent.reset();
      }
      if (attempt > 0) throw;
    }
  }
}

/// Keeps the spares complete; after failures it tries again ever more slowly.
void Workers::refill(std::stop_token const& stop) {
  std::unique_lock lock(state_->mutex);
  while (!stop.stop_requested()) {
    auto const wanted = [&] { return state_->spares.size() < options_.spares || !state_->finished.empty(); };
    if (!state_->changed.wait(lock, stop, wanted)) return;
    auto finished = std::exchange(state_->finished, {});
    bool const enough = state_->spares.size() >= options_.spares;
    lock.unlock();
    finished.clear();
    if (enough) {
      lock.lock();
      continue;
    }
    std::unique_ptr<Worker> fresh;
    try {
      fresh = start_one();
    } catch (std::exception const& e) {
      log_.error("a query worker did not start", {{"reason", e.what()}});
    }
    lock.lock();
    if (fresh) {
      state_->failures = 0;
      state_->spares.push_back(std::move(fresh));
      state_->changed.notify_all();
    } else {
      state_->failures = std::min(state_->failures + 1, 8);
      auto const pause = std::chrono::milliseconds(50 << state_->failures);
      state_->changed.wait_for(lock, stop, pause, [] { return false; });
    }
  }
}

Workers::Lease Workers::take(Call const& call) {
  std::unique_ptr<Worker> worker;
  {
    std::unique_lock lock(state_->mutex);
    auto const free = [&] { return state_->working < options_.at_most; };
    auto const latest = std::chrono::steady_clock::now() + time_left(call, kLongestWait);
    if (!state_->changed.wait_until(lock, call.stop, latest, free)) {
      call.proceed();
      throw exhausted("all query workers are busy; try again in a moment").with_reason("busy");
    }
    ++state_->working;
    if (!state_->spares.empty()) {
      worker = std::move(state_->spares.front());
      state_->spares.pop_front();
    }
    state_->changed.notify_all();
  }
  try {
    if (worker && !is_ready(*worker, call)) worker.reset();  // a spare that died while it waited
    if (!worker) {
      worker = start_one();
      (void)worker->receive_message(call);
    }
  } catch (...) {
    give_back(std::move(worker));
    throw;
  }
  return Lease(*this, std::move(worker));
}

void Workers::give_back(std::unique_ptr<Worker> worker) {
  std::lock_guard const lock(state_->mutex);
  --state_->working;
  if (worker) state_->finished.push_back(std::move(worker));
  state_->changed.notify_all();
}

json::Object Workers::task(std::string_view op, Worker const& worker,
                           std::vector<std::filesystem::path> const& readable,
                           std::vector<std::string> const& setup) const {
  json::Array files;
  for (auto const& file : readable) files.emplace_back(file.string());
  json::Array statements;
  for (auto const& sql : setup) statements.emplace_back(sql);
  return {{"op", op},
          {"readable", std::move(files)},
          {"directory", worker.directory().string()},
          {"threads", static_cast<std::int64_t>(options_.threads)},
          {"keep_order", true},
          {"setup", std::move(statements)}};
}

}  // namespace lepton::table
