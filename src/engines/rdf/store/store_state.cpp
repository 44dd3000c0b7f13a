#include "rdf/store/store_state.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>

#include <algorithm>
#include <cstring>
#include <set>

#include "base/check.h"
#include "base/error.h"

namespace lepton::rdf {

namespace {

constexpr std::uint64_t flush_log_bytes = 16 << 20;

template <class Number>
void put(std::string& out, Number number) {
  out.append(reinterpret_cast<char const*>(&number), sizeof number);
}

template <class Number>
Number get(std::string_view& bytes) {
  Number number{};
  if (bytes.size() < sizeof number) throw unavailable("the log of the graph store has a record that ends too early");
  std::memcpy(&number, bytes.data(), sizeof number);
  bytes.remove_prefix(sizeof number);
  return number;
}

/// `base` with one more run on top, small runs merged so that there are never many; the first `sealed` stay.
std::shared_ptr<Version const> with_run(Version const& base, std::uint64_t number, std::shared_ptr<Run const> run,
                                        std::size_t sealed) {
  Runs runs = base.runs();
  Runs merged{std::move(run)};
  std::size_t rows = merged[0]->rows();
  while (runs.size() > sealed && runs.back()->rows() <= 2 * rows) {
    rows += runs.back()->rows();
    merged.insert(merged.begin(), runs.back());
    runs.pop_back();
  }
  if (merged.size() > 1) merged = {std::make_shared<MemoryRun const>(merged)};
  if (merged[0]->rows() > 0) runs.push_back(merged[0]);
  return std::make_shared<Version const>(number, std::move(runs));
}

Error must_reopen() {
  return unavailable("the graph store could not write its log; it must be opened again");
}

}  // namespace

StoreState::StoreState(std::filesystem::path const& directory, StoreOptions store_options)
    : options(store_options), directory_(directory) {
  std::filesystem::create_directories(directory);
  lock_file_ = FileDescriptor(::open((directory / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!lock_file_.open()) throw_errno((directory / "lock").string());
  if (::flock(lock_file_.get(), LOCK_EX | LOCK_NB) != 0)
    throw conflict(fmt::format("the graph store {} is open in another process", directory.string()));
  open_files();
  replay_logs();
  remove_strangers();
  sync_directory(directory);
  published_ = applied_;
  log_bytes_ = log_->bytes();
  wanted_ = has_to_flush(*applied_);
  thread_ = std::jthread([this](std::stop_token const& stop) { work(stop); });
}

StoreState::~StoreState() {
  thread_.request_stop();
  thread_.join();
}

void StoreState::replay(std::string_view record) {
  auto const number = get<std::uint64_t>(record);
  dictionary.restore(record);
  auto const count = get<std::uint64_t>(record);
  if (count > record.size()) throw unavailable("the log of the graph store has a record that ends too early");
  std::vector<QuadChange> changes(count);
  for (auto& [quad, change] : changes) {
    for (TermId* const id : {&quad.subject, &quad.predicate, &quad.object, &quad.graph})
      *id = TermId::from_raw(get<std::uint64_t>(record));
    change = Change::unpack(get<std::uint8_t>(record));
  }
  if (number <= applied_->number()) return;
  applied_ = with_run(*applied_, number, std::make_shared<MemoryRun const>(changes), sealed_);
}

std::shared_ptr<Version const> StoreState::begin(Call const& call) {
  std::unique_lock lock(mutex_);
  call.proceed();
  bool const free = may_write_.wait_until(lock, call.stop, call.deadline, [this] {
    return failed_ || (!writing_ && memory_bytes(*applied_) <= options.memory_limit / 2);
  });
  if (!free) {
    call.proceed();
    throw unavailable("another transaction writes to the graph");
  }
  if (failed_) throw must_reopen();
  writing_ = true;
  return applied_;
}

void StoreState::end() {
  std::lock_guard const lock(mutex_);
  writing_ = false;
  may_write_.notify_one();
}

bool StoreState::has_to_flush(Version const& version) const {
  return log_bytes_ > flush_log_bytes || memory_bytes(version) > flush_memory();
}

std::size_t StoreState::most_logged_changes() const {
  return flush_memory() / MemoryRun::row_bytes;
}

std::uint64_t StoreState::commit(std::shared_ptr<MemoryRun const> const& changes) {
  std::uint64_t number = 0;
  {
    std::lock_guard const structure(structure_);
    auto const version = with_run(*applied_, applied_->number() + 1, changes, sealed_);
    number = version->number();
    std::string record;
    put(record, number);
    dictionary.take_unlogged(record);
    put(record, std::uint64_t{changes->rows()});
    for (std::size_t i = 0; i < changes->rows(); ++i) {
      for (std::size_t place = 0; place < 4; ++place) put(record, changes->column(Order::spo, place)[i].raw());
      put(record, changes->changes(Order::spo)[i]);
    }
    std::lock_guard const lock(mutex_);
    queue_.push_back({version, std::move(record), BeforeDurable::of_this_thread()});
    applied_ = version;
    writing_ = false;
    may_write_.notify_one();
    if (!wanted_ && has_to_flush(*version)) {
      wanted_ = true;
      work_.notify_one();
    }
  }
  wait_until_durable(number);
  return number;
}

void StoreState::wait_until_durable(std::uint64_t number) {
  std::unique_lock lock(mutex_);
  while (published_->number() < number) {
    if (failed_) throw must_reopen();
    if (flushing_) {
      durable_.wait(lock);
    } else {
      write_queue(lock);
    }
  }
}

void StoreState::write_log(std::deque<Queued> const& batch) {
  std::set<BeforeDurable::Action> first;
  std::vector<std::string_view> records;
  for (Queued const& queued : batch) {
    records.emplace_back(queued.record);
    if (queued.before && first.insert(queued.before).second) (*queued.before)();
  }
  log_->append(records);
  log_->sync();
}

/// Whoever finds nobody at it writes what all have queued, with one sync.
void StoreState::write_queue(std::unique_lock<std::mutex>& lock) {
  flushing_ = true;
  auto const batch = std::exchange(queue_, {});
  lock.unlock();
  try {
    write_log(batch);
  } catch (...) {
    lock.lock();
    flushing_ = false;
    failed_ = true;
    durable_.notify_all();
    may_write_.notify_all();
    throw;
  }
  lock.lock();
  flushing_ = false;
  log_bytes_ = log_->bytes();
  if (!batch.empty()) published_ = batch.back().version;
  durable_.notify_all();
}

std::size_t StoreState::memory_bytes(Version const& version) const {
  std::size_t sum = 0;
  for (auto const& run : version.runs())
    if (run->disk_bytes() == 0) sum += run->memory_bytes();
  return sum;
}

std::shared_ptr<Version const> StoreState::published() const {
  std::lock_guard const lock(mutex_);
  return published_;
}

}  // namespace lepton::rdf
