#pragma once

#include <cstdint>
#include <string>

#include "base/call.h"
#include "text/hash.h"

namespace lepton::retrieval {

[[nodiscard]] inline Call const& a_call() {
  static SystemClock const clock;
  static Call const call = system_call(clock);
  return call;
}

/// Numbers, words and texts that are the same every time.
class Draw {
 public:
  explicit Draw(std::uint64_t seed) : state_(seed) {}

  [[nodiscard]] std::uint64_t number(std::uint64_t below) { return (state_ = text::combine(state_, 1)) % below; }
  /// From a vocabulary of which few words are most of a text.
  [[nodiscard]] std::string word(std::uint64_t vocabulary = 2000) {
    auto rank = number(vocabulary);
    for (int i = 0; i < 2; ++i) rank = number(rank + 1);
    std::string out;
    for (std::uint64_t code = rank * 7919 + 31; code > 0; code /= 21) out += static_cast<char>('a' + code % 21);
    return out;
  }
  [[nodiscard]] std::string text(std::uint64_t words) {
    std::string out;
    for (std::uint64_t i = 0; i < words; ++i) out += word() + " ";
    return out;
  }

 private:
  std::uint64_t state_;
};

}  // namespace lepton::retrieval
