#include "recommend/fact_graph.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"

namespace lepton::recommend {
namespace {

std::uint64_t kind_of(std::span<FactStep const> steps) {
  std::uint64_t kind = 0;
  for (auto const& step : steps) kind = kind << 20U | (std::uint64_t{step.relation} + 1);
  return kind;
}

}  // namespace

std::uint64_t FactPath::kind() const {
  auto const back = reversed(0);
  return std::min(kind_of({steps.data(), length}), kind_of({back.steps.data(), length}));
}

FactPath FactPath::reversed(std::uint32_t start) const {
  FactPath back = *this;
  for (std::size_t i = 0; i < length; ++i)
    back.steps[i] = {steps[length - 1 - i].relation ^ 1U, i + 1 < length ? steps[length - 2 - i].node : start};
  return back;
}

FactGraph::FactGraph(std::vector<embed::Triple> facts, std::uint32_t items, std::uint32_t nodes,
                     std::uint32_t relations)
    : items_(items), facts_(std::move(facts)) {
  if (nodes < items || relations > most_relations)
    throw invalid(
        fmt::format("facts about {} items have {} nodes and {} relations, expected all items among the nodes "
                    "and at most {} relations",
                    items, nodes, relations, most_relations));
  embed::require_in_range(facts_, nodes, relations, "facts");
  std::sort(facts_.begin(), facts_.end());
  facts_.erase(std::unique(facts_.begin(), facts_.end()), facts_.end());
  begin_.resize(std::size_t{nodes} + 1);
  for (auto const& fact : facts_) ++begin_[fact.head + 1], ++begin_[fact.tail + 1];
  for (std::size_t node = 0; node < nodes; ++node) begin_[node + 1] += begin_[node];
  steps_.resize(begin_.back());
  auto next = begin_;
  for (auto const& fact : facts_) {
    steps_[next[fact.head]++] = {2 * fact.relation, fact.tail};
    steps_[next[fact.tail]++] = {2 * fact.relation + 1, fact.head};
  }
  for (std::uint32_t node = 0; node < nodes; ++node)
    rarity_.push_back(1 / std::sqrt(static_cast<double>(std::max<std::size_t>(of(node).size(), 1))));
}

bool FactGraph::passes(FactPath const& path, std::uint32_t start, std::uint32_t node) const {
  if (node == start) return true;
  for (std::size_t i = 0; i < path.length; ++i)
    if (path.steps[i].node == node) return true;
  return false;
}

}  // namespace lepton::recommend
