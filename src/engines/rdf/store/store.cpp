#include "rdf/store/store.h"

#include <fmt/format.h>

#include "base/error.h"
#include "rdf/store/bulk_load.h"
#include "rdf/store/store_state.h"
#include "rdf/store/text_index.h"

namespace lepton::rdf {

std::unique_ptr<Store> Store::open(std::filesystem::path const& directory, StoreOptions options) {
  return std::unique_ptr<Store>(new Store(std::make_shared<StoreState>(directory, options)));
}

Store::Store(std::shared_ptr<StoreState> state) : state_(std::move(state)) {}
Store::~Store() = default;

Dictionary& Store::dictionary() {
  return state_->dictionary;
}

Snapshot Store::snapshot() const {
  return {state_->published(), state_->dictionary};
}

Transaction Store::begin(Call const& call) {
  return {state_, call};
}

LoadResult Store::load(Call const& call, std::function<void(QuadSink&)> const& fill, LoadOptions const& options) {
  BulkLoad load(call, *state_, options);
  fill(load);
  return load.commit();
}

void Store::compact(Call const& call) {
  state_->flush(call, true);
  if (state_->dictionary.literal_index().indexes().empty()) return;
  while (state_->index_texts(call, 1)) call.proceed();
}

void Store::index_texts(Call const& call) {
  state_->flush(call, false);
  while (state_->index_texts(call, 1)) call.proceed();
}

void Store::backup(Call const& call, std::filesystem::path const& directory) const {
  if (std::filesystem::exists(directory) && !std::filesystem::is_empty(directory))
    throw conflict(fmt::format("{} is not empty", directory.string()));
  state_->backup(call, directory);
}

StoreFigures Store::figures() const {
  StoreFigures figures;
  state_->fill(figures);
  for (auto const& index : state_->dictionary.literal_index().indexes())
    figures.text_index_bytes += index->file().disk_bytes();
  figures.disk_bytes += figures.text_index_bytes;
  return figures;
}

}  // namespace lepton::rdf
