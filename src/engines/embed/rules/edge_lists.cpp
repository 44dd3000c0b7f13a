#include "embed/rules/edge_lists.h"

#include <algorithm>

namespace lepton::embed {

EdgeLists::EdgeLists(std::span<Triple const> triples, std::uint32_t entities, std::uint32_t relations)
    : relations_(relations), begin_(entities + std::size_t{1}) {
  std::vector<Triple> sorted(triples.begin(), triples.end());
  std::sort(sorted.begin(), sorted.end());
  sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
  for (auto const& triple : sorted) {
    ++begin_[triple.head + 1];
    ++begin_[triple.tail + 1];
  }
  for (std::size_t i = 0; i < entities; ++i) begin_[i + 1] += begin_[i];
  edges_.resize(begin_.back());
  auto next = begin_;
  for (auto const& [head, relation, tail] : sorted) {
    edges_[next[head]++] = {relation, tail};
    edges_[next[tail]++] = {relation + relations, head};
  }
  for (std::size_t i = 0; i < entities; ++i)
    std::sort(edges_.begin() + static_cast<std::ptrdiff_t>(begin_[i]),
              edges_.begin() + static_cast<std::ptrdiff_t>(begin_[i + 1]));
}

std::span<Edge const> EdgeLists::of(std::uint32_t entity, std::uint32_t step) const {
  auto const all = of(entity);
  auto const first = std::lower_bound(all.begin(), all.end(), Edge{step, 0});
  auto const last = std::upper_bound(first, all.end(), Edge{step, 0xFFFFFFFFu});
  return {first, last};
}

}  // namespace lepton::embed
