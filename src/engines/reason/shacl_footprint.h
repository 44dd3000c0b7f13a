#pragma once

#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "reason/shacl_shapes.h"

namespace lepton::reason {

/// Which statements the check of one shape may look at, and how many steps from the focus node: the shapes that it
/// refers to included. Made for one validation.
class ShaclFootprint {
 public:
  /// All outlive it.
  ShaclFootprint(Call const& call, GraphView const& data, Shapes const& shapes, Shape const& shape);

  /// Focus nodes whose check may come out differently after the change; nothing when that cannot be said, so that all
  /// are to be checked. Some of them may be no target of the shape.
  [[nodiscard]] std::optional<std::vector<rdf::TermId>> touched(std::span<rdf::IdQuad const> changed) const;

 private:
  static constexpr int far = 1'000'000;  ///< steps of a path without end

  void visit(Shape const& shape, int distance, int depth);
  void visit_parameter(ShaclParameter const& parameter, int distance, int values, int depth);
  /// Steps along the path; notes what it looks at.
  [[nodiscard]] int follow(ShaclPath const& path, int distance);
  void look(std::unordered_map<std::uint64_t, int>& at, rdf::TermId predicate, int distance) const;

  Call const& call_;
  GraphView const& data_;
  Shapes const& shapes_;
  Shape const& shape_;
  rdf::TermId type_;
  std::unordered_map<std::uint64_t, int> forward_;  ///< predicate → greatest distance of a node whose objects are read
  std::unordered_map<std::uint64_t, int> inverse_;  ///< the same for nodes whose subjects are read
  std::unordered_map<std::uint64_t, int> visited_;  ///< shape → greatest distance it was visited at
  int class_ = -1;                                  ///< sh:class: greatest distance of a node whose types are read
  int every_predicate_ = -1;  ///< sh:closed: greatest distance of a node whose statements are all read
  bool unsure_ = false;
};

}  // namespace lepton::reason
