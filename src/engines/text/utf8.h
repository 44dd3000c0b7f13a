#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace lepton::text {

inline constexpr char32_t replacement = 0xFFFD;

/// One character and the bytes it took.
struct Decoded {
  char32_t character = replacement;
  std::uint32_t bytes = 1;
};

/// The character at `position`, which lies inside the text. A byte that begins no well-formed sequence (RFC 3629) gives
/// the replacement character and counts as one byte, so that any bytes can be walked.
[[nodiscard]] Decoded decode(std::string_view text, std::size_t position);
void append(std::string& text, char32_t character);

/// Well-formed UTF-8: each broken byte becomes U+FFFD.
[[nodiscard]] std::string repair(std::string_view bytes);
/// Number of characters; broken bytes count one each.
[[nodiscard]] std::size_t length(std::string_view text);

/// Unified ideographs of every block, and 〇.
[[nodiscard]] bool is_han(char32_t character);

}  // namespace lepton::text
