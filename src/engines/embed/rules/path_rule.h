#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/call.h"
#include "embed/link/query_index.h"

namespace lepton::embed {

/// "x —target→ y, if a path of these steps leads from x to y." A step is a relation, or relation + number of relations
/// to walk it backwards, as in Query. Stored as it is.
struct PathRule {
  static constexpr std::size_t longest = 3;

  std::uint32_t target = 0;
  std::uint32_t length = 0;
  std::array<std::uint32_t, longest> steps{};
  std::uint32_t support = 0;     ///< pairs that the path joins and the target too, as counted
  std::uint32_t groundings = 0;  ///< pairs that the path joins, as counted
  float confidence = 0;          ///< support / (groundings + 5): few pairs do not make certain

  [[nodiscard]] std::span<std::uint32_t const> path() const { return {steps.data(), length}; }
};

/// "hypernym(x, y) ⇐ hypernym(x, a), also_see(y, a)", for people. `relations`: their names.
[[nodiscard]] std::string to_text(PathRule const& rule, std::span<std::string const> relations);

struct MiningOptions {
  std::uint32_t longest = 2;   ///< steps of a path, 1 to 3
  std::size_t examples = 500;  ///< triples of a relation whose paths are looked at
  std::size_t paths = 20'000;  ///< most steps that are tried for one triple
  std::size_t starts = 2000;   ///< entities a path is walked from to count its groundings
  std::size_t reached = 500;   ///< most entities that count for one start
  std::size_t rules = 200;     ///< kept a relation, the most confident
  std::uint32_t least_support = 2;
  float least_confidence = 0.01f;
  std::uint64_t seed = 1;
  std::size_t threads = 1;
};

/// Rules for each relation, by falling confidence: paths that lead from head to tail of its triples, with what share of
/// the pairs they join it holds for. Counts are exact up to `starts` and `reached`, and samples above. Equal data and
/// options give equal rules, whatever the number of threads. Throws Error{invalid} for options that cannot work.
[[nodiscard]] std::vector<PathRule> mine_rules(Call const& call, std::span<Triple const> triples,
                                               std::uint32_t entities, std::uint32_t relations,
                                               MiningOptions const& options);

}  // namespace lepton::embed
