#pragma once

#include <cstdint>
#include <random>
#include <vector>

#include "base/call.h"
#include "base/test_error.h"
#include "recommend/interactions.h"

namespace lepton::recommend {

inline Call test_call() {
  static SystemClock const clock;
  return system_call(clock);
}

/// People of `groups` tastes: each takes most of the `each` items of their own taste and a few others.
inline Interactions tastes(std::uint32_t users, std::uint32_t groups, std::uint32_t each, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<Interaction> list;
  for (std::uint32_t user = 0; user < users; ++user)
    for (std::uint32_t item = 0; item < groups * each; ++item)
      if (random() % 100 < (item / each == user % groups ? 60u : 4u)) list.push_back({user, item, 1});
  return {list, users, groups * each, "tastes"};
}

}  // namespace lepton::recommend
