#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace lepton::text {

/// Keys by which an index finds the texts that may hold something sought. A run of ASCII letters and digits is one key,
/// its first longest_key bytes if it is longer; each other character outside ASCII begins a key of two characters, or
/// of one where no such character follows. So ideographs are found by pairs, and no dictionary of words is needed: what
/// is found is to be looked at once more, and nothing is missed.
inline constexpr std::size_t longest_key = 64;

/// Hands out the keys of a text, in sequence, each as often as it comes: those of the text in ASCII lower case, for who
/// seeks pieces of it as it is written, and those of its words, NFKC and case folded, where they differ. Any bytes are
/// accepted.
void index_keys(std::string_view text, std::function<void(std::string_view)> const& take);

/// What keys a text must have, one of which at least fits: the key itself, or any that goes on where it is open.
struct KeyPattern {
  std::string key;
  bool open_begin = false;
  bool open_end = false;

  [[nodiscard]] bool fits(std::string_view of_text) const;
  friend bool operator==(KeyPattern const&, KeyPattern const&) = default;
};

/// What stands beside a piece of text that is sought.
enum class Edge {
  bound,  ///< the text's edge, or a character that no run of letters and digits goes over
  open,   ///< anything
};

/// Every text that holds `piece` has, for each of these patterns, a key that fits. `piece` is in ASCII lower case, or
/// folded as words are.
[[nodiscard]] std::vector<KeyPattern> key_patterns(std::string_view piece, Edge before, Edge behind);

}  // namespace lepton::text
