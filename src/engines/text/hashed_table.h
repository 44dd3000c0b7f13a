#pragma once

#include <bit>
#include <cstdint>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/check.h"

namespace lepton::text {

/// Values by 64-bit hash, in slots that can be written to a file and used where the file is mapped: open addressing,
/// one cache line a look-up. A key that was never stored is taken for one that was once in about 2³⁰ look-ups. A view:
/// the slots outlive it; any thread may look up.
template <typename Value>
class HashedTable {
 public:
  struct Slot {
    std::uint32_t check = 0;  ///< 0: free
    Value value{};
  };
  static_assert(std::is_trivially_copyable_v<Value>);

  HashedTable() = default;
  /// The number of slots is a power of two or 0.
  explicit HashedTable(std::span<Slot const> slots) : slots_(slots) {}

  [[nodiscard]] Value const* find(std::uint64_t hash) const {
    if (slots_.empty()) return nullptr;
    std::uint32_t const wanted = check_of(hash);
    std::size_t const mask = slots_.size() - 1;
    // a table that came from a damaged file may have no free slot: the walk ends all the same
    for (std::size_t at = hash & mask, steps = 0; steps <= mask; at = (at + 1) & mask, ++steps) {
      if (slots_[at].check == wanted) return &slots_[at].value;
      if (slots_[at].check == 0) return nullptr;
    }
    return nullptr;
  }
  void prefetch(std::uint64_t hash) const {
    if (!slots_.empty()) __builtin_prefetch(&slots_[hash & (slots_.size() - 1)]);
  }
  [[nodiscard]] std::span<Slot const> slots() const { return slots_; }

  /// Slots for these keys, at most two thirds full. A key that comes again is left out.
  [[nodiscard]] static std::vector<Slot> build(std::span<std::pair<std::uint64_t, Value> const> entries) {
    std::vector<Slot> slots(std::bit_ceil(entries.size() + entries.size() / 2 + 2));
    std::size_t const mask = slots.size() - 1;
    for (auto const& [hash, value] : entries) {
      std::size_t at = hash & mask;
      while (slots[at].check != 0 && slots[at].check != check_of(hash)) at = (at + 1) & mask;
      if (slots[at].check == 0) slots[at] = {check_of(hash), value};
    }
    return slots;
  }

 private:
  [[nodiscard]] static std::uint32_t check_of(std::uint64_t hash) {
    return static_cast<std::uint32_t>(hash >> 32) | 1u;
  }

  std::span<Slot const> slots_;
};

}  // namespace lepton::text
