#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace lepton::rdf {

namespace hash64_detail {
inline std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
  __extension__ using Wide = unsigned __int128;
  Wide const product = static_cast<Wide>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}
inline std::uint64_t word(char const* from, std::size_t count) {
  std::uint64_t value = 0;
  std::memcpy(&value, from, count);
  return value;
}
}  // namespace hash64_detail

/// 64 well mixed bits of some bytes, by multiplying and folding as wyhash does. It finds damage and spreads keys; it
/// does not withstand an attacker. Stored in files: never change it.
[[nodiscard]] inline std::uint64_t hash64(std::string_view bytes, std::uint64_t seed = 0) {
  using hash64_detail::mix;
  using hash64_detail::word;
  constexpr std::uint64_t a = 0xa0761d6478bd642fU;
  constexpr std::uint64_t b = 0xe7037ed1a0b428dbU;
  std::uint64_t state = seed ^ mix(bytes.size() ^ a, b);
  std::uint64_t second = mix(state ^ b, a);
  char const* at = bytes.data();
  std::size_t left = bytes.size();
  for (; left > 32; at += 32, left -= 32) {
    state = mix(word(at, 8) ^ a, word(at + 8, 8) ^ state);
    second = mix(word(at + 16, 8) ^ b, word(at + 24, 8) ^ second);
  }
  state ^= second;
  for (; left > 8; at += 8, left -= 8) state = mix(word(at, 8) ^ a, state ^ b);
  return mix(mix(word(at, left) ^ b, state ^ a), b ^ left);
}

}  // namespace lepton::rdf
