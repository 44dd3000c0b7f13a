#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "embed/triples.h"

namespace lepton::embed {

/// A step away from an entity; relation + number of relations walks a triple backwards.
struct Edge {
  std::uint32_t step = 0, to = 0;

  friend auto operator<=>(Edge const&, Edge const&) = default;
};

/// Every entity's edges, both ways. Immutable; any thread may read.
class EdgeLists {
 public:
  EdgeLists(std::span<Triple const> triples, std::uint32_t entities, std::uint32_t relations);
  /// By step, then entity; distinct.
  [[nodiscard]] std::span<Edge const> of(std::uint32_t entity) const {
    return {edges_.data() + begin_[entity], edges_.data() + begin_[entity + 1]};
  }
  /// Those of one step.
  [[nodiscard]] std::span<Edge const> of(std::uint32_t entity, std::uint32_t step) const;
  [[nodiscard]] std::uint32_t relations() const { return relations_; }
  /// The step that walks the other way.
  [[nodiscard]] std::uint32_t back(std::uint32_t step) const {
    return step < relations_ ? step + relations_ : step - relations_;
  }

 private:
  std::uint32_t relations_;
  std::vector<std::size_t> begin_;
  std::vector<Edge> edges_;
};

}  // namespace lepton::embed
