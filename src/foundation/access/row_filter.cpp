#include "access/row_filter.h"

#include <array>
#include <charconv>
#include <cmath>
#include <string_view>

#include "base/time.h"

namespace lepton::access {
namespace {

constexpr int kMaxDepth = 32;
constexpr int kMaxNodes = 1000;
constexpr std::array<std::string_view, 8> kComparisons{"eq", "not-eq", "lt",          "lt-eq",
                                                       "gt", "gt-eq",  "starts-with", "not-starts-with"};
constexpr std::array<std::string_view, 2> kMemberships{"in", "not-in"};
constexpr std::array<std::string_view, 4> kUnary{"is-null", "not-null", "is-nan", "not-nan"};
constexpr std::array<std::string_view, 6> kAttributeTypes{"string", "long", "double", "boolean", "date", "timestamp"};

template <std::size_t N>
bool one_of(std::array<std::string_view, N> const& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::string_view text_of(json::Object const& object, std::string_view key) {
  auto const* found = object.if_contains(key);
  return found != nullptr && found->is_string() ? std::string_view(found->get_string()) : std::string_view();
}

/// Names every problem; each member function checks one production of the grammar in row_filter.h.
class Checker {
 public:
  explicit Checker(Details& problems) : problems_(problems) {}

  void expression(json::Value const& value, std::string const& at, int depth) {
    if (++nodes_ > kMaxNodes || depth > kMaxDepth) {
      problems_.emplace(at, "is too large: at most 32 deep and 1,000 expressions");
      return;
    }
    if (value.is_bool()) return;
    if (!value.is_object()) {
      problems_.emplace(
          at, "expected true, false or an object with \"type\", found " + std::string(json::kind_name(value)));
      return;
    }
    auto const& object = value.get_object();
    std::string_view const type = text_of(object, "type");
    if (type == "and" || type == "or") {
      only(object, at, {"type", "left", "right"});
      child(object, "left", at, depth);
      child(object, "right", at, depth);
    } else if (type == "not") {
      only(object, at, {"type", "child"});
      child(object, "child", at, depth);
    } else if (one_of(kUnary, type)) {
      only(object, at, {"type", "term"});
      term(object, at);
    } else if (one_of(kComparisons, type)) {
      only(object, at, {"type", "term", "value"});
      term(object, at);
      if (auto const* operand = needed(object, "value", at)) literal(*operand, json::pointer_to(at, "value"));
    } else if (one_of(kMemberships, type)) {
      only(object, at, {"type", "term", "values"});
      term(object, at);
      values(object, at);
    } else {
      problems_.emplace(json::pointer_to(at, "type"),
                        "expected and, or, not, eq, not-eq, lt, lt-eq, gt, gt-eq, in, not-in, starts-with, "
                        "not-starts-with, is-null, not-null, is-nan or not-nan");
    }
  }

 private:
  json::Value const* needed(json::Object const& object, std::string_view key, std::string const& at) {
    auto const* found = object.if_contains(key);
    if (found == nullptr) problems_.emplace(json::pointer_to(at, key), "is required");
    return found;
  }

  void only(json::Object const& object, std::string const& at, std::initializer_list<std::string_view> known) {
    for (auto const& member : object)
      if (std::find(known.begin(), known.end(), std::string_view(member.key())) == known.end())
        problems_.emplace(json::pointer_to(at, member.key()), "is not known here");
  }

  void child(json::Object const& object, std::string_view key, std::string const& at, int depth) {
    if (auto const* found = needed(object, key, at)) expression(*found, json::pointer_to(at, key), depth + 1);
  }

  void term(json::Object const& object, std::string const& at) {
    auto const* found = needed(object, "term", at);
    if (found != nullptr && (!found->is_string() || found->get_string().empty()))
      problems_.emplace(json::pointer_to(at, "term"), "expected the name of a column");
  }

  void values(json::Object const& object, std::string const& at) {
    auto const* found = needed(object, "values", at);
    if (found == nullptr) return;
    std::string const here = json::pointer_to(at, "values");
    if (!found->is_array() || found->get_array().empty()) {
      problems_.emplace(here, "expected an array of at least one value");
      return;
    }
    for (std::size_t i = 0; i < found->get_array().size(); ++i)
      literal(found->get_array()[i], json::pointer_to(here, i));
  }

  void literal(json::Value const& value, std::string const& at) {
    if (value.is_string() || value.is_number() || value.is_bool()) return;
    if (!value.is_object()) {
      problems_.emplace(
          at, "expected a string, number, boolean or {\"attribute\": …}, found " + std::string(json::kind_name(value)));
      return;
    }
    auto const& object = value.get_object();
    only(object, at, {"attribute", "as"});
    if (text_of(object, "attribute").empty())
      problems_.emplace(json::pointer_to(at, "attribute"), "expected the name of an attribute of the caller");
    if (object.contains("as") && !one_of(kAttributeTypes, text_of(object, "as")))
      problems_.emplace(json::pointer_to(at, "as"), "expected string, long, double, boolean, date or timestamp");
  }

  Details& problems_;
  int nodes_ = 0;
};

template <class Number>
std::optional<Number> number_in(std::string_view text) {
  Number number{};
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<json::Value> typed(std::string const& text, std::string_view type) {
  if (type == "string") return json::Value(text);
  if (type == "boolean") {
    if (text != "true" && text != "false") return std::nullopt;
    return json::Value(text == "true");
  }
  if (type == "long") {
    auto const number = number_in<std::int64_t>(text);
    return number ? std::optional<json::Value>(*number) : std::nullopt;
  }
  if (type == "double") {
    auto const number = number_in<double>(text);
    return number && std::isfinite(*number) ? std::optional<json::Value>(*number) : std::nullopt;
  }
  auto const moment = find_timestamp(text);
  if (!moment || (type == "date" && text.size() != 10)) return std::nullopt;
  return json::Value(type == "date" ? text : to_string(*moment));
}

Expected<json::Value> bind_literal(json::Value const& value, std::map<std::string, std::string> const& attributes) {
  if (!value.is_object()) return value;
  std::string const name(text_of(value.get_object(), "attribute"));
  std::string_view type = text_of(value.get_object(), "as");
  if (type.empty()) type = "string";
  auto const found = attributes.find(name);
  if (found == attributes.end())
    return Unexpected(denied("the rows you may see depend on your attribute '" + name + "', which is not set"));
  auto bound = typed(found->second, type);
  if (!bound)
    return Unexpected(
        denied("the rows you may see depend on your attribute '" + name + "', which is not a " + std::string(type)));
  return *std::move(bound);
}

}  // namespace

Details problems_of_row_filter(json::Value const& filter, std::string const& pointer) {
  Details problems;
  Checker(problems).expression(filter, pointer, 1);
  return problems;
}

Expected<json::Value> bind_row_filter(json::Value const& filter, std::map<std::string, std::string> const& attributes) {
  if (!filter.is_object()) return filter;
  json::Object bound = filter.get_object();
  for (std::string_view const key : {"left", "right", "child"}) {
    if (auto* part = bound.if_contains(key)) {
      auto result = bind_row_filter(*part, attributes);
      if (!result) return result;
      *part = *std::move(result);
    }
  }
  if (auto* value = bound.if_contains("value")) {
    auto result = bind_literal(*value, attributes);
    if (!result) return result;
    *value = *std::move(result);
  }
  if (auto* values = bound.if_contains("values")) {
    for (auto& value : values->get_array()) {
      auto result = bind_literal(value, attributes);
      if (!result) return result;
      value = *std::move(result);
    }
  }
  return json::Value(std::move(bound));
}

std::set<std::string> columns_of_row_filter(json::Value const& filter) {
  std::set<std::string> columns;
  if (!filter.is_object()) return columns;
  for (auto const& member : filter.get_object()) {
    if (member.key() == "term")
      columns.emplace(member.value().get_string());
    else if (member.key() == "left" || member.key() == "right" || member.key() == "child")
      columns.merge(columns_of_row_filter(member.value()));
  }
  return columns;
}

}  // namespace lepton::access
