#include "rdf/jsonld_values.h"

#include <fmt/format.h>

#include <algorithm>

#include "rdf/iri.h"
#include "rdf/jsonld_context.h"

namespace lepton::rdf {

bool is_value_object(json::Value const& value) {
  return value.is_object() && value.get_object().contains("@value");
}

bool is_list_object(json::Value const& value) {
  return value.is_object() && value.get_object().contains("@list");
}

bool is_graph_object(json::Value const& value) {
  if (!value.is_object() || !value.get_object().contains("@graph")) return false;
  return std::ranges::all_of(value.get_object(), [](auto const& entry) {
    return entry.key() == "@graph" || entry.key() == "@id" || entry.key() == "@index";
  });
}

bool is_node_object(json::Value const& value) {
  if (!value.is_object()) return false;
  auto const& object = value.get_object();
  return !object.contains("@value") && !object.contains("@list") && !object.contains("@set");
}

json::Array as_array(json::Value value) {
  if (value.is_array()) return std::move(value.get_array());
  json::Array array;
  if (!value.is_null()) array.push_back(std::move(value));
  return array;
}

std::span<json::Value const> array_view(json::Value const& value) {
  if (auto const* array = value.if_array()) return {array->data(), array->size()};
  return {&value, 1};
}

void add_value(json::Object& object, std::string_view property, json::Value const& value) {
  auto& values = object[property];
  if (!values.is_array()) values = json::Array();
  values.get_array().push_back(value);
}

void add_reverse(json::Object& object, std::string_view property, json::Value const& value) {
  if (is_value_object(value) || is_list_object(value)) {
    refuse_jsonld("invalid reverse property value", fmt::format("{} comes from nodes, not from values", property));
  }
  auto& reverse = object["@reverse"];
  if (!reverse.is_object()) reverse = json::Object();
  add_value(reverse.get_object(), property, value);
}

bool check_value_object(json::Object const& object) {
  for (auto const& [key, unused] : object) {
    if (key != "@direction" && key != "@index" && key != "@language" && key != "@type" && key != "@value") {
      refuse_jsonld("invalid value object",
                    fmt::format("an object with @value has an entry \"{}\"", std::string_view(key)));
    }
  }
  auto const* type = object.if_contains("@type");
  bool const has_language = object.contains("@language");
  if (type != nullptr && (has_language || object.contains("@direction"))) {
    refuse_jsonld("invalid value object", "a value has either a type, or a language and a direction");
  }
  if (type != nullptr && *type == json::Value("@json")) return true;
  auto const& value = object.at("@value");
  if (value.is_null() || (value.is_array() && value.get_array().empty())) return false;
  if (has_language && !value.is_string()) {
    refuse_jsonld("invalid language-tagged value", "only a string has a language");
  }
  if (type != nullptr) {
    bool const is_iri = type->is_string() && is_well_formed_iri(type->get_string());
    if (!is_iri) refuse_jsonld("invalid typed value", fmt::format("the type {} is not an IRI", json::write(*type)));
  }
  return true;
}

}  // namespace lepton::rdf
