#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "embed/triples.h"

namespace lepton::recommend {

/// One fact as it is walked along.
struct FactStep {
  std::uint32_t relation = 0;  ///< 2 · its number, and 1 more from object to subject
  std::uint32_t node = 0;      ///< where it leads
};

/// A way from one item to another, over at most three facts. A plain value.
struct FactPath {
  static constexpr std::size_t longest = 3;

  std::array<FactStep, longest> steps{};
  std::size_t length = 0;
  double rarity = 1;  ///< n^−½ for each node on the way that n facts name: where few meet, it tells more

  [[nodiscard]] std::uint32_t end() const { return steps[length - 1].node; }
  /// The relations along it, the same whichever of its ends it is walked from.
  [[nodiscard]] std::uint64_t kind() const;
  /// From its end back to `start`, where it began.
  [[nodiscard]] FactPath reversed(std::uint32_t start) const;
};

/// Facts about items and what they are tied to: the first nodes are the items. A plain value.
class FactGraph {
 public:
  static constexpr std::size_t most_relations = 1U << 18U;

  /// A fact that is there twice counts once. Throws Error{invalid} for facts whose numbers lie outside, for more
  /// relations than most_relations, and for fewer nodes than items.
  FactGraph(std::vector<embed::Triple> facts, std::uint32_t items, std::uint32_t nodes, std::uint32_t relations);

  [[nodiscard]] std::uint32_t items() const { return items_; }
  [[nodiscard]] std::span<embed::Triple const> facts() const { return facts_; }
  /// Facts that name the node, from both sides.
  [[nodiscard]] std::span<FactStep const> of(std::uint32_t node) const {
    return {steps_.data() + begin_[node], begin_[node + 1] - begin_[node]};
  }

  /// Calls `visit(path)` for each path of at most `steps` facts from an item to another that passes nothing twice.
  /// What hundreds of facts name says little and would have to be walked through for each: paths of two facts pass
  /// nodes of at most most_met, those of three such of at most most_met_twice.
  template <typename Visit>
  void for_each_path(std::uint32_t item, std::size_t steps, Visit const& visit) const {
    FactPath path;
    walk(item, item, steps, path, visit);
  }
  static constexpr std::size_t most_met = 1'000, most_met_twice = 64;

 private:
  template <typename Visit>
  void walk(std::uint32_t start, std::uint32_t at, std::size_t steps, FactPath& path, Visit const& visit) const;
  [[nodiscard]] bool passes(FactPath const& path, std::uint32_t start, std::uint32_t node) const;

  std::uint32_t items_;
  std::vector<embed::Triple> facts_;
  std::vector<std::size_t> begin_;
  std::vector<FactStep> steps_;
  std::vector<double> rarity_;
};

template <typename Visit>
void FactGraph::walk(std::uint32_t start, std::uint32_t at, std::size_t steps, FactPath& path,
                     Visit const& visit) const {
  auto const before = path.rarity;
  for (auto const& step : of(at)) {
    if (passes(path, start, step.node)) continue;
    path.steps[path.length++] = step;
    if (step.node < items_) visit(static_cast<FactPath const&>(path));
    auto const met = of(step.node).size();
    bool const may_go_on = path.length < steps && (path.length == 1 || of(at).size() <= most_met_twice) &&
                           met <= (path.length == 1 ? most_met : most_met_twice);
    if (may_go_on) {
      path.rarity = before * rarity_[step.node];
      walk(start, step.node, steps, path, visit);
      path.rarity = before;
    }
    --path.length;
  }
}

}  // namespace lepton::recommend
