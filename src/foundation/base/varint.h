#pragma once

#include <cstdint>
#include <string>

namespace lepton {

/// LEB128: seven bits a byte, least first.
inline void put_varint(std::string& out, std::uint64_t value) {
  for (; value >= 128; value >>= 7) out += static_cast<char>(value | 128);
  out += static_cast<char>(value);
}

/// Reads what put_varint wrote and moves `at` behind it; stops at `end`, then `at` is `end`.
[[nodiscard]] inline std::uint64_t get_varint(char const*& at, char const* end) {
  std::uint64_t value = 0;
  for (unsigned shift = 0; at < end && shift < 64; shift += 7) {
    auto const byte = static_cast<unsigned char>(*at++);
    value |= std::uint64_t{byte & 127U} << shift;
    if (byte < 128) break;
  }
  return value;
}

}  // namespace lepton
