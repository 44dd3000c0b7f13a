#pragma once

#include <cstddef>

namespace lepton::reason {

inline constexpr std::size_t most_ahead = 24;

/// Calls `use(i)` for each i below `count` in turn, and `most_ahead` places before that `ask(i)`, which prefetches
/// where `use` will look first, and halfway `ask_again(i)`, which prefetches what that memory points to: random reads
/// of a large table wait for each other otherwise.
template <class Ask, class AskAgain, class Use>
void with_lookahead(std::size_t count, Ask const& ask, AskAgain const& ask_again, Use const& use) {
  constexpr std::size_t halfway = most_ahead / 2;
  for (std::size_t i = 0; i < count + most_ahead; ++i) {
    if (i >= most_ahead) use(i - most_ahead);
    if (i >= halfway && i - halfway < count) ask_again(i - halfway);
    if (i < count) ask(i);
  }
}

}  // namespace lepton::reason
