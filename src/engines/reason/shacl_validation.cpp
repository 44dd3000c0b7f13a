#include "reason/shacl_validation.h"

#include <algorithm>
#include <unordered_set>

#include "base/error.h"
#include "reason/shacl_constraints.h"

namespace lepton::reason {

std::vector<rdf::TermId> focus_nodes(GraphView const& data, Shape const& shape) {
  std::vector<rdf::TermId> nodes;
  std::unordered_set<std::uint64_t> met;
  auto const add = [&](rdf::TermId node) {
    if (met.insert(node.raw()).second) nodes.push_back(node);
  };
  for (auto const node : shape.target_nodes) add(node);
  for (auto const type : shape.target_classes) {
    for (auto const node : data.instances(type)) add(node);
  }
  for (auto const predicate : shape.target_subjects_of) {
    for (auto const& [subject, object] : data.with_predicate(predicate)) add(subject);
  }
  for (auto const predicate : shape.target_objects_of) {
    for (auto const& [subject, object] : data.with_predicate(predicate)) add(object);
  }
  return nodes;
}

ShaclReport validate(Call const& call, GraphView const& data, Shapes const& shapes, ShaclOptions const& options) {
  ShaclReport report;
  ShaclValidator validator(call, data, shapes, options);
  std::unordered_set<std::uint64_t> wanted;
  for (auto const node : options.focus) wanted.insert(node.raw());
  for (auto const id : shapes.targeted()) {
    auto const& shape = shapes.get(id);
    for (auto const node : focus_nodes(data, shape)) {
      if (!wanted.empty() && !wanted.contains(node.raw())) continue;
      validator.check(shape, node, report.results);
      if (report.results.size() < options.results) continue;
      report.results.resize(options.results);
      return report;
    }
  }
  return report;
}

}  // namespace lepton::reason
