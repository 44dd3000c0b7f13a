#include "reason/shacl_change.h"

#include <algorithm>

#include "reason/shacl_constraints.h"
#include "reason/shacl_footprint.h"

namespace lepton::reason {

namespace {

/// §2.1.3.
bool is_target(GraphView const& data, Shape const& shape, rdf::TermId node) {
  auto const is_instance = [&](rdf::TermId type) { return data.is_instance(node, type); };
  auto const is_subject = [&](rdf::TermId predicate) { return !data.objects(node, predicate).empty(); };
  auto const is_object = [&](rdf::TermId predicate) { return !data.subjects(predicate, node).empty(); };
  return std::ranges::count(shape.target_nodes, node) > 0 ||
         (!node.is_literal() && std::ranges::any_of(shape.target_classes, is_instance)) ||
         (!node.is_literal() && std::ranges::any_of(shape.target_subjects_of, is_subject)) ||
         std::ranges::any_of(shape.target_objects_of, is_object);
}

}  // namespace

ShaclReport validate_change(Call const& call, GraphView const& data, Shapes const& shapes,
                            std::span<rdf::IdQuad const> changed, ShaclOptions const& options) {
  ShaclReport report;
  ShaclValidator validator(call, data, shapes, options);
  for (auto const id : shapes.targeted()) {
    auto const& shape = shapes.get(id);
    auto nodes = ShaclFootprint(call, data, shapes, shape).touched(changed);
    if (nodes) {
      std::erase_if(*nodes, [&](rdf::TermId node) { return !is_target(data, shape, node); });
    } else {
      nodes = focus_nodes(data, shape);
    }
    for (auto const node : *nodes) {
      validator.check(shape, node, report.results);
      if (report.results.size() < options.results) continue;
      report.results.resize(options.results);
      return report;
    }
  }
  return report;
}

}  // namespace lepton::reason
