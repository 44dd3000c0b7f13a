#include "datasets/keyed_records.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/fields.h"

namespace lepton::datasets {
namespace {

constexpr std::chrono::minutes kLongestBuild{10};
/// Beside the text of a row: its place.
constexpr std::uint64_t kPerRow = 16;

std::string name_of(Visible const& visible, table::Column const& key) {
  json::Array filters;
  for (auto const& filter : visible.obligations.row_filters) filters.push_back(filter);
  json::Object masks;
  for (auto const& [column, mask] : visible.obligations.masks) masks[column] = enum_name(mask);
  return fmt::format("{} {} {} {}", visible.asset.str(), visible.version.number, json::write_canonical(filters),
                     json::write_canonical(json::Array{std::move(masks), key.name}));
}

/// A mask that gives every statement other values has none to keep.
bool is_stable(access::Obligations const& obligations) {
  return std::ranges::none_of(obligations.masks,
                              [](auto const& one) { return one.second == access::Mask::sha_256_query_local; });
}

/// As the version spells them; fewer when it lacks one.
std::vector<std::string> spelled(table::Schema const& schema, std::vector<std::string> const& columns) {
  std::vector<std::string> out;
  for (auto const& column : columns)
    if (auto const* const found = table::find_column(schema, column)) out.push_back(found->name);
  return out;
}

}  // namespace

KeyedRecords::KeyedRecords(Datasets const& datasets, Log const& log, Options options)
    : datasets_(datasets), log_(log), options_(options), builder_([this](std::stop_token const& stop) { run(stop); }) {}

KeyedRecords::~KeyedRecords() = default;

Records KeyedRecords::find(Call const& call, access::Address const& address, std::string const& key,
                           std::vector<std::string> const& columns, std::vector<std::string> const& keys) {
  Visible visible;
  try {
    visible = datasets_.visible(call, address);
  } catch (Error const&) {
    forget(address.str(), call.principal.id.str(), "");
    throw;
  }
  auto const index = index_for(call, address, visible, key, columns);
  if (!index) return datasets_.records(call, address, key, columns, keys);
  Records records{.version = visible.version.address, .found = {}, .grounds = std::move(visible.grounds)};
  std::vector<std::size_t> places;
  for (auto const& column : spelled(visible.version.columns, columns))
    places.push_back(static_cast<std::size_t>(std::ranges::find(index->columns(), column) - index->columns().begin()));
  for (auto const& wanted : keys) {
    auto const row = index->find(wanted);
    auto& record = records.found.emplace_back();
    if (!row) continue;
    record.emplace();
    for (auto const place : places) (*record)[index->columns()[place]] = row->at(place);
  }
  return records;
}

std::shared_ptr<RecordIndex const> KeyedRecords::index_for(Call const& call, access::Address const& address,
                                                           Visible const& visible, std::string const& key,
                                                           std::vector<std::string> const& columns) {
  auto const wanted = spelled(visible.version.columns, columns);
  auto const* const by = table::find_column(visible.version.columns, key);
  // SQL says what is wrong with names; all columns are asked for by nobody who asks often.
  if (by == nullptr || wanted.empty() || wanted.size() != columns.size() || !is_stable(visible.obligations))
    return nullptr;
  Name const name = name_of(visible, *by);
  forget(visible.version.address, call.principal.id.str(), name);
  std::lock_guard const lock(mutex_);
  Slot& slot = slots_[name];
  slot.version = visible.version.address;
  slot.readers.insert(call.principal.id.str());
  slot.used = ++tick_;
  slot.columns.insert(wanted.begin(), wanted.end());
  auto const has = [&](std::string const& column) {
    return std::ranges::find(slot.index->columns(), column) != slot.index->columns().end();
  };
  if (slot.index && std::ranges::all_of(wanted, has)) return slot.index;
  if (!slot.queued && slot.not_before <= std::chrono::steady_clock::now()) {
    slot.queued = true;
    Work work{name, call, address, by->name};
    work.address.version = std::to_string(visible.version.number);
    work_.push_back(std::move(work));
    changed_.notify_all();
  }
  return nullptr;
}

/// What is kept for a reader of a version, but for one index; what is kept for nobody goes.
void KeyedRecords::forget(std::string const& version, std::string const& reader, Name const& but) {
  std::lock_guard const lock(mutex_);
  for (auto one = slots_.begin(); one != slots_.end();) {
    Slot& slot = one->second;
    bool const same = slot.version == version || slot.version.starts_with(version + "@");
    bool const last = same && one->first != but && slot.readers.erase(reader) > 0 && slot.readers.empty();
    one = last ? slots_.erase(one) : std::next(one);
  }
}

void KeyedRecords::build(Work work, std::stop_token const& stop) {
  std::vector<std::string> columns;
  {
    std::lock_guard const lock(mutex_);
    auto const slot = slots_.find(work.name);
    if (slot == slots_.end()) return;
    columns.assign(slot->second.columns.begin(), slot->second.columns.end());
  }
  // The caller that happened to be first does not wait, and may be gone.
  work.call.stop = stop;
  work.call.deadline = std::chrono::steady_clock::now() + kLongestBuild;
  work.call.validate_only = false;
  auto index = std::make_shared<RecordIndex>(columns);
  columns.insert(columns.begin(), work.key);
  auto const reading = datasets_.read_columns(work.call, work.address, columns,
                                              {.format = table::ResultFormat::rows,
                                               .most_rows = options_.most_bytes / (2 * kPerRow),
                                               .most_bytes = options_.most_bytes / 2},
                                              {{}, [&](std::string_view bytes) { index->add(bytes); }});
  if (reading.result.truncated)
    throw exhausted("the version does not fit into the memory for indexes").with_reason("too_large");
  index->finish();
  // What was read is what the caller might see then, which need not be what was decided when it asked.
  auto const& seen = reading.visible;
  keep(name_of(seen, *table::find_column(seen.version.columns, work.key)), std::move(index));
}

void KeyedRecords::keep(Name const& name, std::shared_ptr<RecordIndex const> index) {
  std::lock_guard const lock(mutex_);
  auto const slot = slots_.find(name);
  if (slot == slots_.end()) return;
  slot->second.index = std::move(index);
  slot->second.used = ++tick_;
  for (;;) {
    std::uint64_t bytes = 0;
    auto oldest = slots_.end();
    for (auto one = slots_.begin(); one != slots_.end(); ++one) {
      if (!one->second.index) continue;
      bytes += one->second.index->bytes();
      if (oldest == slots_.end() || one->second.used < oldest->second.used) oldest = one;
    }
    if (bytes <= options_.most_bytes || oldest == slots_.end()) return;
    slots_.erase(oldest);
  }
}

void KeyedRecords::run(std::stop_token const& stop) {
  std::unique_lock lock(mutex_);
  while (changed_.wait(lock, stop, [this] { return !work_.empty(); })) {
    Work work = std::move(work_.front());
    work_.pop_front();
    Name const name = work.name;
    building_ = true;
    lock.unlock();
    bool failed = false;
    try {
      build(std::move(work), stop);
    } catch (std::exception const& e) {  // a thread's edge; the lookups themselves go by SQL and say what is wrong
      failed = true;
      log_.warn("records are looked up by SQL: no index could be built", {{"index", name}, {"reason", e.what()}});
    }
    lock.lock();
    building_ = false;
    if (auto const slot = slots_.find(name); slot != slots_.end()) {
      slot->second.queued = false;
      if (failed) slot->second.not_before = std::chrono::steady_clock::now() + options_.retry;
    }
    changed_.notify_all();
  }
}

KeyedRecords::Usage KeyedRecords::usage() const {
  std::lock_guard const lock(mutex_);
  Usage usage;
  for (auto const& [name, slot] : slots_) {
    if (!slot.index) continue;
    ++usage.indexes;
    usage.bytes += slot.index->bytes();
  }
  return usage;
}

void KeyedRecords::settle() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return work_.empty() && !building_; });
}

}  // namespace lepton::datasets
