#include "reason/shacl_shapes.h"

#include <algorithm>
#include <set>

#include "base/error.h"
#include "reason/value.h"
#include "reason/vocabulary.h"

namespace lepton::reason {

namespace {

constexpr std::size_t deepest_path = 64;

std::string sh(std::string_view name) {
  return std::string(sh_namespace).append(name);
}

/// Parameters of the components of §4, by their local names.
std::set<std::string> const& parameter_names() {
  static std::set<std::string> const names{"class",
                                           "datatype",
                                           "nodeKind",
                                           "minCount",
                                           "maxCount",
                                           "minExclusive",
                                           "minInclusive",
                                           "maxExclusive",
                                           "maxInclusive",
                                           "minLength",
                                           "maxLength",
                                           "pattern",
                                           "languageIn",
                                           "uniqueLang",
                                           "equals",
                                           "disjoint",
                                           "lessThan",
                                           "lessThanOrEquals",
                                           "not",
                                           "and",
                                           "or",
                                           "xone",
                                           "node",
                                           "property",
                                           "qualifiedValueShape",
                                           "closed",
                                           "hasValue",
                                           "in",
                                           "flags",
                                           "ignoredProperties",
                                           "qualifiedMinCount",
                                           "qualifiedMaxCount",
                                           "qualifiedValueShapesDisjoint"};
  return names;
}

[[noreturn]] void refuse(GraphView const& graph, rdf::TermId shape, std::string const& sentence) {
  throw invalid(fmt::format("the shape {} {}", graph.term(shape).value, sentence)).with_reason("ill_formed_shape");
}

/// The path walked the other way, with only predicates inverted: ^(p / q) is ^q / ^p.
ShaclPath inverted(ShaclPath path) {
  if (path.kind == ShaclPath::Kind::predicate) return {ShaclPath::Kind::inverse, {}, {std::move(path)}};
  if (path.kind == ShaclPath::Kind::inverse) return std::move(path.parts.front());
  for (auto& part : path.parts) part = inverted(std::move(part));
  if (path.kind == ShaclPath::Kind::sequence) std::reverse(path.parts.begin(), path.parts.end());
  return path;
}

/// Reads a path (§2.3.1) out of its graph.
ShaclPath read_path(GraphView const& graph, rdf::TermId shape, rdf::TermId node, std::size_t depth = 0) {
  if (depth > deepest_path) refuse(graph, shape, "has a path that is nested too deeply, or recursive");
  if (node.kind() == rdf::IdKind::iri) return {ShaclPath::Kind::predicate, node, {}};
  auto const inner = [&](rdf::TermId part) { return read_path(graph, shape, part, depth + 1); };
  static constexpr std::array<std::pair<std::string_view, ShaclPath::Kind>, 4> unary{
      {{"inversePath", ShaclPath::Kind::inverse},
       {"zeroOrMorePath", ShaclPath::Kind::zero_or_more},
       {"oneOrMorePath", ShaclPath::Kind::one_or_more},
       {"zeroOrOnePath", ShaclPath::Kind::zero_or_one}}};
  bool const is_list = !graph.objects(node, graph.iri(rdf::rdf_first)).empty();  // whatever else is said of it
  for (auto const& [name, kind] : unary) {
    if (is_list) break;
    auto const parts = graph.objects(node, graph.iri(sh(name)));
    if (parts.size() != 1) continue;
    if (kind == ShaclPath::Kind::inverse) return inverted(inner(parts.front()));
    return {kind, {}, {inner(parts.front())}};
  }
  auto const alternatives =
      is_list ? std::vector<rdf::TermId>() : graph.objects(node, graph.iri(sh("alternativePath")));
  ShaclPath path{alternatives.empty() ? ShaclPath::Kind::sequence : ShaclPath::Kind::alternative, {}, {}};
  for (auto const part : graph.list(alternatives.empty() ? node : alternatives.front()))
    path.parts.push_back(inner(part));
  if (path.parts.size() < 2) refuse(graph, shape, "has a path that is none of §2.3.1's forms");
  return path;
}

}  // namespace

std::vector<rdf::TermId> Shape::values(std::string_view parameter) const {
  std::vector<rdf::TermId> found;
  for (auto const& one : parameters) {
    if (one.name == parameter) found.push_back(one.value);
  }
  return found;
}

Shapes::Shapes(Call const& call, GraphView const& graph) : graph_(graph.graph()) {
  SparqlConstraints const constraints(call, graph);
  std::set<rdf::TermId> roots;
  auto const type = graph.iri(rdf::rdf_type);
  for (auto const* name : {"NodeShape", "PropertyShape"}) {
    for (auto const one : graph.subjects(type, graph.iri(sh(name)))) roots.insert(one);
  }
  for (auto const* name : {"targetNode", "targetClass", "targetSubjectsOf", "targetObjectsOf"}) {
    for (auto const& [shape, target] : graph.with_predicate(graph.iri(sh(name)))) roots.insert(shape);
  }
  for (auto const root : roots) {
    call.proceed();
    read(graph, constraints, root);
  }
  for (auto const& [id, shape] : shapes_) {
    if (shape.has_target()) targeted_.push_back(shape.id);
  }
  std::sort(targeted_.begin(), targeted_.end());
}

void Shapes::read(GraphView const& graph, SparqlConstraints const& constraints, rdf::TermId root) {
  std::vector<rdf::TermId> work{root};
  while (!work.empty()) {
    auto const id = work.back();
    work.pop_back();
    if (shapes_.contains(id.raw())) continue;
    Shape shape;
    shape.id = id;
    auto const values = [&](std::string_view name) { return graph.objects(id, graph.iri(sh(name))); };
    auto const paths = values("path");
    if (paths.size() > 1) refuse(graph, id, "has more than one sh:path");
    if (!paths.empty()) {
      shape.path = read_path(graph, id, paths.front());
      shape.path_node = paths.front();
    }
    auto const severities = values("severity");
    shape.severity = severities.empty() ? graph.iri(sh("Violation")) : severities.front();
    for (auto const message : values("message")) shape.messages.push_back(graph.term(message).value);
    for (auto const flag : values("deactivated")) shape.deactivated = graph.term(flag).value == "true";
    shape.target_nodes = values("targetNode");
    shape.target_classes = values("targetClass");
    shape.target_subjects_of = values("targetSubjectsOf");
    shape.target_objects_of = values("targetObjectsOf");
    auto const is_class = graph.is_instance(id, graph.iri(std::string(rdfs_namespace) + "Class"));
    if (is_class) shape.target_classes.push_back(id);  // §2.1.3.3
    read_parameters(graph, shape, work);
    shape.queries = constraints.of(shape);
    shapes_.emplace(id.raw(), std::move(shape));
  }
}

void Shapes::read_parameters(GraphView const& graph, Shape& shape, std::vector<rdf::TermId>& others) const {
  for (auto const& [predicate, value] : graph.properties(shape.id)) {
    auto const name = graph.term(predicate).value;
    if (!name.starts_with(sh_namespace)) continue;
    auto const local = name.substr(sh_namespace.size());
    if (!parameter_names().contains(local)) continue;
    if (local == "and" || local == "or" || local == "xone") {
      for (auto const member : graph.list(value)) others.push_back(member);
    } else if (local == "not" || local == "node" || local == "property" || local == "qualifiedValueShape") {
      others.push_back(value);
    }
    // Lists are read here, so that validation needs the data alone.
    if (local == "and" || local == "or" || local == "xone" || local == "in" || local == "languageIn" ||
        local == "ignoredProperties") {
      shape.parameters.push_back({local, value});
      for (auto const member : graph.list(value)) {
        shape.parameters.push_back({fmt::format("{} {}", local, value.raw()), member});
      }
    } else {
      shape.parameters.push_back({local, value});
    }
  }
}

}  // namespace lepton::reason
