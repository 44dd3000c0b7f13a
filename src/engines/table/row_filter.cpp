#include "table/row_filter.h"

#include <fmt/format.h>

#include <array>
#include <cmath>

#include "base/error.h"

namespace lepton::table {
namespace {

constexpr int kDeepest = 50;

[[noreturn]] void refuse(std::string const& why) {
  throw invalid("the row filter cannot be applied: " + why).with_reason("row_filter");
}

json::Value const& member(json::Object const& object, std::string_view name) {
  auto const* const found = object.if_contains(name);
  if (found == nullptr) refuse(fmt::format("it lacks \"{}\"", name));
  return *found;
}

Column const& column_of(json::Object const& object, Schema const& schema) {
  json::Value const* term = &member(object, "term");
  if (term->is_object()) {
    auto const* const kind = term->get_object().if_contains("type");
    if (kind == nullptr || *kind != "reference") refuse("transformed columns are not known");
    term = &member(term->get_object(), "term");
  }
  if (!term->is_string()) refuse("a term is not the name of a column");
  Column const* const found = find_column(schema, std::string_view(term->get_string()));
  if (found == nullptr) refuse(fmt::format("there is no column {}", std::string_view(term->get_string())));
  return *found;
}

bool is_integer(std::string_view type) {
  return type.ends_with("INT") || type == "INTEGER" || type == "UINTEGER";
}

std::string literal(json::Value const& value, Column const& column) {
  std::string_view const type = column.type;
  auto const wrong = [&]() {
    refuse(fmt::format("{} is not a {} for column {}", json::write(value), type, column.name));
  };
  std::string text;
  if (type == "BOOLEAN") {
    if (!value.is_bool()) wrong();
    return value.get_bool() ? "true" : "false";
  }
  if (is_integer(type)) {
    if (!value.is_int64() && !value.is_uint64()) wrong();
    text = json::write(value);
  } else if (type == "FLOAT" || type == "DOUBLE" || type.starts_with("DECIMAL(")) {
    if (!value.is_number()) wrong();
    text = json::write(value);
  } else {
    if (!value.is_string()) wrong();
    text = std::string(value.get_string());
    if (type == "VARCHAR") return quote_text(text);
  }
  return fmt::format("CAST({} AS {})", quote_text(text), type);
}

std::string like_prefix(json::Object const& object, Column const& column) {
  if (column.type != "VARCHAR") refuse(fmt::format("column {} is no text", column.name));
  return fmt::format("starts_with({}, {})", quote_name(column.name), literal(member(object, "value"), column));
}

std::string members_of(json::Object const& object, Column const& column) {
  json::Value const& values = member(object, "values");
  if (!values.is_array()) refuse("\"values\" is not an array");
  std::string list;
  for (auto const& value : values.get_array()) list += (list.empty() ? "" : ", ") + literal(value, column);
  return list;
}

std::string convert(json::Value const& expression, Schema const& schema, int depth);

std::string convert_object(json::Object const& object, Schema const& schema, int depth) {
  json::Value const& kind = member(object, "type");
  if (!kind.is_string()) refuse("\"type\" is not a string");
  std::string_view const type = kind.get_string();
  if (type == "true" || type == "always-true") return "true";
  if (type == "false" || type == "always-false") return "false";
  if (type == "and" || type == "or")
    return fmt::format("({} {} {})", convert(member(object, "left"), schema, depth), type == "and" ? "AND" : "OR",
                       convert(member(object, "right"), schema, depth));
  if (type == "not") return fmt::format("(NOT {})", convert(member(object, "child"), schema, depth));

  Column const& column = column_of(object, schema);
  std::string const name = quote_name(column.name);
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kComparisons{
      {{"eq", "="}, {"not-eq", "<>"}, {"lt", "<"}, {"lt-eq", "<="}, {"gt", ">"}, {"gt-eq", ">="}}};
  for (auto const& [word, sign] : kComparisons)
    if (type == word) return fmt::format("({} {} {})", name, sign, literal(member(object, "value"), column));
  if (type == "is-null") return fmt::format("({} IS NULL)", name);
  if (type == "not-null") return fmt::format("({} IS NOT NULL)", name);
  if (type == "starts-with") return like_prefix(object, column);
  if (type == "not-starts-with") return fmt::format("(NOT {})", like_prefix(object, column));
  if (type == "in" || type == "not-in") {
    std::string const list = members_of(object, column);
    if (list.empty()) return type == "in" ? "false" : "true";
    return fmt::format("({} {} ({}))", name, type == "in" ? "IN" : "NOT IN", list);
  }
  if (type == "is-nan" || type == "not-nan") {
    if (column.type != "FLOAT" && column.type != "DOUBLE")
      refuse(fmt::format("column {} is no real number", column.name));
    return fmt::format("({}isnan({}))", type == "is-nan" ? "" : "NOT ", name);
  }
  refuse(fmt::format("\"{}\" is not a known operation", type));
}

std::string convert(json::Value const& expression, Schema const& schema, int depth) {
  if (depth > kDeepest) refuse("it is nested too deeply");
  if (expression.is_bool()) return expression.get_bool() ? "true" : "false";
  if (!expression.is_object()) refuse("an expression is an object");
  return convert_object(expression.get_object(), schema, depth + 1);
}

}  // namespace

std::string filter_sql(json::Value const& expression, Schema const& schema) {
  return convert(expression, schema, 0);
}

}  // namespace lepton::table
