#pragma once

#include <compare>
#include <cstdint>
#include <functional>

/// Statements as reasoning holds them: four dense ids.
namespace lepton::reason {

/// A term's place in Terms, from 1 on.
using TermKey = std::uint32_t;

/// Stands where there is no term: as a graph, for the default graph.
inline constexpr TermKey no_term = 0;

struct Fact {
  TermKey graph = no_term;
  TermKey subject = no_term;
  TermKey predicate = no_term;
  TermKey object = no_term;

  friend auto operator<=>(Fact const&, Fact const&) = default;
};

/// Spreads ids over hash slots (the finaliser of MurmurHash3).
[[nodiscard]] constexpr std::uint64_t mix(std::uint64_t x) {
  x ^= x >> 33;
  x *= 0xff51afd7ed558ccdULL;
  x ^= x >> 33;
  x *= 0xc4ceb9fe1a85ec53ULL;
  return x ^ (x >> 33);
}

struct FactHash {
  [[nodiscard]] std::size_t operator()(Fact const& fact) const {
    auto const pair = [](TermKey a, TermKey b) { return (std::uint64_t{a} << 32) | b; };
    return mix(pair(fact.subject, fact.object)) ^ (mix(pair(fact.graph, fact.predicate)) * 3);
  }
};

}  // namespace lepton::reason
