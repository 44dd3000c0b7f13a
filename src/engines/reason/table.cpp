#include "reason/table.h"

#include <algorithm>

#include "base/check.h"
#include "reason/lookahead.h"

namespace lepton::reason {

namespace {

constexpr std::size_t smallest = 8;

std::uint64_t pair_of(TermKey subject, TermKey object) {
  return (std::uint64_t{subject} << 32) | object;
}

}  // namespace

Table::Table(TermKey graph, TermKey predicate, TermKey type_class)
    : graph_(graph), predicate_(predicate), type_class_(type_class) {}

Table::~Table() {
  drop_indexes();
}

void Table::drop_indexes() {
  delete by_subject_.exchange(nullptr);
  delete by_object_.exchange(nullptr);
}

Table::Place Table::place_of(TermKey subject, TermKey object) const {
  auto const hash = mix(pair_of(subject, object));
  Row const rows = row_bits();
  Place place{hash & rows, static_cast<Row>(hash >> 32) & ~rows};
  for (;; place.slot = (place.slot + 1) & rows) {
    Row const entry = slots_[place.slot];
    if (entry == no_row) return place;
    if ((entry & ~rows) != place.tag) continue;
    Row const row = entry & rows;
    if (subjects_[row] != subject || (!is_unary() && objects_[row] != object)) continue;
    place.row = row;
    return place;
  }
}

Row Table::find(TermKey subject, TermKey object) const {
  if (slots_.empty() || (is_unary() && object != type_class_)) return no_row;
  return place_of(subject, object).row;
}

void Table::prefetch_place(TermKey subject, TermKey object) const {
  if (!slots_.empty()) __builtin_prefetch(&slots_[mix(pair_of(subject, object)) & row_bits()]);
}

void Table::prefetch_row(TermKey subject, TermKey object) const {
  if (slots_.empty()) return;
  auto const hash = mix(pair_of(subject, object));
  Row const rows = row_bits();
  Row const entry = slots_[hash & rows];
  if (entry == no_row || ((entry ^ static_cast<Row>(hash >> 32)) & ~rows) != 0) return;
  __builtin_prefetch(&subjects_[entry & rows]);
  __builtin_prefetch(&status_[entry & rows]);
  if (!is_unary()) __builtin_prefetch(&objects_[entry & rows]);
}

void Table::put(Place const& place, Row row) {
  used_slots_ += place.row == no_row ? 1 : 0;
  slots_[place.slot] = row | place.tag;
}

void Table::grow() {
  slots_.assign(std::max(smallest, slots_.size() * 2), no_row);
  used_slots_ = 0;
  with_lookahead(
      size(), [&](Row row) { prefetch_place(subjects_[row], object(row)); },
      [&](Row row) { prefetch_row(subjects_[row], object(row)); },
      [&](Row row) { put(place_of(subjects_[row], object(row)), row); });
}

Table::Inserted Table::insert(TermKey subject, TermKey object) {
  if (used_slots_ * 3 >= slots_.size() * 2 || std::size_t{size()} + 1 >= slots_.size()) grow();
  Place const place = place_of(subject, object);
  if (place.row != no_row && holds(place.row)) return {place.row, false};
  if (place.row != no_row && died_in_update(place.row)) {
    status_[place.row] = alive | died;
    revived_.push_back(place.row);
    --dead_;
    return {place.row, true};
  }
  check(size() < no_row - 1, "a table has fewer than 2^32 rows");
  Row const row = size();
  put(place, row);
  subjects_.push_back(subject);
  if (!is_unary()) objects_.push_back(object);
  status_.push_back(alive);
  if (auto* existing = by_subject_.load()) existing->append(subject, row);
  if (auto* existing = by_object_.load()) existing->append(object, row);
  return {row, true};
}

void Table::end(Row row) {
  check(holds(row), "a row that ends held until now");
  bool const ended_before = died_in_update(row);
  status_[row] = row < update_begin_ ? died : 0;
  ++dead_;
  if (!ended_before && row < update_begin_) ended_.push_back(row);
}

void Table::set_stated(Row row, Support support, bool value) {
  std::uint8_t const bit = support == Support::itself ? stated : alias;
  status_[row] = static_cast<std::uint8_t>(value ? status_[row] | bit : status_[row] & ~bit);
}

void Table::begin_update() {
  update_begin_ = size();
  delta_begin_ = delta_end_ = size();
  delta_revived_.clear();
}

void Table::take_update_as_delta() {
  delta_begin_ = update_begin_;
  delta_end_ = size();
  delta_revived_ = revived_;
  revived_in_rounds_ = revived_.size();
}

void Table::begin_round() {
  delta_begin_ = delta_end_;
  delta_end_ = size();
  delta_revived_.assign(revived_.begin() + static_cast<std::ptrdiff_t>(revived_in_rounds_), revived_.end());
  revived_in_rounds_ = revived_.size();
}

void Table::finish_update() {
  for (Row const row : ended_) status_[row] &= static_cast<std::uint8_t>(~died);
  ended_.clear();
  revived_.clear();
  delta_revived_.clear();
  revived_in_rounds_ = 0;
  if (dead_ > 64 && dead_ * 2 > size()) compact();
  begin_update();
}

void Table::compact() {
  Row kept = 0;
  for (Row row = 0; row < size(); ++row) {
    if (!holds(row)) continue;
    subjects_[kept] = subjects_[row];
    if (!is_unary()) objects_[kept] = objects_[row];
    status_[kept++] = status_[row];
  }
  subjects_.resize(kept);
  if (!is_unary()) objects_.resize(kept);
  status_.resize(kept);
  dead_ = 0;
  drop_indexes();
  slots_.clear();
  while (std::size_t{kept} * 3 >= slots_.size() * 2) slots_.resize(std::max(smallest, slots_.size() * 2));
  slots_.resize(slots_.size() / 2);
  grow();
}

std::size_t Table::bytes() const {
  std::size_t total = (subjects_.capacity() + objects_.capacity() + slots_.capacity()) * 4 + status_.capacity();
  for (auto const* index : {by_subject_.load(), by_object_.load()}) {
    if (index != nullptr) total += index->heads.capacity() * 8 + index->next.capacity() * 4;
  }
  return total;
}

Table::Index const& Table::index(std::atomic<Index*>& slot, LargeVector<TermKey> const& column) const {
  if (auto const* existing = slot.load(std::memory_order_acquire)) return *existing;
  std::lock_guard const lock(index_mutex_);
  if (auto const* existing = slot.load()) return *existing;
  auto built = std::make_unique<Index>(column);
  slot.store(built.get(), std::memory_order_release);
  return *built.release();
}

Table::Index::Index(LargeVector<TermKey> const& column) {
  next.reserve(column.size());
  with_lookahead(
      column.size(),
      [&](std::size_t i) {
        if (!heads.empty()) __builtin_prefetch(&heads[mix(column[i]) & (heads.size() - 1)]);
      },
      [](std::size_t /*i*/) {}, [&](std::size_t i) { append(column[i], static_cast<Row>(i)); });
}

Row Table::Index::first(TermKey key) const {
  if (heads.empty()) return no_row;
  std::size_t const mask = heads.size() - 1;
  for (std::size_t slot = mix(key) & mask;; slot = (slot + 1) & mask) {
    if (heads[slot].key == key) return heads[slot].row;
    if (heads[slot].key == no_term) return no_row;
  }
}

void Table::Index::append(TermKey key, Row row) {
  if (keys * 3 >= heads.size() * 2) grow();
  std::size_t const mask = heads.size() - 1;
  std::size_t slot = mix(key) & mask;
  while (heads[slot].key != no_term && heads[slot].key != key) slot = (slot + 1) & mask;
  if (heads[slot].key == no_term) ++keys;
  next.push_back(heads[slot].row);
  heads[slot] = {key, row};
}

void Table::Index::grow() {
  LargeVector<Head> bigger(std::max(smallest, heads.size() * 2));
  std::size_t const mask = bigger.size() - 1;
  for (auto const& head : heads) {
    if (head.key == no_term) continue;
    std::size_t slot = mix(head.key) & mask;
    while (bigger[slot].key != no_term) slot = (slot + 1) & mask;
    bigger[slot] = head;
  }
  heads = std::move(bigger);
}

}  // namespace lepton::reason
