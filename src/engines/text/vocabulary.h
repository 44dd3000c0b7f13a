#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace lepton::text {

/// Strings numbered from 0 in the order in which they came, with how often they came. One thread adds; any number look
/// up afterwards.
class Vocabulary {
 public:
  static constexpr std::uint32_t absent = 0xFFFFFFFFu;

  Vocabulary() = default;
  Vocabulary(Vocabulary const&) = delete;
  Vocabulary& operator=(Vocabulary const&) = delete;
  Vocabulary(Vocabulary&&) = default;
  Vocabulary& operator=(Vocabulary&&) = default;

  /// Its number; `times` is added to its count.
  std::uint32_t add(std::string_view word, std::uint64_t times = 1);
  /// `absent` when it never came.
  [[nodiscard]] std::uint32_t find(std::string_view word) const;
  [[nodiscard]] std::string_view word(std::uint32_t number) const { return words_[number]; }
  [[nodiscard]] std::uint64_t count(std::uint32_t number) const { return counts_[number]; }
  [[nodiscard]] std::size_t size() const { return words_.size(); }

  /// Those that came at least `times`, the most frequent first, ties in the order of bytes; at most `most`.
  [[nodiscard]] Vocabulary frequent(std::uint64_t times, std::size_t most = absent - 1) const;

 private:
  std::deque<std::string> words_;  // a deque, because the views in numbers_ must stay
  std::vector<std::uint64_t> counts_;
  std::unordered_map<std::string_view, std::uint32_t> numbers_;
};

}  // namespace lepton::text
