#include "rdf/jsonld_parser.h"

#include <fmt/format.h>

#include <array>
#include <cmath>

#include "base/error.h"
#include "rdf/characters.h"
#include "rdf/iri.h"
#include "rdf/jsonld_values.h"
#include "rdf/vocabulary.h"

namespace lepton::rdf {

namespace {

constexpr std::size_t piece = 64 << 10;

/// JSON-LD 1.1 API §8.6, data round tripping: the canonical form of XSD 1.1 for doubles.
std::string canonical_double(double value) {
  if (std::isinf(value)) return value < 0 ? "-INF" : "INF";
  std::string text = fmt::format("{:.15E}", value);
  std::size_t const e = text.find('E');
  std::string mantissa = text.substr(0, e);
  while (mantissa.back() == '0' && mantissa[mantissa.size() - 2] != '.') mantissa.pop_back();
  return fmt::format("{}E{}", mantissa, std::stoi(text.substr(e + 1)));
}

std::string_view text_of(json::Value const& value) {
  return value.is_string() ? std::string_view(value.get_string()) : std::string_view();
}

struct Number {
  std::string lexical;
  std::string_view datatype;
};

/// API §8.2.2, steps 10 and 11.
Number number_literal(json::Value const& value, bool as_double) {
  double const number = value.to_number<double>();
  bool const whole = number == std::floor(number) && std::abs(number) < 1e21;
  if (!whole || as_double) return {canonical_double(number), xsd_double};
  if (value.is_int64()) return {fmt::format("{}", value.get_int64()), xsd_integer};
  if (value.is_uint64()) return {fmt::format("{}", value.get_uint64()), xsd_integer};
  return {fmt::format("{:.0f}", number + 0.0), xsd_integer};  // no sign before zero
}

}  // namespace

JsonLdParser::JsonLdParser(Call const& call, ByteSource& source, QuadSink& sink, ParseOptions const& options)
    : call_(call), source_(source), sink_(sink), options_(options) {}

void JsonLdParser::run() {
  json::Value document;
  std::string const text = read_all();
  try {
    document = json::parse(text);
  } catch (Error const& error) {
    throw invalid(error.what()).with_reason("rdf_syntax");
  }
  JsonLdOptions expansion;
  expansion.base = options_.base;
  expansion.load = options_.load_context;
  JsonLdStatements(call_, sink_).run(expand_jsonld(call_, document, expansion));
}

std::string JsonLdParser::read_all() {
  std::string text;
  std::array<char, piece> buffer;
  while (std::size_t const read = source_.read(buffer)) {
    call_.proceed();
    text.append(buffer.data(), read);
    if (text.size() > options_.limits.document) {
      throw invalid(fmt::format("a JSON-LD document is read whole and may have {} bytes: use another syntax for more",
                                options_.limits.document))
          .with_reason("rdf_syntax");
    }
  }
  return text;
}

void JsonLdStatements::run(json::Array const& expanded) {
  for (auto const& one : expanded)
    if (is_node_object(one)) (void)node(one.get_object(), {});
}

std::optional<Term> JsonLdStatements::name(std::string_view text) {
  if (text.starts_with("_:")) {
    std::string label(text.substr(2));
    // JSON-LD takes any text as a label, other syntaxes do not.
    if (!is_blank_label(label)) {
      auto& replacement = replaced_labels_[label];
      if (replacement.empty()) labels_.generate(replacement);
      return blank(replacement);
    }
    BlankLabels::keep(label);
    return blank(label);
  }
  if (is_well_formed_iri(text)) return iri(text);
  return std::nullopt;
}

Term JsonLdStatements::fresh() {
  std::string label;
  labels_.generate(label);
  return blank(label);
}

std::optional<Term> JsonLdStatements::node(json::Object const& object, Graph const& graph) {
  call_.proceed();
  auto const* id = object.if_contains("@id");
  std::optional<Term> subject;
  if (id == nullptr) {
    subject = fresh();
  } else {
    subject = name(text_of(*id));
  }
  if (subject) {
    properties(object, *subject, graph);
  } else {
    skip_named(object, graph);
  }
  if (auto const* map = object.if_contains("@reverse")) reverse(map->get_object(), subject, graph);
  if (auto const* included = object.if_contains("@included")) {
    for (auto const& one : array_view(*included)) (void)node(one.get_object(), graph);
  }
  if (auto const* inner = object.if_contains("@graph"); inner != nullptr && subject) {
    for (auto const& one : array_view(*inner))
      if (is_node_object(one)) (void)node(one.get_object(), subject);
  }
  return subject;
}

void JsonLdStatements::properties(json::Object const& object, Term const& subject, Graph const& graph) {
  for (auto const& [key, values] : object) {
    if (key == "@type") types(values, subject, graph);
    // A blank node as a predicate is no statement of RDF 1.1 ("generalized RDF"): it is left out, §8.1 step 1.3.2.2.
    if (key.starts_with("@") || !is_well_formed_iri(key)) {
      if (!key.starts_with("@"))
        for (auto const& value : array_view(values)) (void)this->object(value, graph);
      continue;
    }
    Term const predicate = iri(key);
    for (auto const& value : array_view(values)) {
      if (auto const term = this->object(value, graph)) emit(subject, predicate, *term, graph);
    }
  }
}

/// The node cannot be written, but those inside it can.
void JsonLdStatements::skip_named(json::Object const& object, Graph const& graph) {
  for (auto const& [key, values] : object) {
    if (key.starts_with("@")) continue;
    for (auto const& value : array_view(values)) (void)this->object(value, graph);
  }
}

void JsonLdStatements::types(json::Value const& types, Term const& subject, Graph const& graph) {
  for (auto const& type : array_view(types)) {
    if (auto const term = name(text_of(type))) emit(subject, iri(rdf_type), *term, graph);
  }
}

void JsonLdStatements::reverse(json::Object const& map, std::optional<Term> const& object, Graph const& graph) {
  for (auto const& [property, items] : map) {
    for (auto const& item : array_view(items)) {
      auto const subject = node(item.get_object(), graph);
      if (subject && object && is_well_formed_iri(property)) emit(*subject, iri(property), *object, graph);
    }
  }
}

// API §8.2.2, object to RDF conversion.
std::optional<Term> JsonLdStatements::object(json::Value const& value, Graph const& graph) {
  auto const& object = value.as_object();
  if (object.contains("@value")) return literal(object, graph);
  if (auto const* items = object.if_contains("@list")) return list(*items, graph);
  return node(object, graph);
}

std::optional<Term> JsonLdStatements::literal(json::Object const& value, Graph const& graph) {
  auto const& content = value.at("@value");
  auto const* stated = value.if_contains("@type");
  std::string_view const datatype = stated == nullptr ? std::string_view() : text_of(*stated);
  if (datatype == "@json") return rdf::literal(json::write_canonical(content), rdf_json);
  if (!datatype.empty() && !is_well_formed_iri(datatype)) return std::nullopt;
  if (content.is_bool()) {
    return rdf::literal(content.get_bool() ? "true" : "false", datatype.empty() ? xsd_boolean : datatype);
  }
  if (content.is_number()) {
    auto const number = number_literal(content, datatype == xsd_double);
    return rdf::literal(number.lexical, datatype.empty() ? number.datatype : datatype);
  }
  if (!datatype.empty()) return rdf::literal(content.as_string(), datatype);
  return text(value, graph);
}

std::optional<Term> JsonLdStatements::text(json::Object const& value, Graph const& graph) {
  std::string_view const lexical = value.at("@value").as_string();
  auto const* language = value.if_contains("@language");
  std::string const tag(language == nullptr ? std::string_view() : text_of(*language));
  if (language != nullptr && !is_language_tag(tag)) return std::nullopt;
  auto const* direction = value.if_contains("@direction");
  if (direction != nullptr && direction_ == JsonLdDirection::i18n_datatype) {
    return rdf::literal(lexical, fmt::format("{}{}_{}", i18n_namespace, to_lower_ascii(tag), text_of(*direction)));
  }
  if (direction != nullptr && direction_ == JsonLdDirection::compound_literal) {
    Term const compound = fresh();
    emit(compound, iri(rdf_value), rdf::literal(lexical), graph);
    if (language != nullptr) emit(compound, iri(rdf_language), rdf::literal(to_lower_ascii(tag)), graph);
    emit(compound, iri(rdf_direction), rdf::literal(text_of(*direction)), graph);
    return compound;
  }
  return language == nullptr ? rdf::literal(lexical) : language_literal(lexical, tag);
}

// API §8.2.3, list to RDF conversion.
Term JsonLdStatements::list(json::Value const& items, Graph const& graph) {
  auto const elements = array_view(items);
  if (elements.empty()) return iri(rdf_nil);
  Term const head = fresh();
  Term cell = head;
  for (std::size_t i = 0; i < elements.size(); ++i) {
    if (auto const element = object(elements[i], graph)) emit(cell, iri(rdf_first), *element, graph);
    Term next = i + 1 < elements.size() ? fresh() : iri(rdf_nil);
    emit(cell, iri(rdf_rest), next, graph);
    cell = std::move(next);
  }
  return head;
}

void JsonLdStatements::emit(Term const& subject, Term const& predicate, Term const& object, Graph const& graph) {
  QuadView view{subject.view(), predicate.view(), object.view(), {}};
  if (graph) view.graph = graph->view();
  sink_.quad(view);
}

}  // namespace lepton::rdf
