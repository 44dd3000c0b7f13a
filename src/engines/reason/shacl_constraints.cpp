#include "reason/shacl_constraints.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/error.h"
#include "reason/vocabulary.h"

namespace lepton::reason {

namespace {

std::string component_of(std::string_view parameter) {
  std::string name(parameter);
  name.front() = static_cast<char>(name.front() - 32);
  return name + "ConstraintComponent";
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return text;
}

bool contains(std::vector<rdf::TermId> const& nodes, rdf::TermId node) {
  return std::find(nodes.begin(), nodes.end(), node) != nodes.end();
}

std::size_t characters(std::string const& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

}  // namespace

void ShaclValidator::check(Shape const& shape, rdf::TermId focus, std::vector<ShaclResult>& results) {
  if (shape.deactivated) return;
  call_.proceed();
  if (std::find(open_.begin(), open_.end(), std::pair(shape.id, focus)) != open_.end()) {
    throw invalid(fmt::format("the shape {} depends on itself", data_.term(shape.id).value))
        .with_reason("recursive_shape");
  }
  open_.emplace_back(shape.id, focus);
  Nodes const values = shape.path ? shape.path->follow(call_, data_, focus) : Nodes{focus};
  At const at{shape, focus, values, results};
  for (auto const& parameter : shape.parameters) check_parameter(at, parameter);
  for (auto const& constraint : shape.queries) query(at, constraint);
  open_.pop_back();
}

void ShaclValidator::check_parameter(At const& at, ShaclParameter const& parameter) {
  using Check = void (ShaclValidator::*)(At const&, ShaclParameter const&);
  static std::map<std::string, Check> const checks{{"class", &ShaclValidator::value_types},
                                                   {"datatype", &ShaclValidator::value_types},
                                                   {"nodeKind", &ShaclValidator::value_types},
                                                   {"minCount", &ShaclValidator::counts},
                                                   {"maxCount", &ShaclValidator::counts},
                                                   {"minExclusive", &ShaclValidator::ranges},
                                                   {"minInclusive", &ShaclValidator::ranges},
                                                   {"maxExclusive", &ShaclValidator::ranges},
                                                   {"maxInclusive", &ShaclValidator::ranges},
                                                   {"minLength", &ShaclValidator::strings},
                                                   {"maxLength", &ShaclValidator::strings},
                                                   {"pattern", &ShaclValidator::strings},
                                                   {"languageIn", &ShaclValidator::strings},
                                                   {"uniqueLang", &ShaclValidator::unique_languages},
                                                   {"equals", &ShaclValidator::pairs},
                                                   {"disjoint", &ShaclValidator::pairs},
                                                   {"lessThan", &ShaclValidator::less_than},
                                                   {"lessThanOrEquals", &ShaclValidator::less_than},
                                                   {"not", &ShaclValidator::logic},
                                                   {"and", &ShaclValidator::logic},
                                                   {"or", &ShaclValidator::logic},
                                                   {"xone", &ShaclValidator::logic},
                                                   {"node", &ShaclValidator::shapes},
                                                   {"property", &ShaclValidator::shapes},
                                                   {"qualifiedValueShape", &ShaclValidator::qualified},
                                                   {"closed", &ShaclValidator::others},
                                                   {"hasValue", &ShaclValidator::others},
                                                   {"in", &ShaclValidator::others}};
  auto const found = checks.find(parameter.name);
  if (found != checks.end()) (this->*found->second)(at, parameter);
}

ShaclResult& ShaclValidator::report(At const& at, std::string_view component, rdf::TermId value,
                                    rdf::TermId path) const {
  ShaclResult result;
  result.focus = at.focus;
  result.path = path.defined() ? path : at.shape.path_node;
  result.value = value;
  result.shape = at.shape.id;
  result.component = component;
  result.severity = at.shape.severity;
  result.message =
      at.shape.messages.empty() ? fmt::format("does not conform to {}", component) : at.shape.messages.front();
  at.results.push_back(std::move(result));
  return at.results.back();
}

bool ShaclValidator::conforms(rdf::TermId shape, rdf::TermId node) {
  std::vector<ShaclResult> results;
  check(shapes_.get(shape), node, results);
  return results.empty();
}

std::int64_t ShaclValidator::number(rdf::TermId value) const {
  return value_of(data_.term(value)).integer;
}

bool ShaclValidator::has_datatype(rdf::TermId node, std::string const& datatype) const {
  if (!node.is_literal()) return false;
  auto const term = data_.term(node);
  return term.datatype == datatype && is_well_formed(term.view());
}

bool ShaclValidator::has_kind(rdf::TermId node, std::string const& kind) const {
  std::string_view const mine = node.is_literal() ? "Literal" : (node.kind() == rdf::IdKind::iri ? "IRI" : "BlankNode");
  return kind.find(mine) != std::string::npos;  // sh:BlankNodeOrIRI and so on name both
}

/// §4.1.
void ShaclValidator::value_types(At const& at, ShaclParameter const& parameter) {
  auto const wanted = data_.term(parameter.value).value;
  auto const kind = wanted.substr(wanted.find('#') + 1);
  for (auto const value : at.values) {
    bool const fits = parameter.name == "class"      ? data_.is_instance(value, parameter.value)
                      : parameter.name == "datatype" ? has_datatype(value, wanted)
                                                     : has_kind(value, kind);
    if (!fits) report(at, component_of(parameter.name), value);
  }
}

/// §4.2.
void ShaclValidator::counts(At const& at, ShaclParameter const& parameter) {
  auto const count = static_cast<std::int64_t>(at.values.size());
  bool const fits = parameter.name == "minCount" ? count >= number(parameter.value) : count <= number(parameter.value);
  if (!fits) report(at, component_of(parameter.name), {});
}

/// §4.3: what cannot be compared does not conform.
void ShaclValidator::ranges(At const& at, ShaclParameter const& parameter) {
  auto const bound = value_of(data_.term(parameter.value));
  for (auto const value : at.values) {
    auto const order = compare_values(value_of(data_.term(value)), bound);
    bool const fits = order && (parameter.name == "minExclusive"   ? *order > 0
                                : parameter.name == "minInclusive" ? *order >= 0
                                : parameter.name == "maxExclusive" ? *order < 0
                                                                   : *order <= 0);
    if (!fits) report(at, component_of(parameter.name), value);
  }
}

/// §4.4.
void ShaclValidator::strings(At const& at, ShaclParameter const& parameter) {
  auto const flags = at.shape.values("flags");
  auto const allowed = at.shape.values(fmt::format("languageIn {}", parameter.value.raw()));
  auto const fits = [&](rdf::TermId value) {
    auto const term = data_.term(value);
    if (parameter.name == "languageIn") {
      return std::any_of(allowed.begin(), allowed.end(), [&](rdf::TermId one) {
        auto const range = lower(data_.term(one).value);
        auto const language = lower(term.language);
        return language == range || language.starts_with(range + "-");
      });
    }
    if (value.kind() == rdf::IdKind::blank) return false;
    if (parameter.name == "minLength")
      return characters(term.value) >= static_cast<std::size_t>(number(parameter.value));
    if (parameter.name == "maxLength")
      return characters(term.value) <= static_cast<std::size_t>(number(parameter.value));
    return patterns_.match(term.value, data_.term(parameter.value).value,
                           flags.empty() ? "" : data_.term(flags.front()).value);
  };
  for (auto const value : at.values) {
    if (!fits(value)) report(at, component_of(parameter.name), value);
  }
}

/// §4.4.5.
void ShaclValidator::unique_languages(At const& at, ShaclParameter const& parameter) {
  if (data_.term(parameter.value).value != "true") return;
  std::map<std::string, int> uses;
  for (auto const value : at.values) {
    if (value.is_literal()) ++uses[lower(data_.term(value).language)];
  }
  for (auto const& [language, count] : uses) {
    if (!language.empty() && count > 1) report(at, "UniqueLangConstraintComponent", {});
  }
}

/// §4.5.1, §4.5.2.
void ShaclValidator::pairs(At const& at, ShaclParameter const& parameter) {
  auto const other = data_.objects(at.focus, parameter.value);
  bool const equals = parameter.name == "equals";
  for (auto const value : at.values) {
    if (contains(other, value) != equals) report(at, component_of(parameter.name), value);
  }
  for (auto const value : other) {
    if (equals && !contains(at.values, value)) report(at, component_of(parameter.name), value);
  }
}

/// §4.5.3, §4.5.4: a result for each pair.
void ShaclValidator::less_than(At const& at, ShaclParameter const& parameter) {
  auto const other = data_.objects(at.focus, parameter.value);
  for (auto const value : at.values) {
    for (auto const bound : other) {
      auto const order = compare_values(value_of(data_.term(value)), value_of(data_.term(bound)));
      bool const fits = order && (*order < 0 || (*order == 0 && parameter.name == "lessThanOrEquals"));
      if (!fits) report(at, component_of(parameter.name), value);
    }
  }
}

/// §4.6.
void ShaclValidator::logic(At const& at, ShaclParameter const& parameter) {
  auto const members = at.shape.values(fmt::format("{} {}", parameter.name, parameter.value.raw()));
  for (auto const value : at.values) {
    if (parameter.name == "not") {
      if (conforms(parameter.value, value)) report(at, component_of(parameter.name), value);
      continue;
    }
    auto const count = static_cast<std::size_t>(
        std::count_if(members.begin(), members.end(), [&](rdf::TermId member) { return conforms(member, value); }));
    bool const fits = parameter.name == "and"  ? count == members.size()
                      : parameter.name == "or" ? count > 0
                                               : count == 1;
    if (!fits) report(at, component_of(parameter.name), value);
  }
}

/// §4.7.1, §4.7.2.
void ShaclValidator::shapes(At const& at, ShaclParameter const& parameter) {
  for (auto const value : at.values) {
    if (parameter.name == "property") {
      check(shapes_.get(parameter.value), value, at.results);
    } else if (!conforms(parameter.value, value)) {
      report(at, component_of(parameter.name), value);
    }
  }
}

/// §4.7.3.
void ShaclValidator::qualified(At const& at, ShaclParameter const& parameter) {
  std::vector<rdf::TermId> siblings;
  auto const disjoint = at.shape.values("qualifiedValueShapesDisjoint");
  if (!disjoint.empty() && data_.term(disjoint.front()).value == "true" && open_.size() > 1) {
    auto const& parent = shapes_.get(open_[open_.size() - 2].first);
    for (auto const property : parent.values("property")) {
      for (auto const sibling : shapes_.get(property).values("qualifiedValueShape")) {
        if (sibling != parameter.value) siblings.push_back(sibling);
      }
    }
  }
  std::int64_t count = 0;
  for (auto const value : at.values) {
    if (!conforms(parameter.value, value)) continue;
    bool const taken =
        std::any_of(siblings.begin(), siblings.end(), [&](rdf::TermId one) { return conforms(one, value); });
    if (!taken) ++count;
  }
  for (auto const least : at.shape.values("qualifiedMinCount")) {
    if (count < number(least)) report(at, "QualifiedMinCountConstraintComponent", {});
  }
  for (auto const most : at.shape.values("qualifiedMaxCount")) {
    if (count > number(most)) report(at, "QualifiedMaxCountConstraintComponent", {});
  }
}

/// §4.8.1.
void ShaclValidator::closed(At const& at) {
  std::set<rdf::TermId> allowed;
  for (auto const list : at.shape.values("ignoredProperties")) {
    for (auto const one : at.shape.values(fmt::format("ignoredProperties {}", list.raw()))) allowed.insert(one);
  }
  for (auto const property : at.shape.values("property")) {
    auto const& path = shapes_.get(property).path;
    if (path && path->kind == ShaclPath::Kind::predicate) allowed.insert(path->predicate);
  }
  for (auto const value : at.values) {
    for (auto const& [predicate, object] : data_.properties(value)) {
      if (!allowed.contains(predicate)) report(at, "ClosedConstraintComponent", object, predicate);
    }
  }
}

/// §4.8.
void ShaclValidator::others(At const& at, ShaclParameter const& parameter) {
  if (parameter.name == "closed") {
    if (data_.term(parameter.value).value == "true") closed(at);
  } else if (parameter.name == "hasValue") {
    if (!contains(at.values, parameter.value)) report(at, "HasValueConstraintComponent", {});
  } else {
    auto const allowed = at.shape.values(fmt::format("in {}", parameter.value.raw()));
    for (auto const value : at.values) {
      if (!contains(allowed, value)) report(at, "InConstraintComponent", value);
    }
  }
}

/// §5, §6.
void ShaclValidator::query(At const& at, SparqlConstraint const& constraint) {
  for (auto const& finding : queries_.run(constraint, at.shape, at.focus, at.values)) {
    auto& result = report(at, constraint.validator->component, finding.value, finding.path);
    result.constraint = constraint.source;
    if (!finding.message.empty()) result.message = finding.message;
  }
}

}  // namespace lepton::reason
