#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/check.h"
#include "base/error.h"
#include "base/log.h"
#include "rdf/store/disk_run.h"
#include "rdf/store/run_writer.h"
#include "rdf/store/store_state.h"
#include "rdf/store/term_segment.h"

// How commits come into files: flushing, merging, bulk loads, backup, and opening what they left. Indexes of texts are
// in store_texts.cpp.
namespace lepton::rdf {

namespace {

constexpr std::size_t growth = 3;         ///< a run is merged with the newer ones once they are a third of it
constexpr std::size_t hashed_bytes = 16;  ///< of memory for each term of a segment that is written

std::string log_name(std::uint64_t number) {
  return fmt::format("log-{}", number);
}

std::string name_of(Run const& run) {
  return dynamic_cast<DiskRun const&>(run).file().path().filename().string();
}

TermSegment const* segment_of(std::shared_ptr<TermTable const> const& table) {
  return dynamic_cast<TermSegment const*>(table.get());
}

bool in_file(Run const& run) {
  return dynamic_cast<DiskRun const*>(&run) != nullptr;
}

}  // namespace

void StoreState::open_files() {
  if (auto const found = Manifest::find(directory_)) {
    manifest_ = *found;
  } else if (std::filesystem::exists(directory_ / log_name(1))) {
    // A store writes its manifest before its first log.
    throw unavailable(
        fmt::format("{} is missing: restore the store from a backup", (directory_ / "manifest").string()));
  } else {
    manifest_.write(directory_);
  }
  next_file_ = manifest_.next_file;
  for (std::string const& name : manifest_.terms)
    dictionary.adopt(std::make_shared<TermSegment const>(directory_ / name));
  dictionary.segments_are_durable();
  open_text_indexes();
  Runs runs;
  for (std::string const& name : manifest_.runs) runs.push_back(std::make_shared<DiskRun const>(directory_ / name));
  sealed_ = runs.size();
  applied_ = std::make_shared<Version const>(manifest_.version, std::move(runs));
}

void StoreState::replay_logs() {
  log_number_ = manifest_.log;
  auto const replay_record = [this](std::string_view record) { replay(record); };
  while (std::filesystem::exists(directory_ / log_name(log_number_ + 1))) {
    // A log is complete before the next one begins.
    CommitLog const complete(directory_ / log_name(log_number_), replay_record, CommitLog::Tail::complete);
    ++log_number_;
  }
  log_ = std::make_unique<CommitLog>(directory_ / log_name(log_number_), replay_record, CommitLog::Tail::may_be_torn);
}

/// Files that a crash left between their writing and the manifest, or between the manifest and their removal.
void StoreState::remove_strangers() {
  std::set<std::string> known{"lock", "manifest"};
  known.insert(manifest_.runs.begin(), manifest_.runs.end());
  known.insert(manifest_.terms.begin(), manifest_.terms.end());
  known.insert(manifest_.texts.begin(), manifest_.texts.end());
  for (std::uint64_t log = manifest_.log; log <= log_number_; ++log) known.insert(log_name(log));
  for (auto const& entry : std::filesystem::directory_iterator(directory_)) {
    std::string const name = entry.path().filename().string();
    bool const ours = name.starts_with("run-") || name.starts_with("terms-") || name.starts_with("texts-") ||
                      name.starts_with("log-");
    if (ours && !known.contains(name)) std::filesystem::remove(entry.path());
  }
}

std::filesystem::path StoreState::new_file(std::string_view what) {
  std::lock_guard const lock(files_mutex_);
  return directory_ / fmt::format("{}-{}", what, next_file_++);
}

/// What this returns from has happened, whatever comes after.
void StoreState::install(Manifest next) {
  {
    std::lock_guard const lock(files_mutex_);
    next.next_file = next_file_;
  }
  next.write(directory_);
  manifest_ = std::move(next);
  dictionary.segments_are_durable();
}

void StoreState::remove_old(std::vector<std::string> const& names) {
  for (std::string const& name : names) {
    std::error_code ignored;  // the next opening removes what is left
    std::filesystem::remove(directory_ / name, ignored);
  }
}

/// Ends the log, lets the next commits write to a new one, and gives the runs of all commits before.
Runs StoreState::seal() {
  std::lock_guard const structure(structure_);
  std::unique_lock lock(mutex_);
  durable_.wait(lock, [this] { return !flushing_; });
  if (!queue_.empty()) write_queue(lock);
  if (failed_) throw unavailable("the graph store could not write its log; it must be opened again");
  if (log_->bytes() > 0) {
    auto next = std::make_unique<CommitLog>(
        directory_ / log_name(log_number_ + 1), [](std::string_view) {}, CommitLog::Tail::complete);
    sync_directory(directory_);
    log_ = std::move(next);
    ++log_number_;
    log_bytes_ = 0;
  }
  sealed_ = applied_->runs().size();
  sealed_version_ = applied_->number();
  return applied_->runs();
}

/// In every version alike: they begin with the same sealed runs.
void StoreState::replace_runs(std::size_t from, std::size_t count, std::shared_ptr<Run const> const& by) {
  std::lock_guard const structure(structure_);
  std::unique_lock lock(mutex_);
  durable_.wait(lock, [this] { return !flushing_; });
  auto const replaced = [&](Version const& version) {
    Runs runs = version.runs();
    auto const begin = runs.begin() + static_cast<std::ptrdiff_t>(from);
    auto const place = runs.erase(begin, begin + static_cast<std::ptrdiff_t>(count));
    if (by) runs.insert(place, by);
    return std::make_shared<Version const>(version.number(), std::move(runs));
  };
  bool const same = applied_ == published_;
  applied_ = replaced(*applied_);
  published_ = same ? applied_ : replaced(*published_);
  for (Queued& queued : queue_)
    queued.version = queued.version->number() == applied_->number() ? applied_ : replaced(*queued.version);
  sealed_ = sealed_ - count + (by ? 1 : 0);
  may_write_.notify_all();
}

void StoreState::flush_runs(Call const& call) {
  Runs const runs = seal();
  auto const files =
      static_cast<std::size_t>(std::count_if(runs.begin(), runs.end(), [](auto const& run) { return in_file(*run); }));
  Manifest next = manifest_;
  next.version = sealed_version_;
  next.log = log_number_;
  std::vector<std::string> old = write_terms(call, next, false);
  std::shared_ptr<Run const> file;
  if (files < runs.size()) {
    file = merge_runs(call, {runs.begin() + static_cast<std::ptrdiff_t>(files), runs.end()}, new_file("run"));
    if (file) next.runs.push_back(name_of(*file));
  }
  for (std::uint64_t log = manifest_.log; log < next.log; ++log) old.push_back(log_name(log));
  install(next);
  if (files < runs.size()) replace_runs(files, runs.size() - files, file);
  remove_old(old);
}

/// Merges a run with all newer ones once those are a good part of it: each row is rewritten a logarithmic number of
/// times.
bool StoreState::merge_files(Call const& call, bool whole) {
  Runs runs = published()->runs();
  std::erase_if(runs, [](auto const& run) { return !in_file(*run); });
  std::size_t newer = 0;
  for (auto const& run : runs) newer += run->rows();
  std::size_t from = 0;
  for (; from < runs.size(); ++from) {
    newer -= runs[from]->rows();
    if (whole || runs[from]->rows() <= growth * newer) break;
  }
  if (from + 1 >= runs.size()) return false;
  auto const file = merge_runs(call, {runs.begin() + static_cast<std::ptrdiff_t>(from), runs.end()}, new_file("run"));
  Manifest next = manifest_;
  std::vector<std::string> const old(next.runs.begin() + static_cast<std::ptrdiff_t>(from), next.runs.end());
  next.runs.resize(from);
  if (file) next.runs.push_back(name_of(*file));
  install(next);
  replace_runs(from, runs.size() - from, file);
  remove_old(old);
  return true;
}

/// Brings terms into segments, and small segments into larger ones as far as the memory for it reaches. Returns the
/// names of files that `next` does without.
std::vector<std::string> StoreState::write_terms(Call const& call, Manifest& next, bool whole) {
  std::vector<std::string> old;
  next.terms.clear();
  auto const all = dictionary.freeze();
  for (std::size_t kind = 0; kind < all.size(); ++kind) {
    TermTables const& tables = all[kind];
    std::size_t from = tables.size();
    for (std::uint64_t count = 0; from > 0; --from) {
      auto const& table = tables[from - 1];
      bool const keep = !whole && table->count() > growth * count;
      bool const too_large = (count + table->count()) * hashed_bytes > options.memory_limit / 2;
      if (segment_of(table) != nullptr && (keep || too_large)) break;
      count += table->count();
    }
    if (from + 1 == tables.size() && segment_of(tables[from]) != nullptr) ++from;
    for (std::size_t i = 0; i < tables.size(); ++i)
      if (auto const* const segment = segment_of(tables[i]))
        (i < from ? next.terms : old).push_back(segment->file().path().filename().string());
    if (from == tables.size()) continue;
    auto segment = write_segment(call, static_cast<IdKind>(kind),
                                 {tables.begin() + static_cast<std::ptrdiff_t>(from), tables.end()}, new_file("terms"));
    next.terms.push_back(segment->file().path().filename().string());
    dictionary.adopt(std::move(segment));
  }
  return old;
}

void StoreState::flush(Call const& call, bool whole) {
  std::lock_guard const maintenance(maintenance_);
  flush_runs(call);
  if (!whole) return;
  Manifest next = manifest_;
  auto const old = write_terms(call, next, true);
  install(next);
  remove_old(old);
  while (merge_files(call, true)) call.proceed();
}

void StoreState::flush_terms(Call const& call) {
  std::lock_guard const maintenance(maintenance_);
  Manifest next = manifest_;
  auto const old = write_terms(call, next, false);
  install(next);
  remove_old(old);
}

std::uint64_t StoreState::commit_files(Runs& files) {
  std::lock_guard const maintenance(maintenance_);
  flush_runs(system_call(clock_));  // the files lie above all commits before; nobody else writes
  if (auto const first = BeforeDurable::of_this_thread()) (*first)();
  Manifest next = manifest_;
  ++next.version;
  for (auto const& file : files) next.runs.push_back(name_of(*file));
  Runs const taken = std::exchange(files, {});
  try {
    install(next);
  } catch (...) {
    std::lock_guard const lock(mutex_);
    failed_ = true;
    durable_.notify_all();
    may_write_.notify_all();
    throw;
  }
  std::lock_guard const structure(structure_);
  std::lock_guard const lock(mutex_);
  Runs runs = applied_->runs();
  runs.insert(runs.end(), taken.begin(), taken.end());
  sealed_ = runs.size();
  applied_ = published_ = std::make_shared<Version const>(next.version, std::move(runs));
  writing_ = false;
  wanted_ = true;
  may_write_.notify_one();
  work_.notify_one();
  return next.version;
}

void StoreState::backup(Call const& call, std::filesystem::path const& directory) {
  Manifest copy;
  Runs runs;
  std::array<TermTables, 4> terms;
  {
    // What is found here stays readable through its map, whatever is merged and removed meanwhile.
    std::lock_guard const maintenance(maintenance_);
    flush_runs(call);
    copy = manifest_;
    runs = published()->runs();
    terms = dictionary.freeze();
  }
  copy.log = 1;
  copy.texts.clear();  // they are made again where somebody searches
  std::filesystem::create_directories(directory);
  for (auto const& run : runs) {
    call.proceed();
    if (auto const* const file = dynamic_cast<DiskRun const*>(run.get())) file->file().copy_to(directory);
  }
  for (TermTables const& tables : terms) {
    for (auto const& table : tables) {
      call.proceed();
      if (auto const* const segment = segment_of(table)) segment->file().copy_to(directory);
    }
  }
  copy.write(directory);
}

void StoreState::fill(StoreFigures& figures) const {
  auto const version = published();
  figures.quads = static_cast<std::uint64_t>(version->tally(Order::spo, {}).both);
  figures.terms = dictionary.size();
  figures.runs = version->runs().size();
  figures.disk_bytes = figures.dictionary_bytes = dictionary.disk_bytes();
  figures.memory_bytes = dictionary.memory_bytes();
  for (auto const& run : version->runs()) {
    figures.disk_bytes += run->disk_bytes();
    figures.memory_bytes += run->memory_bytes();
  }
  std::lock_guard const lock(mutex_);
  figures.disk_bytes += log_bytes_;
}

}  // namespace lepton::rdf
