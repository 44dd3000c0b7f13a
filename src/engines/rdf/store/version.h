#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "rdf/store/run.h"

namespace lepton::rdf {

/// The content of the store after one commit: runs, oldest first, of which a newer one overrides the older. Immutable,
/// shared by snapshots; runs are shared by versions.
class Version {
 public:
  Version(std::uint64_t number, std::vector<std::shared_ptr<Run const>> runs)
      : number_(number), runs_(std::move(runs)) {}

  [[nodiscard]] std::uint64_t number() const { return number_; }
  [[nodiscard]] std::vector<std::shared_ptr<Run const>> const& runs() const { return runs_; }
  [[nodiscard]] Tally tally(Order order, Prefix const& prefix) const;
  /// In which layers the quad stands: bits of Layers.
  [[nodiscard]] std::uint8_t layers_of(IdQuad const& quad) const;

 private:
  std::uint64_t number_;
  std::vector<std::shared_ptr<Run const>> runs_;
};

/// The prefix that a pattern binds at the head of an order.
[[nodiscard]] Prefix bound_prefix(QuadPattern const& pattern, Order order);

}  // namespace lepton::rdf
