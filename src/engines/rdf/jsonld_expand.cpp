#include "rdf/jsonld_expand.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "rdf/iri.h"
#include "rdf/jsonld_values.h"

namespace lepton::rdf {

namespace {

using Relative = JsonLdContexts::Relative;
using Vocabulary = JsonLdContexts::Vocabulary;

std::optional<std::string> expand_name(JsonLdContext const& active, std::string_view text) {
  return JsonLdContexts::expand_iri(active, text, Relative::no, Vocabulary::yes);
}

std::uint8_t container_of(JsonLdTerm const* term) {
  return term == nullptr ? std::uint8_t{0} : term->container;
}

/// The keys in byte order, where the algorithm asks for an order.
std::vector<std::string_view> sorted_keys(json::Object const& object) {
  std::vector<std::string_view> keys;
  for (auto const& [key, value] : object) keys.push_back(key);
  std::ranges::sort(keys);
  return keys;
}

}  // namespace

json::Array expand_jsonld(Call const& call, json::Value const& document, JsonLdOptions const& options) {
  JsonLdContexts contexts(options.load, options.mode);
  auto active = JsonLdContexts::initial(options.base);
  if (options.expand_context) {
    auto const* object = options.expand_context->if_object();
    auto const* inner = object == nullptr ? nullptr : object->if_contains("@context");
    active = contexts.process(active, inner == nullptr ? *options.expand_context : *inner, options.base);
  }
  auto expanded = JsonLdExpansion(call, contexts).expand(active, {}, document, options.base);
  if (auto* object = expanded.if_object(); object != nullptr && object->size() == 1 && object->contains("@graph")) {
    expanded = json::Value(object->at("@graph"));
  }
  if (expanded.is_null()) return {};
  return as_array(std::move(expanded));
}

json::Value JsonLdExpansion::expand(JsonLdContextPtr active, std::string_view property, json::Value const& element,
                                    std::string const& base, FromMap from_map) {
  call_.proceed();
  if (element.is_null()) return nullptr;
  if (auto const* elements = element.if_array()) return expand_array(active, property, *elements, base, from_map);
  if (auto const* object = element.if_object())
    return expand_object(std::move(active), property, *object, base, from_map);
  if (property.empty() || property == "@graph") return nullptr;
  if (auto const* term = active->find(property); term != nullptr && term->context) {
    JsonLdContexts::Application application;
    application.override_protected = true;
    active = contexts_.process(active, *term->context, term->context_base, std::move(application));
  }
  return expand_scalar(*active, property, element);
}

json::Value JsonLdExpansion::expand_array(JsonLdContextPtr const& active, std::string_view property,
                                          json::Array const& elements, std::string const& base, FromMap from_map) {
  json::Array result;
  bool const in_list = (container_of(active->find(property)) & list_container) != 0;
  for (auto const& element : elements) {
    auto expanded = expand(active, property, element, base, from_map);
    if (in_list && expanded.is_array()) expanded = json::Object{{"@list", std::move(expanded)}};
    if (auto* several = expanded.if_array()) {
      for (auto& one : *several) result.push_back(std::move(one));
    } else if (!expanded.is_null()) {
      result.push_back(std::move(expanded));
    }
  }
  return result;
}

// §5.1.2, steps 7 to 9: the context that holds inside the object.
JsonLdContextPtr JsonLdExpansion::enter(JsonLdContextPtr active, std::string_view property, json::Object const& element,
                                        FromMap from_map) {
  // The scoped context is that of the property where it stands, whatever the object returns to.
  auto const outer = active;
  auto const* term = outer->find(property);
  if (active->previous && from_map == FromMap::no) {
    bool const is_value =
        std::ranges::any_of(element, [&](auto const& entry) { return expand_name(*active, entry.key()) == "@value"; });
    bool const is_reference = element.size() == 1 && expand_name(*active, element.begin()->key()) == "@id";
    if (!is_value && !is_reference) active = active->previous;
  }
  if (term != nullptr && term->context) {
    JsonLdContexts::Application application;
    application.override_protected = true;
    active = contexts_.process(active, *term->context, term->context_base, std::move(application));
  }
  return active;
}

// §5.1.2, step 11.
JsonLdContextPtr JsonLdExpansion::apply_types(JsonLdContextPtr const& before, json::Object const& element) const {
  auto active = before;
  for (auto const key : sorted_keys(element)) {
    if (expand_name(*active, key) != "@type") continue;
    std::vector<std::string_view> types;
    for (auto const& type : array_view(element.at(key)))
      if (type.is_string()) types.emplace_back(type.get_string());
    std::ranges::sort(types);
    for (auto const type : types) {
      auto const* term = before->find(type);
      if (term == nullptr || !term->context) continue;
      JsonLdContexts::Application application;
      application.propagate = false;
      active = contexts_.process(active, *term->context, term->context_base, std::move(application));
    }
  }
  return active;
}

// §5.1.2, step 12.
std::optional<std::string> JsonLdExpansion::input_type(JsonLdContext const& active, json::Object const& element) const {
  for (auto const key : sorted_keys(element)) {
    if (expand_name(active, key) != "@type") continue;
    auto const types = array_view(element.at(key));
    if (types.empty() || !types.back().is_string()) return std::nullopt;
    return expand_name(active, types.back().get_string());
  }
  return std::nullopt;
}

json::Value JsonLdExpansion::expand_object(JsonLdContextPtr active, std::string_view property,
                                           json::Object const& element, std::string const& base, FromMap from_map) {
  active = enter(std::move(active), property, element, from_map);
  if (auto const* context = element.if_contains("@context")) active = contexts_.process(active, *context, base);
  auto const type_scoped = active;
  active = apply_types(active, element);
  auto const type = input_type(*active, element);
  Node node{active, type_scoped, property, base, type, {}};
  expand_entries(node, element);
  return finish(property, std::move(node.result));
}

// §5.1.2, steps 13 and 14.
void JsonLdExpansion::expand_entries(Node& node, json::Object const& element) {
  std::vector<std::string> nests;
  for (auto const key : sorted_keys(element)) {
    if (key == "@context") continue;
    auto const name = expand_name(*node.active, key);
    if (!name) continue;
    if (*name == "@nest") {
      nests.emplace_back(key);
    } else if (is_jsonld_keyword(*name)) {
      expand_keyword(node, *name, element.at(key));
    } else if (name->find(':') != std::string::npos) {
      expand_entry(node, key, *name, element.at(key));
    }
  }
  expand_nested(node, nests, element);
}

void JsonLdExpansion::expand_nested(Node& node, std::vector<std::string> const& terms, json::Object const& element) {
  for (auto const& key : terms) {
    auto const outer = node.active;
    if (auto const* term = outer->find(key); term != nullptr && term->context) {
      JsonLdContexts::Application application;
      application.override_protected = true;
      node.active = contexts_.process(outer, *term->context, term->context_base, std::move(application));
    }
    for (auto const& nested : array_view(element.at(key))) {
      auto const* object = nested.if_object();
      bool const allowed = object != nullptr && std::ranges::none_of(*object, [&](auto const& entry) {
                             return expand_name(*node.active, entry.key()) == "@value";
                           });
      if (!allowed) refuse_jsonld("invalid @nest value", fmt::format("\"{}\" holds objects without @value only", key));
      expand_entries(node, *object);
    }
    node.active = outer;
  }
}

// §5.1.2, step 13.4.
void JsonLdExpansion::expand_keyword(Node& node, std::string const& keyword, json::Value const& value) {
  if (node.property == "@reverse") {
    refuse_jsonld("invalid reverse property map", fmt::format("{} has no place inside @reverse", keyword));
  }
  auto& result = node.result;
  if (result.contains(keyword) && keyword != "@included" && keyword != "@type") {
    refuse_jsonld("colliding keywords", fmt::format("two entries of one object mean {}", keyword));
  }
  bool const is_1_0 = contexts_.mode() == JsonLdMode::v1_0;
  auto const text = [&](std::string_view code) -> std::string_view {
    if (!value.is_string()) {
      refuse_jsonld(code, fmt::format("{} is {}, expected a string", keyword, json::kind_name(value)));
    }
    return value.get_string();
  };
  if (keyword == "@id") {
    auto const iri =
        JsonLdContexts::expand_iri(*node.active, text("invalid @id value"), Relative::to_document, Vocabulary::no);
    if (iri) {
      result["@id"] = *iri;
    } else {
      result["@id"] = nullptr;
    }
  } else if (keyword == "@type") {
    expand_type(node, value);
  } else if (keyword == "@graph") {
    result["@graph"] = as_array(expand(node.active, "@graph", value, node.base));
  } else if (keyword == "@included") {
    if (!is_1_0) expand_included(node, value);
  } else if (keyword == "@value") {
    expand_value_entry(node, value);
  } else if (keyword == "@language") {
    result["@language"] = text("invalid language-tagged string");
  } else if (keyword == "@direction") {
    if (is_1_0) return;
    if (value != json::Value("ltr") && value != json::Value("rtl")) {
      refuse_jsonld("invalid base direction", "expected @direction to be \"ltr\" or \"rtl\"");
    }
    result["@direction"] = value;
  } else if (keyword == "@index") {
    result["@index"] = text("invalid @index value");
  } else if (keyword == "@list") {
    if (node.property.empty() || node.property == "@graph") return;
    result["@list"] = as_array(expand(node.active, node.property, value, node.base));
  } else if (keyword == "@set") {
    auto expanded = expand(node.active, node.property, value, node.base);
    if (!expanded.is_null()) result["@set"] = std::move(expanded);
  } else if (keyword == "@reverse") {
    expand_reverse(node, value);
  }
}

void JsonLdExpansion::expand_type(Node& node, json::Value const& value) {
  json::Array types;
  if (auto* before = node.result.if_contains("@type")) types = as_array(*before);
  for (auto const& type : array_view(value)) {
    if (!type.is_string()) {
      refuse_jsonld("invalid type value", fmt::format("@type is {}, expected IRIs", json::kind_name(type)));
    }
    auto const iri =
        JsonLdContexts::expand_iri(*node.type_scoped, type.get_string(), Relative::to_document, Vocabulary::yes);
    if (iri) types.emplace_back(*iri);
  }
  bool const single = !value.is_array() && types.size() == 1;
  node.result["@type"] = single ? json::Value(types[0]) : json::Value(std::move(types));
}

void JsonLdExpansion::expand_included(Node& node, json::Value const& value) {
  auto included = as_array(expand(node.active, {}, value, node.base));
  if (included.empty() && !value.is_array()) refuse_jsonld("invalid @included value", "expected node objects");
  for (auto const& one : included)
    if (!is_node_object(one)) refuse_jsonld("invalid @included value", "expected node objects");
  json::Array all;
  if (auto* before = node.result.if_contains("@included")) all = as_array(*before);
  for (auto& one : included) all.push_back(std::move(one));
  node.result["@included"] = std::move(all);
}

void JsonLdExpansion::expand_value_entry(Node& node, json::Value const& value) {
  if (node.input_type == "@json") {
    if (contexts_.mode() == JsonLdMode::v1_0) {
      refuse_jsonld("invalid value object value", "JSON literals do not exist in JSON-LD 1.0");
    }
  } else if (value.is_object() || value.is_array()) {
    refuse_jsonld("invalid value object value", fmt::format("@value is {}", json::kind_name(value)));
  }
  node.result["@value"] = value;
}

// §5.1.2, step 13.4.13.
void JsonLdExpansion::expand_reverse(Node& node, json::Value const& value) {
  if (!value.is_object()) {
    refuse_jsonld("invalid @reverse value", fmt::format("@reverse is {}, expected an object", json::kind_name(value)));
  }
  auto const expanded = expand(node.active, "@reverse", value, node.base);
  if (!expanded.is_object()) return;
  for (auto const& [property, items] : expanded.get_object()) {
    if (property == "@reverse") {
      for (auto const& [forward, values] : items.get_object())
        for (auto const& one : array_view(values)) add_value(node.result, forward, one);
      continue;
    }
    for (auto const& item : array_view(items)) add_reverse(node.result, property, item);
  }
}

// §5.1.2, steps 13.5 to 13.14.
void JsonLdExpansion::expand_entry(Node& node, std::string_view key, std::string const& name,
                                   json::Value const& value) {
  auto const* term = node.active->find(key);
  std::uint8_t const container = container_of(term);
  json::Value expanded;
  if (term != nullptr && term->type == "@json") {
    expanded = json::Object{{"@value", value}, {"@type", "@json"}};
  } else if ((container & language_container) != 0 && value.is_object()) {
    expanded = expand_language_map(node, *term, value.get_object());
  } else if ((container & (index_container | type_container | id_container)) != 0 && value.is_object()) {
    expanded = expand_index_map(node, key, *term, value.get_object());
  } else {
    expanded = expand(node.active, key, value, node.base);
  }
  if (expanded.is_null()) return;
  if ((container & list_container) != 0 && !is_list_object(expanded)) {
    expanded = json::Object{{"@list", as_array(std::move(expanded))}};
  }
  if ((container & graph_container) != 0 && (container & (id_container | index_container)) == 0) {
    json::Array graphs;
    for (auto const& one : array_view(expanded)) graphs.push_back(json::Object{{"@graph", as_array(one)}});
    expanded = std::move(graphs);
  }
  if (term != nullptr && term->reverse) {
    for (auto const& item : array_view(expanded)) add_reverse(node.result, name, item);
    return;
  }
  if (!node.result.contains(name)) node.result[name] = json::Array();
  for (auto const& one : array_view(expanded)) add_value(node.result, name, one);
}

// §5.1.2, step 13.7.
json::Value JsonLdExpansion::expand_language_map(Node const& node, JsonLdTerm const& term, json::Object const& map) {
  json::Array result;
  auto const& direction = term.direction.stated ? term.direction.value : node.active->direction;
  for (auto const language : sorted_keys(map)) {
    for (auto const& item : array_view(map.at(language))) {
      if (item.is_null()) continue;
      if (!item.is_string()) {
        refuse_jsonld("invalid language map value",
                      fmt::format("under \"{}\" stands {}, expected strings", language, json::kind_name(item)));
      }
      json::Object value{{"@value", item}};
      if (language != "@none" && expand_name(*node.active, language) != "@none") value["@language"] = language;
      if (direction) value["@direction"] = *direction;
      result.push_back(std::move(value));
    }
  }
  return result;
}

// §5.1.2, step 13.8.
json::Value JsonLdExpansion::expand_index_map(Node const& node, std::string_view key, JsonLdTerm const& term,
                                              json::Object const& map) {
  json::Array result;
  for (auto const index : sorted_keys(map)) {
    auto active = node.active;
    if ((term.container & (id_container | type_container)) != 0 && active->previous) active = active->previous;
    if ((term.container & type_container) != 0) {
      if (auto const* type = active->find(index); type != nullptr && type->context) {
        active = contexts_.process(active, *type->context, type->context_base);
      }
    }
    // The property's own scoped context is found by its term, which an outer context may not know.
    auto expanded = expand(active, key, json::Value(as_array(map.at(index))), node.base, FromMap::yes);
    for (auto& item : as_array(std::move(expanded))) {
      index_item(node, term, std::string(index), item);
      result.push_back(std::move(item));
    }
  }
  return result;
}

// §5.1.2, step 13.8.3.7.
void JsonLdExpansion::index_item(Node const& node, JsonLdTerm const& term, std::string const& index,
                                 json::Value& item) {
  auto const expanded_index = expand_name(*node.active, index);
  bool const none = expanded_index == "@none";
  if ((term.container & graph_container) != 0 && !is_graph_object(item)) {
    item = json::Object{{"@graph", as_array(std::move(item))}};
  }
  auto& object = item.as_object();
  if (none) return;
  bool const by_property = !term.index.empty() && term.index != "@index";
  if ((term.container & index_container) != 0 && by_property) {
    auto const property = expand_name(*node.active, term.index).value_or(term.index);
    json::Array values{expand_scalar(*node.active, term.index, json::Value(index))};
    if (auto* before = object.if_contains(property)) {
      for (auto const& one : array_view(*before)) values.push_back(one);
    }
    object[property] = std::move(values);
    if (object.contains("@value")) {
      refuse_jsonld("invalid value object", fmt::format("a value cannot be indexed by the property {}", property));
    }
  } else if ((term.container & index_container) != 0) {
    if (!object.contains("@index")) object["@index"] = index;
  } else if ((term.container & id_container) != 0) {
    if (object.contains("@id")) return;
    auto const iri = JsonLdContexts::expand_iri(*node.active, index, Relative::to_document, Vocabulary::no);
    if (iri) object["@id"] = *iri;
  } else if ((term.container & type_container) != 0) {
    json::Array types;
    if (expanded_index) types.emplace_back(*expanded_index);
    if (auto* before = object.if_contains("@type")) {
      for (auto const& one : array_view(*before)) types.push_back(one);
    }
    object["@type"] = std::move(types);
  }
}

// §5.1.2, steps 15 to 19.
json::Value JsonLdExpansion::finish(std::string_view property, json::Object result) {
  if (result.contains("@value")) {
    if (!check_value_object(result)) return nullptr;
  } else if (auto* type = result.if_contains("@type"); type != nullptr && !type->is_array()) {
    *type = as_array(json::Value(*type));
  } else if (result.contains("@set") || result.contains("@list")) {
    bool const with_index = result.contains("@index");
    if (result.size() > (with_index ? 2u : 1u)) {
      refuse_jsonld("invalid set or list object", "@set and @list stand alone, or with @index");
    }
    if (auto* set = result.if_contains("@set")) {
      json::Value inner = std::move(*set);
      if (!inner.is_object()) return inner;
      result = std::move(inner.get_object());
    }
  }
  if (result.size() == 1 && result.contains("@language")) return nullptr;
  if (property.empty() || property == "@graph") {
    bool const only_id = result.size() == 1 && result.contains("@id");
    if (result.empty() || only_id || result.contains("@value") || result.contains("@list")) return nullptr;
  }
  return result;
}

// §5.3.
json::Value JsonLdExpansion::expand_scalar(JsonLdContext const& active, std::string_view property,
                                           json::Value const& value) {
  auto const* term = active.find(property);
  std::string_view const type = term == nullptr ? std::string_view() : std::string_view(term->type);
  if (value.is_string() && (type == "@id" || type == "@vocab")) {
    auto const iri = JsonLdContexts::expand_iri(active, value.get_string(), Relative::to_document,
                                                type == "@vocab" ? Vocabulary::yes : Vocabulary::no);
    return json::Object{{"@id", iri ? json::Value(*iri) : json::Value(nullptr)}};
  }
  json::Object result{{"@value", value}};
  if (!type.empty() && type != "@id" && type != "@vocab" && type != "@none") {
    result["@type"] = type;
  } else if (value.is_string()) {
    auto const& language = term != nullptr && term->language.stated ? term->language.value : active.language;
    auto const& direction = term != nullptr && term->direction.stated ? term->direction.value : active.direction;
    if (language) result["@language"] = *language;
    if (direction) result["@direction"] = *direction;
  }
  return result;
}

}  // namespace lepton::rdf
