// SPARQL 1.1 Query Results JSON Format.
#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/json.h"
#include "sparql/result_readers.h"
#include "sparql/result_writers.h"

namespace lepton::sparql {

namespace {

bool is_plain(char c) {
  return c != '"' && c != '\\' && static_cast<unsigned char>(c) >= 0x20;
}

void append_string(std::string& out, std::string_view text) {
  out.push_back('"');
  while (!text.empty()) {
    auto const stop = std::ranges::find_if_not(text, is_plain);
    auto const plain = static_cast<std::size_t>(stop - text.begin());
    out += text.substr(0, plain);
    if (plain == text.size()) break;
    char const c = text[plain];
    if (c == '"' || c == '\\') {
      out.push_back('\\');
      out.push_back(c);
    } else {
      out += fmt::format("\\u{:04x}", static_cast<int>(c));
    }
    text.remove_prefix(plain + 1);
  }
  out.push_back('"');
}

std::string_view text_of(json::Object const& object, std::string_view name) {
  auto const* const value = object.if_contains(name);
  if (value == nullptr) return {};
  if (!value->is_string()) fail_results(fmt::format("'{}' is not a string", name));
  return std::string_view(value->get_string());
}

/// §3.2.2, encoding RDF terms.
rdf::Term term_of(json::Value const& value) {
  if (!value.is_object()) fail_results("a binding is not an object");
  json::Object const& object = value.get_object();
  std::string_view const type = text_of(object, "type");
  std::string_view const text = text_of(object, "value");
  if (type == "uri") return rdf::iri(text);
  if (type == "bnode") return rdf::blank(text);
  if (type != "literal" && type != "typed-literal") fail_results("a binding is neither uri, bnode nor literal");
  std::string_view const language = text_of(object, "xml:lang");
  if (!language.empty()) return rdf::language_literal(text, language);
  std::string_view const datatype = text_of(object, "datatype");
  return rdf::literal(text, datatype.empty() ? rdf::xsd_string : datatype);
}

json::Object const& object_of(json::Object const& object, std::string_view name) {
  auto const* const value = object.if_contains(name);
  if (value == nullptr || !value->is_object()) fail_results(fmt::format("the object '{}' is missing", name));
  return value->get_object();
}

json::Array const& array_of(json::Object const& object, std::string_view name) {
  auto const* const value = object.if_contains(name);
  if (value == nullptr || !value->is_array()) fail_results(fmt::format("the array '{}' is missing", name));
  return value->get_array();
}

}  // namespace

void JsonResultWriter::boolean(bool value) {
  out_.text() += fmt::format("{{\"head\":{{}},\"boolean\":{}}}\n", value);
}

void JsonResultWriter::variables(std::vector<std::string> const& names) {
  std::string& out = out_.text();
  rows_ = true;
  out += "{\"head\":{\"vars\":[";
  for (auto const& name : names) {
    std::string& quoted = names_.emplace_back();
    append_string(quoted, name);
    if (names_.size() > 1) out.push_back(',');
    out += quoted;
  }
  out += "]},\"results\":{\"bindings\":[";
}

void JsonResultWriter::row(Row const& row) {
  std::string& out = out_.text();
  out += first_ ? "\n{" : ",\n{";
  first_ = false;
  bool first = true;
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (!row[i]) continue;
    if (!first) out.push_back(',');
    first = false;
    out += names_[i];
    out.push_back(':');
    term(*row[i]);
  }
  out.push_back('}');
  out_.flush_if_full();
}

void JsonResultWriter::term(rdf::Term const& term) {
  std::string& out = out_.text();
  out += term.kind == rdf::TermKind::iri     ? "{\"type\":\"uri\",\"value\":"
         : term.kind == rdf::TermKind::blank ? "{\"type\":\"bnode\",\"value\":"
                                             : "{\"type\":\"literal\",\"value\":";
  append_string(out, term.value);
  if (!term.language.empty()) {
    out += ",\"xml:lang\":";
    append_string(out, term.language);
  } else if (term.kind == rdf::TermKind::literal && term.datatype != rdf::xsd_string) {
    out += ",\"datatype\":";
    append_string(out, term.datatype);
  }
  out.push_back('}');
}

void JsonResultWriter::finish() {
  if (rows_) out_.text() += "\n]}}\n";
  out_.flush();
}

void read_json_results(Call const& call, std::string_view text, ResultSink& sink) {
  json::Value const document = json::parse(text);
  if (!document.is_object()) fail_results("this is no document of SPARQL results");
  json::Object const& top = document.get_object();
  if (auto const* const boolean = top.if_contains("boolean")) {
    if (!boolean->is_bool()) fail_results("'boolean' is not true or false");
    return sink.boolean(boolean->get_bool());
  }
  std::vector<std::string> names;
  for (auto const& name : array_of(object_of(top, "head"), "vars")) {
    if (!name.is_string()) fail_results("a variable's name is not a string");
    names.emplace_back(name.get_string());
  }
  sink.variables(names);
  for (auto const& binding : array_of(object_of(top, "results"), "bindings")) {
    call.proceed();
    if (!binding.is_object()) fail_results("a result is not an object");
    Row row(names.size());
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (auto const* const value = binding.get_object().if_contains(names[i])) row[i] = term_of(*value);
    }
    sink.row(row);
  }
}

}  // namespace lepton::sparql
