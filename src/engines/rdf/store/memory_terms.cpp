#include "rdf/store/memory_terms.h"

#include <algorithm>
#include <cstring>

#include "base/error.h"

namespace lepton::rdf {

namespace {

constexpr std::size_t chunk_size = 256 << 10;
constexpr std::uint64_t hash_half = ~std::uint64_t{0} << 32;
constexpr std::uint64_t place_half = ~hash_half;

}  // namespace

std::optional<std::uint64_t> MemoryTerms::find(TermKey const& key) const {
  if (slots_.empty()) return {};
  std::size_t const mask = slots_.size() - 1;
  for (std::size_t slot = key.hash >> 32 & mask; slots_[slot] != 0; slot = (slot + 1) & mask) {
    if ((slots_[slot] & hash_half) != (key.hash & hash_half)) continue;
    std::uint64_t const place = (slots_[slot] & place_half) - 1;
    if (same_term(key.kind, terms_[place], key.bytes)) return first_ + place;
  }
  return {};
}

std::uint64_t MemoryTerms::add(TermKey const& key) {
  if (terms_.size() >= place_half - 1) throw exhausted("too many new terms at once for the graph's dictionary");
  if ((terms_.size() + 1) * 2 > slots_.size()) grow();
  if (left_.size() < key.bytes.size()) {
    std::size_t const bytes = std::max(chunk_size, key.bytes.size());
    chunks_.push_back(std::make_unique<char[]>(bytes));
    chunk_bytes_ += bytes;
    left_ = {chunks_.back().get(), bytes};
  }
  if (!key.bytes.empty()) std::memcpy(left_.data(), key.bytes.data(), key.bytes.size());
  terms_.emplace_back(left_.data(), key.bytes.size());
  left_ = left_.subspan(key.bytes.size());
  insert(key.hash, terms_.size());
  return first_ + terms_.size() - 1;
}

/// The upper half of the hash alone chooses the slot, so that growing hashes nothing again.
void MemoryTerms::insert(std::uint64_t hash, std::uint64_t place) {
  std::size_t const mask = slots_.size() - 1;
  std::size_t slot = hash >> 32 & mask;
  while (slots_[slot] != 0) slot = (slot + 1) & mask;
  slots_[slot] = (hash & hash_half) | place;
}

void MemoryTerms::grow() {
  auto const old = std::exchange(slots_, std::vector<std::uint64_t>(std::max<std::size_t>(64, slots_.size() * 2)));
  for (std::uint64_t const slot : old)
    if (slot != 0) insert(slot, slot & place_half);
}

std::size_t MemoryTerms::memory_bytes() const {
  return chunk_bytes_ + terms_.capacity() * sizeof(std::string_view) + slots_.size() * sizeof(std::uint64_t);
}

}  // namespace lepton::rdf
