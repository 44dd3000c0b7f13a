#include "rdf/store/store_state.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>

#include <cstring>

#include "base/error.h"

namespace lepton::rdf {

namespace {

template <class Number>
void put(std::string& out, Number number) {
  out.append(reinterpret_cast<char const*>(&number), sizeof number);
}

template <class Number>
Number get(std::string_view& bytes) {
  Number number{};
  if (bytes.size() < sizeof number) throw unavailable("the store's log has a record that ends too early");
  std::memcpy(&number, bytes.data(), sizeof number);
  bytes.remove_prefix(sizeof number);
  return number;
}

}  // namespace

std::shared_ptr<Version const> with_run(Version const& base, std::uint64_t number,
                                        std::shared_ptr<MemoryRun const> run) {
  auto runs = base.runs();
  while (!runs.empty() && runs.back()->rows() <= 2 * run->rows()) {
    auto const older = std::dynamic_pointer_cast<MemoryRun const>(runs.back());
    if (!older) break;
    run = std::make_shared<MemoryRun const>(*older, *run);
    runs.pop_back();
  }
  if (run->rows() > 0) runs.push_back(std::move(run));
  return std::make_shared<Version const>(number, std::move(runs));
}

StoreState::StoreState(std::filesystem::path const& directory)
    : directory_(directory), applied_(std::make_shared<Version const>(0, std::vector<std::shared_ptr<Run const>>())) {
  std::filesystem::create_directories(directory);
  lock_file_ = FileDescriptor(::open((directory / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!lock_file_.open()) throw_errno((directory / "lock").string());
  if (::flock(lock_file_.get(), LOCK_EX | LOCK_NB) != 0)
    throw conflict(fmt::format("the graph store {} is open in another process", directory.string()));
  log_ = std::make_unique<CommitLog>(directory / "log", [this](std::string_view record) { replay(record); });
  sync_directory(directory);
  published_ = applied_;
}

void StoreState::replay(std::string_view record) {
  auto const number = get<std::uint64_t>(record);
  dictionary.restore(record);
  std::vector<QuadChange> changes(get<std::uint64_t>(record));
  for (auto& [quad, change] : changes) {
    for (TermId* const id : {&quad.subject, &quad.predicate, &quad.object, &quad.graph})
      *id = TermId::from_raw(get<std::uint64_t>(record));
    change = Change::unpack(get<std::uint8_t>(record));
  }
  applied_ = with_run(*applied_, number, std::make_shared<MemoryRun const>(changes));
}

std::shared_ptr<Version const> StoreState::begin(Call const& call) {
  std::unique_lock lock(mutex_);
  call.proceed();
  bool const free = changed_.wait_until(lock, call.stop, call.deadline, [this] { return !writing_ || failed_; });
  if (!free) {
    call.proceed();
    throw unavailable("another transaction writes to the graph");
  }
  if (failed_) throw unavailable("the graph store could not write its log; it must be opened again");
  writing_ = true;
  return applied_;
}

void StoreState::end() {
  std::lock_guard const lock(mutex_);
  writing_ = false;
  changed_.notify_all();
}

std::uint64_t StoreState::commit(std::shared_ptr<Version const> const& base, std::vector<QuadChange> const& changes) {
  auto const version = with_run(*base, base->number() + 1, std::make_shared<MemoryRun const>(changes));
  std::string record;
  put(record, version->number());
  dictionary.take_unlogged(record);
  put(record, std::uint64_t{changes.size()});
  for (auto const& [quad, change] : changes) {
    for (TermId const id : {quad.subject, quad.predicate, quad.object, quad.graph}) put(record, id.raw());
    put(record, change.packed());
  }
  {
    std::lock_guard const lock(mutex_);
    queue_.push_back({version, std::move(record)});
    applied_ = version;
    writing_ = false;
    changed_.notify_all();
  }
  wait_until_durable(version->number());
  return version->number();
}

void StoreState::wait_until_durable(std::uint64_t number) {
  std::unique_lock lock(mutex_);
  while (published_->number() < number) {
    if (failed_) throw unavailable("the graph store could not write its log; it must be opened again");
    if (flushing_) {
      changed_.wait(lock);
    } else {
      write_queue(lock);
    }
  }
}

/// Whoever finds nobody at it writes what all have queued, with one sync.
void StoreState::write_queue(std::unique_lock<std::mutex>& lock) {
  flushing_ = true;
  auto const batch = std::exchange(queue_, {});
  lock.unlock();
  try {
    for (Queued const& queued : batch) log_->append(queued.record);
    log_->sync();
  } catch (...) {
    lock.lock();
    flushing_ = false;
    failed_ = true;
    changed_.notify_all();
    throw;
  }
  lock.lock();
  flushing_ = false;
  if (!batch.empty()) published_ = batch.back().version;
  changed_.notify_all();
}

std::shared_ptr<Version const> StoreState::published() const {
  std::lock_guard const lock(mutex_);
  return published_;
}

std::uint64_t StoreState::log_bytes() const {
  std::lock_guard const lock(mutex_);
  return log_->bytes();
}

}  // namespace lepton::rdf
