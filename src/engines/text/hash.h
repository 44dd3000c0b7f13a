#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace lepton::text {

__extension__ using Product = unsigned __int128;

/// The two halves of a 128-bit product, folded: what the hash is made of.
[[nodiscard]] inline std::uint64_t fold(std::uint64_t a, std::uint64_t b) {
  Product const product = static_cast<Product>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

inline constexpr std::uint64_t hash_prime = 0x9E3779B97F4A7C15u;

/// Joins two hashes; the order matters.
[[nodiscard]] inline std::uint64_t combine(std::uint64_t a, std::uint64_t b) {
  return fold(a ^ 0xA0761D6478BD642Fu, b ^ 0xE7037ED1A0B428DBu) * hash_prime;
}

/// 64 well-mixed bits, the same on every little-endian machine and in every version: models keep such hashes. Not for
/// secrets.
[[nodiscard]] inline std::uint64_t hash64(std::string_view bytes, std::uint64_t seed = 0) {
  std::uint64_t state = seed ^ (bytes.size() * hash_prime) ^ 0x589965CC75374CC3u;
  auto const* at = bytes.data();
  std::size_t left = bytes.size();
  for (; left >= 8; at += 8, left -= 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, at, 8);
    state = fold(state ^ 0x8EBC6AF09C88C6E3u, word ^ 0xA0761D6478BD642Fu);
  }
  std::uint64_t word = 0;
  if (left > 0) std::memcpy(&word, at, left);
  state = fold(state ^ 0xE7037ED1A0B428DBu, word ^ 0x1D8E4E27C47D124Fu);
  return fold(state ^ hash_prime, 0x2D358DCCAA6C78A5u) ^ state;
}

}  // namespace lepton::text
