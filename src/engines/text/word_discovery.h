#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/call.h"

namespace lepton::text {

/// What makes characters that stand together a word.
struct DiscoveryOptions {
  std::uint32_t longest = 4;      ///< characters, at most longest_found
  std::uint32_t least_count = 5;  ///< occurrences
  double least_cohesion = 5;      ///< bits: pointwise mutual information of its two parts where they hold least
  double least_freedom = 1.5;     ///< bits: entropy of the characters before it, and of those behind it
};
inline constexpr std::uint32_t longest_found = 8;

struct FoundWord {
  std::string word;
  std::uint64_t count = 0;
  double cohesion = 0;  ///< bits
  double freedom = 0;   ///< bits, on the side where it is less
};

/// Finds the words of a text in Chinese characters by statistics of the text alone: their characters stand together
/// more often than chance has it (pointwise mutual information), and what stands beside them varies (branching
/// entropy; Jin & Tanaka-Ishii 2006). What is no ideograph of the basic plane divides. Holds 2 bytes a character. One
/// thread.
class WordDiscovery {
 public:
  /// Any bytes are accepted.
  void add(std::string_view text);
  [[nodiscard]] std::size_t characters() const { return characters_; }

  /// Words of two and more characters, the most frequent first. Equal texts in any order give equal words. Heeds the
  /// call. Throws Error{invalid} for options out of their range and Error{exhausted} above 4 billion characters.
  [[nodiscard]] std::vector<FoundWord> find(Call const& call, DiscoveryOptions const& options = {}) const;

 private:
  std::u16string runs_{u'\0'};  // of ideographs, 0 between them, at the beginning and at the end
  std::size_t characters_ = 0;
};

}  // namespace lepton::text
