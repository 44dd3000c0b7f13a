#pragma once

#include <array>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/id.h"
#include "base/json.h"
#include "base/time.h"

/// A struct that names its fields once is read from JSON with every problem named, written to JSON, and described as
/// JSON Schema (2020-12) for OpenAPI:
///
///     struct Input {
///       std::string name;
///       std::optional<int> limit;
///       static constexpr auto fields() {
///         return std::tuple{required("name", &Input::name, "name of the dataset"),
///                           optional("limit", &Input::limit, "most rows to return")};
///       }
///     };
///     auto input = from_json<Input>(value);
///
/// An enum takes part by specialising EnumNames.
namespace lepton {

enum class Presence { required, optional };

template <class Struct, class Member>
struct Field {
  std::string_view name;
  Member Struct::*member;
  std::string_view doc;
  Presence presence;
};

/// Must be in the JSON.
template <class Struct, class Member>
constexpr Field<Struct, Member> required(std::string_view name, Member Struct::*member, std::string_view doc) {
  return {name, member, doc, Presence::required};
}

/// May be absent or null: the struct's own default stays. An empty std::optional is not written.
template <class Struct, class Member>
constexpr Field<Struct, Member> optional(std::string_view name, Member Struct::*member, std::string_view doc) {
  return {name, member, doc, Presence::optional};
}

/// Specialise with `static constexpr std::array<std::pair<Enum, std::string_view>, N> values`.
template <class Enum>
struct EnumNames;

template <class Enum>
concept NamedEnum = std::is_enum_v<Enum> && requires {
  EnumNames<Enum>::values;
};

template <class T>
concept HasFields = requires {
  T::fields();
};

template <NamedEnum Enum>
[[nodiscard]] std::string_view enum_name(Enum value) {
  for (auto const& [candidate, name] : EnumNames<Enum>::values)
    if (candidate == value) return name;
  return "";
}

template <NamedEnum Enum>
[[nodiscard]] std::optional<Enum> find_enum(std::string_view name) {
  for (auto const& [value, candidate] : EnumNames<Enum>::values)
    if (candidate == name) return value;
  return std::nullopt;
}

namespace fields_detail {

template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {};

template <class T>
struct IsVector : std::false_type {};
template <class T>
struct IsVector<std::vector<T>> : std::true_type {};

template <class T>
struct IsSet : std::false_type {};
template <class T>
struct IsSet<std::set<T>> : std::true_type {};

template <class T>
struct IsMap : std::false_type {};
template <class T>
struct IsMap<std::map<std::string, T>> : std::true_type {};

template <class T>
struct IsId : std::false_type {};
template <class Kind>
struct IsId<Id<Kind>> : std::true_type {};

void expected_kind(Details& problems, std::string const& pointer, std::string_view expected, json::Value const& found);
/// Reads any JSON integer, and a double without a fraction, that fits.
[[nodiscard]] std::optional<std::int64_t> whole_number(json::Value const& value);
[[nodiscard]] std::string joined_names(std::vector<std::string_view> const& names);

template <class T>
bool read(json::Value const& value, std::string const& pointer, Details& problems, T& out);

template <HasFields T>
bool read_struct(json::Value const& value, std::string const& pointer, Details& problems, T& out) {
  if (!value.is_object()) {
    expected_kind(problems, pointer, "an object", value);
    return false;
  }
  std::size_t const before = problems.size();
  std::vector<std::string_view> names;
  auto const read_one = [&](auto const& field) {
    names.push_back(field.name);
    auto const* found = value.get_object().if_contains(field.name);
    if (found == nullptr || (found->is_null() && field.presence == Presence::optional)) {
      if (field.presence == Presence::required)
        problems.emplace(json::pointer_to(pointer, field.name), "is required: " + std::string(field.doc));
      return;
    }
    read(*found, json::pointer_to(pointer, field.name), problems, out.*(field.member));
  };
  std::apply([&](auto const&... field) { (read_one(field), ...); }, T::fields());
  for (auto const& member : value.get_object()) {
    if (std::find(names.begin(), names.end(), std::string_view(member.key())) == names.end())
      problems.emplace(json::pointer_to(pointer, member.key()),
                       "is not a known field; expected one of " + joined_names(names));
  }
  return problems.size() == before;
}

template <NamedEnum T>
bool read_enum(json::Value const& value, std::string const& pointer, Details& problems, T& out) {
  std::vector<std::string_view> names;
  for (auto const& entry : EnumNames<T>::values) names.push_back(entry.second);
  auto const found = value.is_string() ? find_enum<T>(std::string_view(value.get_string())) : std::nullopt;
  if (!found) {
    problems.emplace(pointer, "expected one of " + joined_names(names) + ", found " + json::write(value));
    return false;
  }
  out = *found;
  return true;
}

template <class T>
bool read_integer(json::Value const& value, std::string const& pointer, Details& problems, T& out) {
  auto const number = whole_number(value);
  if (!number) {
    expected_kind(problems, pointer, "an integer", value);
    return false;
  }
  if (!std::in_range<T>(*number)) {
    problems.emplace(pointer, "is out of range");
    return false;
  }
  out = static_cast<T>(*number);
  return true;
}

template <class Range>
bool read_elements(json::Value const& value, std::string const& pointer, Details& problems, Range& out) {
  if (!value.is_array()) {
    expected_kind(problems, pointer, "an array", value);
    return false;
  }
  bool good = true;
  out.clear();
  for (std::size_t i = 0; i < value.get_array().size(); ++i) {
    typename Range::value_type element{};
    good = read(value.get_array()[i], json::pointer_to(pointer, i), problems, element) && good;
    out.insert(out.end(), std::move(element));
  }
  return good;
}

template <class T>
bool read_text(json::Value const& value, std::string const& pointer, Details& problems, T& out) {
  if (!value.is_string()) {
    expected_kind(problems, pointer, "a string", value);
    return false;
  }
  std::string text(value.get_string());
  if constexpr (std::same_as<T, Timestamp>) {
    auto const t = find_timestamp(text);
    if (!t) problems.emplace(pointer, "expected a time such as 2026-11-23T08:15:00Z, found \"" + text + "\"");
    out = t.value_or(Timestamp{});
    return t.has_value();
  } else if constexpr (std::same_as<T, Duration>) {
    auto const d = find_duration(text);
    if (!d) problems.emplace(pointer, "expected a duration such as 90d, 36h or 15m, found \"" + text + "\"");
    out = d.value_or(Duration{});
    return d.has_value();
  } else {
    out = T(std::move(text));
    return true;
  }
}

template <class T>
bool read(json::Value const& value, std::string const& pointer, Details& problems, T& out) {
  if constexpr (IsOptional<T>::value) {
    if (value.is_null()) {
      out.reset();
      return true;
    }
    return read(value, pointer, problems, out.emplace());
  } else if constexpr (std::same_as<T, json::Value>) {
    out = value;
    return true;
  } else if constexpr (std::same_as<T, json::Object>) {
    if (!value.is_object()) {
      expected_kind(problems, pointer, "an object", value);
      return false;
    }
    out = value.get_object();
    return true;
  } else if constexpr (HasFields<T>) {
    return read_struct(value, pointer, problems, out);
  } else if constexpr (NamedEnum<T>) {
    return read_enum(value, pointer, problems, out);
  } else if constexpr (std::same_as<T, bool>) {
    if (!value.is_bool()) {
      expected_kind(problems, pointer, "true or false", value);
      return false;
    }
    out = value.get_bool();
    return true;
  } else if constexpr (std::integral<T>) {
    return read_integer(value, pointer, problems, out);
  } else if constexpr (std::floating_point<T>) {
    if (!value.is_number()) {
      expected_kind(problems, pointer, "a number", value);
      return false;
    }
    out = value.to_number<T>();
    return true;
  } else if constexpr (IsVector<T>::value || IsSet<T>::value) {
    return read_elements(value, pointer, problems, out);
  } else if constexpr (IsMap<T>::value) {
    if (!value.is_object()) {
      expected_kind(problems, pointer, "an object", value);
      return false;
    }
    bool good = true;
    for (auto const& member : value.get_object())
      good = read(member.value(), json::pointer_to(pointer, member.key()), problems, out[std::string(member.key())]) &&
             good;
    return good;
  } else {
    return read_text(value, pointer, problems, out);
  }
}

}  // namespace fields_detail

/// Throws Error{invalid} whose details name every wrong field.
template <class T>
[[nodiscard]] T from_json(json::Value const& value) {
  T out{};
  Details problems;
  if (!fields_detail::read(value, "", problems, out)) {
    std::string message =
        problems.size() == 1
            ? (problems.begin()->first.empty() ? "the body" : problems.begin()->first) + " " + problems.begin()->second
            : std::to_string(problems.size()) + " fields are wrong";
    throw invalid(message, std::move(problems));
  }
  return out;
}

template <class T>
[[nodiscard]] json::Value to_json(T const& value) {
  using namespace fields_detail;
  if constexpr (IsOptional<T>::value) {
    return value ? to_json(*value) : json::Value(nullptr);
  } else if constexpr (std::same_as<T, json::Value> || std::same_as<T, json::Object>) {
    return value;
  } else if constexpr (HasFields<T>) {
    json::Object object;
    auto const write_one = [&](auto const& field) {
      json::Value member = to_json(value.*(field.member));
      if (!member.is_null() || field.presence == Presence::required) object.emplace(field.name, std::move(member));
    };
    std::apply([&](auto const&... field) { (write_one(field), ...); }, T::fields());
    return object;
  } else if constexpr (NamedEnum<T>) {
    return json::Value(enum_name(value));
  } else if constexpr (std::same_as<T, bool> || std::floating_point<T>) {
    return json::Value(value);
  } else if constexpr (std::integral<T>) {
    return json::Value(static_cast<std::int64_t>(value));
  } else if constexpr (IsVector<T>::value || IsSet<T>::value) {
    json::Array array;
    for (auto const& element : value) array.push_back(to_json(element));
    return array;
  } else if constexpr (IsMap<T>::value) {
    json::Object object;
    for (auto const& [key, member] : value) object.emplace(key, to_json(member));
    return object;
  } else if constexpr (std::same_as<T, Timestamp> || std::same_as<T, Duration>) {
    return json::Value(to_string(value));
  } else if constexpr (IsId<T>::value) {
    return json::Value(value.str());
  } else {
    return json::Value(std::string_view(value));
  }
}

/// JSON Schema of T, inline (no $ref).
template <class T>
[[nodiscard]] json::Object schema_of() {
  using namespace fields_detail;
  if constexpr (IsOptional<T>::value) {
    return schema_of<typename T::value_type>();
  } else if constexpr (std::same_as<T, json::Value>) {
    return {};
  } else if constexpr (std::same_as<T, json::Object>) {
    return {{"type", "object"}};
  } else if constexpr (HasFields<T>) {
    json::Object properties;
    json::Array needed;
    auto const describe = [&]<class Struct, class Member>(Field<Struct, Member> const& field) {
      json::Object schema = schema_of<Member>();
      schema["description"] = field.doc;
      properties.emplace(field.name, std::move(schema));
      if (field.presence == Presence::required) needed.emplace_back(field.name);
    };
    std::apply([&](auto const&... field) { (describe(field), ...); }, T::fields());
    json::Object schema{{"type", "object"}, {"properties", std::move(properties)}, {"additionalProperties", false}};
    if (!needed.empty()) schema["required"] = std::move(needed);
    return schema;
  } else if constexpr (NamedEnum<T>) {
    json::Array names;
    for (auto const& entry : EnumNames<T>::values) names.emplace_back(entry.second);
    return {{"type", "string"}, {"enum", std::move(names)}};
  } else if constexpr (std::same_as<T, bool>) {
    return {{"type", "boolean"}};
  } else if constexpr (std::integral<T>) {
    return {{"type", "integer"}, {"format", sizeof(T) > 4 ? "int64" : "int32"}};
  } else if constexpr (std::floating_point<T>) {
    return {{"type", "number"}, {"format", "double"}};
  } else if constexpr (IsVector<T>::value || IsSet<T>::value) {
    json::Object schema{{"type", "array"}, {"items", schema_of<typename T::value_type>()}};
    if constexpr (IsSet<T>::value) schema["uniqueItems"] = true;
    return schema;
  } else if constexpr (IsMap<T>::value) {
    return {{"type", "object"}, {"additionalProperties", schema_of<typename T::mapped_type>()}};
  } else if constexpr (std::same_as<T, Timestamp>) {
    return {{"type", "string"}, {"format", "date-time"}};
  } else if constexpr (std::same_as<T, Duration>) {
    return {{"type", "string"}, {"format", "duration"}, {"example", "90d"}};
  } else {
    return {{"type", "string"}};
  }
}

}  // namespace lepton
