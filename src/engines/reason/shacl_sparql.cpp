#include "reason/shacl_sparql.h"

#include <algorithm>
#include <set>
#include <unordered_set>

#include "base/error.h"
#include "reason/shacl_prebinding.h"
#include "reason/shacl_shapes.h"
#include "reason/vocabulary.h"
#include "sparql/parser.h"

namespace lepton::reason {

namespace {

std::string sh(std::string_view name) {
  return std::string(sh_namespace).append(name);
}

std::string local_name(std::string const& iri) {
  return iri.substr(iri.find_last_of("#/:") + 1);
}

[[noreturn]] void refuse(GraphView const& graph, rdf::TermId owner, std::string const& sentence) {
  throw invalid(fmt::format("the shape or component {}: {}", graph.term(owner).value, sentence))
      .with_reason("ill_formed_shape");
}

/// §6.2.1: names that parameters must not have.
bool is_reserved(std::string const& name) {
  static std::set<std::string> const names{"this", "shapesGraph", "currentShape", "path", "PATH", "value"};
  return names.contains(name);
}

bool is_variable_name(std::string const& name) {
  auto const fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || (c & 0x80) != 0;
  };
  return !name.empty() && std::all_of(name.begin(), name.end(), fits);
}

}  // namespace

SparqlConstraints::SparqlConstraints(Call const& call, GraphView const& graph) : call_(call), graph_(graph) {
  for (auto const id : graph.instances(graph.iri(sh("ConstraintComponent")))) {
    call.proceed();
    if (!graph.term(id).value.starts_with(sh_namespace)) components_.push_back(read_component(id));
  }
}

SparqlConstraints::Component SparqlConstraints::read_component(rdf::TermId id) const {
  Component component;
  for (auto const node : graph_.objects(id, graph_.iri(sh("parameter")))) {
    auto const paths = graph_.objects(node, graph_.iri(sh("path")));
    if (paths.size() != 1) refuse(graph_, id, "a parameter needs one sh:path");
    Parameter parameter{paths.front(), local_name(graph_.term(paths.front()).value), false};
    if (!is_variable_name(parameter.variable) || is_reserved(parameter.variable)) {
      refuse(graph_, id, fmt::format("'{}' cannot name a parameter", parameter.variable));
    }
    for (auto const flag : graph_.objects(node, graph_.iri(sh("optional")))) {
      parameter.optional = graph_.term(flag).value == "true";
    }
    component.parameters.push_back(std::move(parameter));
  }
  bool const all_optional = std::all_of(component.parameters.begin(), component.parameters.end(),
                                        [](Parameter const& one) { return one.optional; });
  if (all_optional) refuse(graph_, id, "a component needs a parameter that is not optional");
  auto const general = read_validator(id, component, "validator");
  auto const nodes = read_validator(id, component, "nodeValidator");
  auto const properties = read_validator(id, component, "propertyValidator");
  component.for_nodes = nodes ? nodes : general;
  component.for_properties = properties ? properties : general;
  return component;
}

std::shared_ptr<SparqlValidator const> SparqlConstraints::read_validator(rdf::TermId component, Component const& of,
                                                                         std::string_view property) const {
  auto const nodes = graph_.objects(component, graph_.iri(sh(property)));
  if (nodes.empty()) return nullptr;
  auto const validator = std::make_shared<SparqlValidator>();
  bool const asks = property == "validator";
  validator->query = parse(component, nodes.front(), asks ? "ask" : "select");
  validator->component = graph_.term(component).value;
  validator->messages = messages(nodes.front());
  if (validator->messages.empty()) validator->messages = messages(component);
  std::set<std::string> prebound{"this", "shapesGraph", "currentShape"};
  if (asks) prebound.insert("value");
  for (auto const& parameter : of.parameters) prebound.insert(parameter.variable);
  if (auto const problem = find_forbidden(validator->query, prebound)) refuse(graph_, component, *problem);
  return validator;
}

std::vector<SparqlConstraint> SparqlConstraints::of(Shape const& shape) const {
  std::vector<SparqlConstraint> found;
  for (auto const node : graph_.objects(shape.id, graph_.iri(sh("sparql")))) {
    auto const flags = graph_.objects(node, graph_.iri(sh("deactivated")));
    if (!flags.empty() && graph_.term(flags.front()).value == "true") continue;
    auto const validator = std::make_shared<SparqlValidator>();
    validator->query = parse(shape.id, node, "select");
    validator->component = "SPARQLConstraintComponent";
    validator->messages = messages(node);
    if (auto const problem = find_forbidden(validator->query, {"this", "shapesGraph", "currentShape"})) {
      refuse(graph_, shape.id, *problem);
    }
    found.push_back({validator, node, {}});
  }
  for (auto const& component : components_) add_of_component(component, shape, found);
  return found;
}

/// §6.2.1: a shape has such a constraint when it has values for all parameters that are not optional; with one
/// parameter alone, a constraint for each value.
void SparqlConstraints::add_of_component(Component const& component, Shape const& shape,
                                         std::vector<SparqlConstraint>& out) const {
  auto const& validator = shape.path ? component.for_properties : component.for_nodes;
  if (!validator) return;
  if (component.parameters.size() == 1) {
    auto const& parameter = component.parameters.front();
    for (auto const value : graph_.objects(shape.id, parameter.path)) {
      out.push_back({validator, {}, {{parameter.variable, graph_.term(value)}}});
    }
    return;
  }
  SparqlConstraint constraint{validator, {}, {}};
  for (auto const& parameter : component.parameters) {
    auto const values = graph_.objects(shape.id, parameter.path);
    if (values.empty() && !parameter.optional) return;
    if (values.size() > 1) refuse(graph_, shape.id, fmt::format("it may have one {} only", parameter.variable));
    if (!values.empty()) constraint.arguments.emplace(parameter.variable, graph_.term(values.front()));
  }
  out.push_back(std::move(constraint));
}

sparql::Query SparqlConstraints::parse(rdf::TermId owner, rdf::TermId node, std::string_view property) const {
  call_.proceed();
  auto const texts = graph_.objects(node, graph_.iri(sh(property)));
  if (texts.size() != 1 || !texts.front().is_literal())
    refuse(graph_, owner, fmt::format("it needs one sh:{}", property));
  sparql::Query query;
  try {
    query = sparql::parse_query(prologue(owner, node) + graph_.term(texts.front()).value);
  } catch (Error const& error) {
    refuse(graph_, owner, fmt::format("its sh:{} is no query: {}", property, error.what()));
  }
  bool const is_right = query.form == (property == "ask" ? sparql::QueryForm::ask : sparql::QueryForm::select);
  if (!is_right) refuse(graph_, owner, fmt::format("its sh:{} is a query of another form", property));
  return query;
}

/// §5.2.1, on one line, so that places in messages are those of the query.
std::string SparqlConstraints::prologue(rdf::TermId owner, rdf::TermId node) const {
  std::map<std::string, std::string> declared;
  std::unordered_set<std::uint64_t> met;
  auto work = graph_.objects(node, graph_.iri(sh("prefixes")));
  while (!work.empty()) {
    auto const ontology = work.back();
    work.pop_back();
    if (!met.insert(ontology.raw()).second) continue;
    for (auto const more : graph_.objects(ontology, graph_.iri(std::string(owl_namespace).append("imports")))) {
      work.push_back(more);
    }
    for (auto const declaration : graph_.objects(ontology, graph_.iri(sh("declare")))) {
      auto const prefixes = graph_.objects(declaration, graph_.iri(sh("prefix")));
      auto const spaces = graph_.objects(declaration, graph_.iri(sh("namespace")));
      if (prefixes.size() != 1 || spaces.size() != 1) {
        refuse(graph_, owner, "sh:declare needs one sh:prefix and one sh:namespace");
      }
      auto const space = graph_.term(spaces.front()).value;
      auto const [place, is_new] = declared.emplace(graph_.term(prefixes.front()).value, space);
      if (!is_new && place->second != space) {
        refuse(graph_, owner, fmt::format("the prefix '{}' is declared twice", place->first));
      }
    }
  }
  std::string text;
  for (auto const& [prefix, space] : declared) text += fmt::format("PREFIX {}: <{}> ", prefix, space);
  return text;
}

std::vector<std::string> SparqlConstraints::messages(rdf::TermId node) const {
  std::vector<std::string> found;
  for (auto const message : graph_.objects(node, graph_.iri(sh("message"))))
    found.push_back(graph_.term(message).value);
  return found;
}

}  // namespace lepton::reason
