#include "graphs/mapping.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "access/address.h"
#include "base/error.h"
#include "graphs/text_template.h"
#include "rdf/iri.h"
#include "rdf/vocabulary.h"

namespace lepton::graphs {
namespace {

constexpr std::string_view xsd_namespace = "http://www.w3.org/2001/XMLSchema#";

Error not_an_iri(std::string_view text) {
  return invalid(fmt::format("\"{}\" is neither an IRI nor begins with one of the prefixes", text));
}

/// What looks like a prefix and is none would pass for the scheme of an IRI: those without "//" are few.
bool is_scheme(std::string_view name, std::string_view rest) {
  constexpr std::array<std::string_view, 4> known{"urn", "tag", "mailto", "lepton"};
  return rest.starts_with("//") || std::ranges::find(known, name) != known.end();
}

std::optional<std::string> expand_prefix(Mapping const& mapping, std::string_view text) {
  auto const colon = text.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  auto const prefix = text.substr(0, colon);
  auto const rest = text.substr(colon + 1);
  if (auto const known = mapping.prefixes.find(std::string(prefix)); known != mapping.prefixes.end())
    return fmt::format("{}{}", known->second, rest);
  if (prefix == "xsd") return fmt::format("{}{}", xsd_namespace, rest);
  if (prefix == "rdf") return fmt::format("{}{}", rdf::rdf_namespace, rest);
  if (!is_scheme(prefix, rest)) return std::nullopt;
  return std::string(text);
}

/// Collects what is wrong, field by field.
class Checker {
 public:
  explicit Checker(Mapping const& mapping) : mapping_(mapping) {}

  void check() {
    if (mapping_.maps.empty()) problems_["/maps"] = "holds no map";
    for (auto const& [prefix, iri] : mapping_.prefixes)
      if (!rdf::is_absolute_iri(iri) || !rdf::has_iri_characters(iri))
        problems_[json::pointer_to("/prefixes", prefix)] = fmt::format("\"{}\" is not an absolute IRI", iri);
    for (std::size_t i = 0; i < mapping_.maps.size(); ++i) check_map(i);
    if (problems_.empty()) return;
    auto const& [pointer, problem] = *problems_.begin();
    throw invalid(problems_.size() == 1 ? fmt::format("{} {}", pointer, problem)
                                        : fmt::format("{} fields of the mapping are wrong", problems_.size()),
                  problems_)
        .with_reason("mapping");
  }

 private:
  template <class Action>
  void at(std::string const& pointer, Action const& action) {
    try {
      action();
    } catch (Error const& error) {
      problems_[pointer] = error.what();
    }
  }

  void check_map(std::size_t number) {
    auto const& map = mapping_.maps[number];
    auto const here = json::pointer_to("/maps", number);
    at(here + "/dataset", [&] { (void)access::parse_address(map.dataset); });
    at(here + "/subject", [&] { (void)expand_template(mapping_, map.subject); });
    at(here + "/class", [&] {
      for (auto const& one : classes_of(map)) (void)expand_iri(mapping_, one);
    });
    if (!names_.insert(map.name).second) problems_[here + "/name"] = fmt::format("\"{}\" stands twice", map.name);
    for (std::size_t i = 0; i < map.facts.size(); ++i) check_fact(map.facts[i], json::pointer_to(here + "/facts", i));
  }

  void check_fact(FactMap const& fact, std::string const& here) {
    at(here + "/predicate", [&] { (void)expand_iri(mapping_, fact.predicate); });
    int const given = static_cast<int>(fact.column.has_value()) + static_cast<int>(fact.text_template.has_value()) +
                      static_cast<int>(fact.constant.has_value()) + static_cast<int>(fact.subject_of.has_value());
    if (given != 1) problems_[here] = "expected exactly one of column, template, constant and subject_of";
    bool const is_iri = fact.as == ObjectKind::iri || fact.subject_of.has_value();
    if (is_iri && !(fact.datatype.empty() && fact.language.empty()))
      problems_[here] = "an IRI has neither datatype nor language";
    if (!fact.datatype.empty() && !fact.language.empty())
      problems_[here + "/datatype"] = "a text with a language has no other datatype";
    if (!fact.datatype.empty()) at(here + "/datatype", [&] { (void)expand_iri(mapping_, fact.datatype); });
    if (fact.text_template) {
      at(here + "/template", [&] {
        is_text(fact) ? (void)TextTemplate(*fact.text_template) : (void)expand_template(mapping_, *fact.text_template);
      });
    }
    if (fact.constant && fact.as == ObjectKind::iri)
      at(here + "/constant", [&] { (void)expand_iri(mapping_, *fact.constant); });
    if (fact.subject_of && find_map(mapping_, fact.subject_of->map) == nullptr)
      problems_[here + "/subject_of/map"] = fmt::format("there is no map \"{}\"", fact.subject_of->map);
  }

  Mapping const& mapping_;
  Details problems_;
  std::set<std::string> names_;
};

}  // namespace

Mapping parse_mapping(json::Value const& value) {
  auto mapping = from_json<Mapping>(value);
  for (auto& map : mapping.maps)
    if (map.name.empty()) map.name = map.dataset.substr(map.dataset.find('/') + 1);
  Checker(mapping).check();
  return mapping;
}

std::optional<std::string> find_iri(Mapping const& mapping, std::string_view name) {
  auto out = expand_prefix(mapping, name);
  if (!out || !rdf::is_absolute_iri(*out) || !rdf::has_iri_characters(*out)) return std::nullopt;
  return out;
}

std::string expand_iri(Mapping const& mapping, std::string_view name) {
  auto out = find_iri(mapping, name);
  if (!out) throw not_an_iri(name);
  return std::move(*out);
}

TextTemplate expand_template(Mapping const& mapping, std::string_view text) {
  auto const expanded = expand_prefix(mapping, text);
  if (!expanded) throw not_an_iri(text);
  TextTemplate out(*expanded);
  auto const& texts = out.texts();
  if (!rdf::is_absolute_iri(texts.front()) || !std::ranges::all_of(texts, rdf::has_iri_characters))
    throw not_an_iri(text);
  return out;
}

bool is_text(FactMap const& fact) {
  return fact.as == ObjectKind::literal || !fact.datatype.empty() || !fact.language.empty();
}

std::vector<std::string> classes_of(SubjectMap const& map) {
  std::vector<std::string> out;
  auto const add = [&](json::Value const& one) {
    if (!one.is_string()) throw invalid("expected an IRI or a list of IRIs");
    out.emplace_back(one.get_string());
  };
  if (map.classes.is_array()) {
    for (auto const& one : map.classes.get_array()) add(one);
  } else if (!map.classes.is_null()) {
    add(map.classes);
  }
  return out;
}

SubjectMap const* find_map(Mapping const& mapping, std::string_view name) {
  auto const found = std::ranges::find(mapping.maps, name, &SubjectMap::name);
  return found == mapping.maps.end() ? nullptr : &*found;
}

}  // namespace lepton::graphs
