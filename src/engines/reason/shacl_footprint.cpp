#include "reason/shacl_footprint.h"

#include <algorithm>
#include <set>

#include "reason/vocabulary.h"

namespace lepton::reason {

namespace {

constexpr int deepest = 64;  ///< shapes within shapes; beyond, everything is validated

/// Parameters that look at the value nodes alone, SHACL §4.
bool looks_at_values_alone(std::string_view name) {
  static std::set<std::string_view> const names{"datatype",
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
                                                "flags",
                                                "languageIn",
                                                "uniqueLang",
                                                "hasValue",
                                                "in",
                                                "and",
                                                "or",
                                                "xone",
                                                "ignoredProperties",
                                                "qualifiedMinCount",
                                                "qualifiedMaxCount",
                                                "qualifiedValueShapesDisjoint"};
  return names.contains(name);
}

/// Lists are kept as "and 17", with a member each.
std::string_view without_list(std::string_view name) {
  return name.substr(0, name.find(' '));
}

bool is_member(std::string_view name) {
  return name.find(' ') != std::string_view::npos;
}

}  // namespace

ShaclFootprint::ShaclFootprint(Call const& call, GraphView const& data, Shapes const& shapes, Shape const& shape)
    : call_(call), data_(data), shapes_(shapes), shape_(shape), type_(data.iri(rdf::rdf_type)) {
  visit(shape, 0, 0);
}

void ShaclFootprint::look(std::unordered_map<std::uint64_t, int>& at, rdf::TermId predicate, int distance) const {
  auto const [place, added] = at.emplace(predicate.raw(), distance);
  if (!added) place->second = std::max(place->second, distance);
}

void ShaclFootprint::visit(Shape const& shape, int distance, int depth) {
  if (depth > deepest) unsure_ = true;
  if (unsure_) return;
  auto const [place, added] = visited_.emplace(shape.id.raw(), distance);
  if (!added && place->second >= distance) return;
  place->second = distance;
  if (!shape.queries.empty()) unsure_ = true;
  int const values = shape.path ? std::min(far, distance + follow(*shape.path, distance)) : distance;
  for (auto const& parameter : shape.parameters) visit_parameter(parameter, distance, values, depth);
}

void ShaclFootprint::visit_parameter(ShaclParameter const& parameter, int distance, int values, int depth) {
  auto const name = without_list(parameter.name);
  bool const refers = name == "not" || name == "node" || name == "property" || name == "qualifiedValueShape" ||
                      ((name == "and" || name == "or" || name == "xone") && is_member(parameter.name));
  if (refers) {
    visit(shapes_.get(parameter.value), values, depth + 1);
  } else if (name == "class") {
    class_ = std::max(class_, values);
  } else if (name == "equals" || name == "disjoint" || name == "lessThan" || name == "lessThanOrEquals") {
    look(forward_, parameter.value, distance);
  } else if (name == "closed") {
    every_predicate_ = std::max(every_predicate_, values);
  } else if (!looks_at_values_alone(name)) {
    unsure_ = true;
  }
}

int ShaclFootprint::follow(ShaclPath const& path, int distance) {
  using Kind = ShaclPath::Kind;
  distance = std::min(distance, far);
  switch (path.kind) {
    case Kind::predicate:
      look(forward_, path.predicate, distance);
      return 1;
    case Kind::inverse:
      if (path.parts.front().kind != Kind::predicate) {
        unsure_ = true;
        return 1;
      }
      look(inverse_, path.parts.front().predicate, distance);
      return 1;
    case Kind::sequence: {
      int length = 0;
      for (auto const& part : path.parts) length = std::min(far, length + follow(part, distance + length));
      return length;
    }
    case Kind::alternative:
    case Kind::zero_or_one: {
      int length = 0;
      for (auto const& part : path.parts) length = std::max(length, follow(part, distance));
      return length;
    }
    case Kind::zero_or_more:
    case Kind::one_or_more:
      (void)follow(path.parts.front(), far);
      return far;
  }
  return far;
}

std::optional<std::vector<rdf::TermId>> ShaclFootprint::touched(std::span<rdf::IdQuad const> changed) const {
  if (unsure_) return std::nullopt;
  auto const below = data_.iri(std::string(rdfs_namespace) + "subClassOf");
  std::unordered_map<std::uint64_t, int> steps;  // node → how far back from it focus nodes may be
  std::vector<rdf::TermId> work;
  auto const reach = [&](rdf::TermId node, int distance) {
    auto const [place, added] = steps.emplace(node.raw(), distance);
    if (!added && place->second >= distance) return;
    place->second = distance;
    work.push_back(node);
  };
  for (auto const& quad : changed) {
    if (quad.predicate == below && (class_ >= 0 || !shape_.target_classes.empty())) return std::nullopt;
    if (auto const found = forward_.find(quad.predicate.raw()); found != forward_.end())
      reach(quad.subject, found->second);
    if (auto const found = inverse_.find(quad.predicate.raw()); found != inverse_.end())
      reach(quad.object, found->second);
    if (every_predicate_ >= 0) reach(quad.subject, every_predicate_);
    if (quad.predicate == type_ && class_ >= 0) reach(quad.subject, class_);
    if (quad.predicate == type_ && !shape_.target_classes.empty()) reach(quad.subject, 0);
    if (std::ranges::count(shape_.target_subjects_of, quad.predicate) > 0) reach(quad.subject, 0);
    if (std::ranges::count(shape_.target_objects_of, quad.predicate) > 0) reach(quad.object, 0);
  }
  // What led to the node before the change and does not any more was changed itself, so that its start is reached too.
  while (!work.empty()) {
    call_.proceed();
    auto const node = work.back();
    work.pop_back();
    int const here = steps.at(node.raw());
    int const left = here >= far ? far : here - 1;
    if (left < 0) continue;
    for (auto const& [predicate, distance] : forward_)
      for (auto const before : data_.subjects(rdf::TermId::from_raw(predicate), node)) reach(before, left);
    if (node.is_literal()) continue;
    for (auto const& [predicate, distance] : inverse_)
      for (auto const before : data_.objects(node, rdf::TermId::from_raw(predicate))) reach(before, left);
  }
  std::vector<rdf::TermId> nodes;
  for (auto const& [node, left] : steps) nodes.push_back(rdf::TermId::from_raw(node));
  std::ranges::sort(nodes);
  return nodes;
}

}  // namespace lepton::reason
