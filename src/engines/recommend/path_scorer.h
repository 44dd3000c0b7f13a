#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/call.h"
#include "recommend/fact_graph.h"
#include "recommend/item_scorer.h"

namespace lepton::recommend {

/// What paths tell: of each kind how much more often than by chance the same people took the items at both its ends,
/// and of each item which others paths lead to. A plain value.
struct PathTable {
  std::size_t steps = FactPath::longest;  ///< facts of a path, at most
  std::vector<std::uint64_t> kinds;       ///< rising; those that say nothing are left out
  std::vector<float> weights;             ///< of the kinds: the logarithm of how much more often
  std::vector<std::uint64_t> ends;        ///< of each item's row in the next two
  std::vector<std::uint32_t> items;       ///< rising
  std::vector<float> parts;               ///< sums over the paths there: weight · rarity

  /// Throws Error{invalid} that says what does not fit together.
  void require_sound(std::uint32_t items) const;
  [[nodiscard]] float weight(std::uint64_t kind) const;
};

/// Learns what paths tell from who took what; of very many users each so-manieth is asked. An item is led to those
/// most_led_to others that its paths speak for most. Heeds the call. Throws Error{invalid} when graph and interactions
/// differ in their items, and for steps outside 1 to FactPath::longest.
inline constexpr std::size_t most_led_to = 200;
[[nodiscard]] PathTable learn_paths(Call const& call, FactGraph const& graph, Interactions const& interactions,
                                    std::size_t steps);

/// A path from an item of the history, and what it adds to a score.
struct TellingPath {
  std::uint32_t from = 0;
  FactPath path;
  double part = 0;
};

/// Scores by paths through facts: the mean of what those from the history's items say. Knows items that nobody took.
/// Immutable; any thread.
class PathScorer final : public ItemScorer {
 public:
  /// A table that learn_paths() gave for the graph; both outlive this.
  PathScorer(FactGraph const& graph, PathTable const& table) : graph_(graph), table_(table) {}

  [[nodiscard]] std::uint32_t items() const override { return graph_.items(); }
  void score(std::span<Taken const> history, std::span<float> scores) const override;
  [[nodiscard]] std::vector<Reason> reasons(std::span<Taken const> history, std::uint32_t item) const override;
  /// The paths that speak for the item most, by falling part; the parts of all sum up to the score.
  [[nodiscard]] std::vector<TellingPath> paths(std::span<Taken const> history, std::uint32_t item,
                                               std::size_t most) const;
  /// How many items of the history paths lead from to each item: added to `counts`.
  void count(std::span<Taken const> history, std::span<float> counts) const;

 private:
  struct Row {
    std::span<std::uint32_t const> items;
    std::span<float const> parts;
  };
  [[nodiscard]] Row row(std::uint32_t item) const;
  [[nodiscard]] float part(std::uint32_t from, std::uint32_t to) const;

  FactGraph const& graph_;
  PathTable const& table_;
};

}  // namespace lepton::recommend
