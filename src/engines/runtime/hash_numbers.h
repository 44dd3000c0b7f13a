#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

namespace lepton::runtime {

/// Numbers from 0 by hash, in the order in which hashes came.
class HashNumbers {
 public:
  /// The number of the hash, and whether it is new: then it is `next`.
  std::pair<std::uint32_t, bool> number(std::uint64_t hash, std::uint32_t next) {
    if (2 * std::size_t{next} >= slots_.size()) grow();
    auto& slot = slot_of(hash);
    if (slot.following != 0) return {slot.following - 1, false};
    slot = {hash, next + 1};
    return {next, true};
  }
  void prefetch(std::uint64_t hash) const {
    if (!slots_.empty()) __builtin_prefetch(&slots_[hash & (slots_.size() - 1)]);
  }

 private:
  struct Slot {
    std::uint64_t hash = 0;
    std::uint32_t following = 0;  ///< the number that follows its own; 0: free
  };
  Slot& slot_of(std::uint64_t hash) {
    auto const mask = slots_.size() - 1;
    auto at = hash & mask;
    while (slots_[at].following != 0 && slots_[at].hash != hash) at = (at + 1) & mask;
    return slots_[at];
  }
  void grow() {
    std::vector<Slot> const before = std::exchange(slots_, std::vector<Slot>(std::max(2 * slots_.size(), least_slots)));
    for (auto const& slot : before)
      if (slot.following != 0) slot_of(slot.hash) = slot;
  }

  static constexpr std::size_t least_slots = 1024;
  std::vector<Slot> slots_;
};

}  // namespace lepton::runtime
