// The store's thread, and how literals come into indexes of what they hold.
#include <algorithm>

#include "base/error.h"
#include "base/log.h"
#include "rdf/store/store_state.h"
#include "rdf/store/term_segment.h"
#include "rdf/store/text_index.h"

namespace lepton::rdf {

namespace {

constexpr std::uint64_t index_growth = 3;  ///< an index is merged with the newer ones once they are a third of it

std::uint64_t end_of(TextIndexes const& indexes) {
  return indexes.empty() ? 0 : indexes.back()->first() + indexes.back()->count();
}

std::uint64_t end_of(TermTables const& tables) {
  return tables.empty() ? 0 : tables.back()->first() + tables.back()->count();
}

std::string name_of(TextIndex const& index) {
  return index.file().path().filename().string();
}

}  // namespace

/// An index can be made again: one that cannot be used is passed over, with all behind it.
void StoreState::open_text_indexes() {
  TextIndexes indexes;
  std::uint64_t const literals = end_of(dictionary.literal_segments());
  try {
    for (std::string const& name : manifest_.texts) {
      auto index = std::make_shared<TextIndex const>(directory_ / name);
      if (index->first() != end_of(indexes) || index->count() > literals - index->first()) break;
      indexes.push_back(std::move(index));
    }
  } catch (Error const& error) {
    if (options.log != nullptr)
      options.log->error("graph store makes an index of texts again",
                         {{"directory", directory_.string()}, {"error", std::string(error.what())}});
  }
  dictionary.literal_index().set(std::move(indexes));
  dictionary.literal_index().when_wanted([this] {
    std::lock_guard const lock(mutex_);
    texts_wanted_ = true;
    work_.notify_one();
  });
}

/// Those that the manifest has: others might be numbered anew after a crash.
TermTables StoreState::durable_literals() {
  std::lock_guard const maintenance(maintenance_);
  auto tables = dictionary.literal_segments();
  auto const is_durable = [&](auto const& table) {
    auto const& path = dynamic_cast<TermSegment const&>(*table).file().path();
    return std::ranges::count(manifest_.terms, path.filename().string()) > 0;
  };
  tables.erase(std::ranges::find_if_not(tables, is_durable), tables.end());
  return tables;
}

void StoreState::install_texts(Call const& call, TextIndexes indexes) {
  std::vector<std::string> old;
  std::size_t from = indexes.size() - 1;
  for (std::uint64_t newer = indexes[from]->count(); from > 0 && indexes[from - 1]->count() <= index_growth * newer;
       --from)
    newer += indexes[from - 1]->count();
  if (from + 1 < indexes.size()) {
    auto const begin = indexes.begin() + static_cast<std::ptrdiff_t>(from);
    auto merged = merge_text_indexes(call, {begin, indexes.end()}, new_file("texts"));
    for (auto one = begin; one != indexes.end(); ++one) old.push_back(name_of(**one));
    indexes.erase(begin, indexes.end());
    indexes.push_back(std::move(merged));
  }
  std::lock_guard const maintenance(maintenance_);
  Manifest next = manifest_;
  old.insert(old.end(), next.texts.begin(), next.texts.end());
  next.texts.clear();
  for (auto const& index : indexes) next.texts.push_back(name_of(*index));
  {
    std::lock_guard const lock(files_mutex_);
    next.next_file = next_file_;
  }
  next.write(directory_);
  manifest_ = std::move(next);
  std::erase_if(old, [&](std::string const& name) { return std::ranges::count(manifest_.texts, name) > 0; });
  dictionary.literal_index().set(std::move(indexes));
  remove_old(old);
}

bool StoreState::index_texts(Call const& call, std::uint64_t least) {
  std::lock_guard const indexing(indexing_);
  auto const literals = durable_literals();
  auto indexes = dictionary.literal_index().indexes();
  std::uint64_t const first = end_of(indexes);
  if (end_of(literals) < first + least) return false;
  indexes.push_back(write_text_index(call, literals, first, options.memory_limit / 4, new_file("texts")));
  install_texts(call, std::move(indexes));
  return true;
}

/// One piece of literals at a time, so that flushes never wait for long.
void StoreState::tend(Call const& call, bool flushes, bool indexes) {
  if (flushes) {
    std::lock_guard const maintenance(maintenance_);
    call.proceed();
    flush_runs(call);
    while (merge_files(call, false)) call.proceed();
    indexes = indexes || !dictionary.literal_index().indexes().empty();
  }
  if (indexes) dictionary.literal_index().take_wish();
  if (!indexes || !index_texts(call, LiteralIndex::least)) return;
  std::lock_guard const lock(mutex_);
  texts_wanted_ = true;
}

void StoreState::work(std::stop_token const& stop) {
  Call const call = system_call(clock_, stop);
  while (!stop.stop_requested()) {
    bool flushes = false;
    bool indexes = false;
    {
      std::unique_lock lock(mutex_);
      work_.wait(lock, stop, [this] { return wanted_ || texts_wanted_; });
      flushes = std::exchange(wanted_, false);
      indexes = std::exchange(texts_wanted_, false);
    }
    try {
      tend(call, flushes, indexes);
    } catch (std::exception const& error) {
      // Nothing is lost: the log has it all, and the next commits and searches ask again.
      if (options.log != nullptr && !stop.stop_requested())
        options.log->error("graph store could not merge",
                           {{"directory", directory_.string()}, {"error", std::string(error.what())}});
    }
  }
}

}  // namespace lepton::rdf
