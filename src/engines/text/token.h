#pragma once

#include <cstdint>
#include <string_view>

namespace lepton::text {

/// Where something stands in a text: bytes [begin, end).
struct Span {
  std::uint32_t begin = 0, end = 0;

  [[nodiscard]] std::string_view of(std::string_view text) const { return text.substr(begin, end - begin); }
  friend bool operator==(Span, Span) = default;
};

/// Texts are limited so that positions fit: 64 MiB.
inline constexpr std::size_t longest_text = std::size_t{64} << 20;

}  // namespace lepton::text
