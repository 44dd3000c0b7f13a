#include "datasets/record_index.h"

#include <algorithm>
#include <functional>

#include "base/error.h"

namespace lepton::datasets {
namespace {

/// As Datasets::records() compares it.
std::string key_text(json::Value const& key) {
  return key.is_string() ? std::string(key.get_string()) : json::write(key);
}

std::uint64_t hash_of(std::string_view key) {
  return std::hash<std::string_view>()(key);
}

}  // namespace

void RecordIndex::add(std::string_view bytes) {
  rows_ += bytes;
}

json::Array RecordIndex::row_at(std::uint64_t offset) const {
  auto const end = rows_.find('\n', offset);
  json::Value row = json::parse(std::string_view(rows_).substr(offset, end - offset));
  if (!row.is_array() || row.get_array().size() != columns_.size() + 1)
    throw internal("a row of an index has another shape than its columns");
  return std::move(row.get_array());
}

void RecordIndex::finish() {
  rows_.shrink_to_fit();
  places_.reserve(static_cast<std::size_t>(std::ranges::count(rows_, '\n')));
  for (std::uint64_t offset = 0; offset < rows_.size(); offset = rows_.find('\n', offset) + 1) {
    auto const row = row_at(offset);
    if (!row.front().is_null()) places_.push_back({hash_of(key_text(row.front())), offset});
  }
  std::ranges::sort(places_);
}

std::optional<json::Array> RecordIndex::find(std::string_view key) const {
  std::uint64_t const hash = hash_of(key);
  auto place = std::ranges::lower_bound(places_, hash, {}, &Place::hash);
  for (; place != places_.end() && place->hash == hash; ++place) {
    auto row = row_at(place->offset);
    if (key_text(row.front()) != key) continue;
    row.erase(row.begin());
    return row;
  }
  return std::nullopt;
}

std::uint64_t RecordIndex::bytes() const {
  return rows_.capacity() + places_.capacity() * sizeof(Place);
}

}  // namespace lepton::datasets
