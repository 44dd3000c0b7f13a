#include "reason/class_descriptions.h"

#include <algorithm>
#include <map>
#include <set>

#include "reason/query_groups.h"
#include "reason/vocabulary.h"

namespace lepton::reason {

namespace {

bool in_owl(std::string const& iri, std::set<std::string_view> const& names) {
  return iri.starts_with(owl_namespace) && names.contains(std::string_view(iri).substr(owl_namespace.size()));
}

/// Predicates by which a node is a description.
bool describes(std::string const& predicate) {
  static std::set<std::string_view> const names{"intersectionOf",
                                                "unionOf",
                                                "complementOf",
                                                "oneOf",
                                                "onProperty",
                                                "someValuesFrom",
                                                "allValuesFrom",
                                                "hasValue",
                                                "hasSelf",
                                                "minCardinality",
                                                "maxCardinality",
                                                "cardinality",
                                                "onClass",
                                                "onDataRange",
                                                "withRestrictions",
                                                "onDatatype",
                                                "minQualifiedCardinality",
                                                "maxQualifiedCardinality",
                                                "qualifiedCardinality"};
  return in_owl(predicate, names);
}

bool is_list(std::string const& predicate) {
  return predicate == rdf::rdf_first || predicate == rdf::rdf_rest;
}

/// What may be said of a description and its lists besides.
bool is_kind(rdf::Quad const& quad) {
  static std::set<std::string_view> const names{"Class", "Restriction", "DataRange"};
  return quad.predicate.value == rdf::rdf_type &&
         (in_owl(quad.object.value, names) || quad.object.value == std::string(rdfs_namespace) + "Class" ||
          quad.object.value == std::string(rdf::rdf_namespace) + "List");
}

bool is_part(rdf::Quad const& quad) {
  return describes(quad.predicate.value) || is_list(quad.predicate.value) || is_kind(quad);
}

}  // namespace

std::vector<std::size_t> class_descriptions(std::span<rdf::Quad const> statements) {
  std::map<rdf::Term, std::vector<std::size_t>> parts;
  std::vector<rdf::Term> reached;
  for (std::size_t i = 0; i < statements.size(); ++i) {
    auto const& quad = statements[i];
    if (quad.subject.kind != rdf::TermKind::blank || !is_part(quad)) continue;
    parts[quad.subject].push_back(i);
    if (describes(quad.predicate.value)) reached.push_back(quad.subject);
  }
  // From the leaves up: what leads to something open, or round in a circle, describes nothing.
  std::set<rdf::Term> closed;
  auto const is_closed = [&](std::size_t i) {
    auto const& object = statements[i].object;
    return object.kind != rdf::TermKind::blank || closed.contains(object);
  };
  for (bool changed = true; changed;) {
    changed = false;
    for (auto const& [node, of] : parts) {
      if (node.value.starts_with('?') || closed.contains(node) || !std::ranges::all_of(of, is_closed)) continue;
      closed.insert(node);
      changed = true;
    }
  }
  std::set<rdf::Term> nodes;
  std::vector<std::size_t> found;
  while (!reached.empty()) {
    auto const node = reached.back();
    reached.pop_back();
    if (!closed.contains(node) || !nodes.insert(node).second) continue;
    for (auto const i : parts.at(node)) {
      found.push_back(i);
      if (statements[i].object.kind == rdf::TermKind::blank) reached.push_back(statements[i].object);
    }
  }
  std::ranges::sort(found);
  return found;
}

namespace {

/// Triple patterns as statements, variables as blank nodes.
class Patterns {
 public:
  Patterns(sparql::Variables const& variables, std::string const& label) : variables_(variables), label_(label) {}

  void add(sparql::GroupGraphPattern const& group) {
    for (auto const& element : group.elements) {
      for (auto const& triple : element.triples) {
        if (auto quad = statement(triple)) quads.push_back(std::move(*quad));
      }
    }
  }
  [[nodiscard]] std::optional<rdf::Quad> statement(sparql::PathPattern const& triple) const {
    auto const* const predicate = std::get_if<sparql::Node>(&triple.predicate);
    if (predicate == nullptr || !std::holds_alternative<rdf::Term>(*predicate)) return std::nullopt;
    return rdf::Quad{term(triple.subject), std::get<rdf::Term>(*predicate), term(triple.object), {}};
  }
  [[nodiscard]] rdf::Term term(sparql::Node const& node) const {
    if (auto const* const known = std::get_if<rdf::Term>(&node)) return *known;
    auto const variable = std::get<sparql::Variable>(node);
    bool const named = variables_.is_named(variable);
    return rdf::blank(named ? "?" + variables_.name(variable) : fmt::format("{}{}", label_, variable));
  }

  std::vector<rdf::Quad> quads;

 private:
  sparql::Variables const& variables_;
  std::string const& label_;
};

}  // namespace

DescribedQuery take_descriptions(sparql::Query query, std::string const& label) {
  Patterns patterns(query.variables, label);
  rewrite_groups(query.body, [&](sparql::GroupGraphPattern& group) { patterns.add(group); });
  DescribedQuery out;
  std::set<rdf::Quad> descriptions;
  std::set<rdf::Term> nodes;
  for (auto const i : class_descriptions(patterns.quads)) {
    nodes.insert(patterns.quads[i].subject);
    if (descriptions.insert(patterns.quads[i]).second) out.descriptions.push_back(patterns.quads[i]);
  }
  auto const name = [&](sparql::Node& node) {
    if (auto const term = patterns.term(node); nodes.contains(term)) node = term;
  };
  rewrite_groups(query.body, [&](sparql::GroupGraphPattern& group) {
    for (auto& element : group.elements) {
      std::erase_if(element.triples, [&](sparql::PathPattern const& triple) {
        auto const quad = patterns.statement(triple);
        return quad && descriptions.contains(*quad);
      });
      for (auto& triple : element.triples) {
        name(triple.subject);
        name(triple.object);
      }
    }
  });
  out.query = std::move(query);
  return out;
}

}  // namespace lepton::reason
