#include "native/binding.h"

#include <fmt/format.h>

#include <charconv>
#include <optional>
#include <string>

#include "base/error.h"

namespace lepton::native {
namespace {

json::Value typed(json::Object const& schema, std::string const& text);

json::Value typed_scalar(std::string_view type, std::string const& text) {
  if (type == "integer") {
    std::int64_t number = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc{} && end == text.data() + text.size()) return number;
  } else if (type == "number") {
    double number = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc{} && end == text.data() + text.size()) return number;
  } else if (type == "boolean") {
    if (text == "true" || text == "1" || text.empty()) return true;
    if (text == "false" || text == "0") return false;
  }
  return json::Value(text);  // from_json says what was expected
}

json::Value typed_list(json::Object const& schema, std::string const& text) {
  json::Array list;
  auto const* items = schema.if_contains("items");
  json::Object const item_schema = items != nullptr ? items->get_object() : json::Object{};
  for (std::size_t at = 0; !text.empty() && at <= text.size();) {
    auto const comma = std::min(text.find(',', at), text.size());
    list.push_back(typed(item_schema, text.substr(at, comma - at)));
    at = comma + 1;
  }
  return list;
}

json::Value typed(json::Object const& schema, std::string const& text) {
  auto const* type = schema.if_contains("type");
  std::string_view const name = type != nullptr ? std::string_view(type->get_string()) : "string";
  if (name == "array") return typed_list(schema, text);
  if (name == "object") return json::parse(text);
  return typed_scalar(name, text);
}

Part const* find_part(std::vector<Part> const& parts, std::string_view name) {
  for (auto const& part : parts)
    if (part.name == name) return &part;
  return nullptr;
}

json::Object body_of(std::vector<Part> const& parts, http::Request const& request) {
  bool const takes_body = request.method != "GET" && request.method != "DELETE" && request.method != "HEAD";
  if (request.body.empty() || !takes_body) return {};
  auto value = json::parse(request.body);
  if (!value.is_object())
    throw invalid(fmt::format("the body must be a JSON object, found {}", json::kind_name(value)),
                  {{"", "expected an object"}});
  for (auto const& member : value.get_object()) {
    auto const* part = find_part(parts, member.key());
    if (part != nullptr && part->place == Place::header)
      throw invalid(fmt::format("{} belongs into the header {}", part->name, header_name(part->name)),
                    {{json::pointer_to("", part->name), "send it as " + header_name(part->name)}});
  }
  return value.get_object();
}

void put(json::Object& input, Part const& part, std::string const& text) {
  auto value = typed(part.schema, text);
  auto const [existing, is_new] = input.emplace(part.name, value);
  if (!is_new && existing->value() != value)
    throw invalid(fmt::format("{} is given twice with different values", part.name),
                  {{json::pointer_to("", part.name), "say it once"}});
}

}  // namespace

bool is_common_parameter(std::string_view name) {
  return name == "validate_only";
}

json::Value input_of(std::vector<Part> const& parts, http::Request const& request) {
  json::Object input = body_of(parts, request);
  for (auto const& [name, value] : request.parameters)
    if (auto const* part = find_part(parts, name)) put(input, *part, value);
  for (auto const& [name, value] : request.query) {
    auto const* part = find_part(parts, name);
    if (part != nullptr && part->place != Place::header)
      put(input, *part, value);
    else if (!is_common_parameter(name))
      throw invalid(fmt::format("\"{}\" is not a known query parameter", name),
                    {{json::pointer_to("", name), "is not a known query parameter"}});
  }
  for (auto const& part : parts)
    if (part.place == Place::header)
      if (auto const value = request.headers.find(header_name(part.name)))
        input.insert_or_assign(part.name, std::string(*value));
  return input;
}

}  // namespace lepton::native
