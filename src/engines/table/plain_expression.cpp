#include "table/plain_expression.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/check.h"
#include "base/error.h"
#include "table/syntax_node.h"

namespace lepton::table {
namespace {

using json::Object;
using json::Value;

/// A constant of the statement.
struct Literal {
  enum class Kind { null, text, integer, fraction };
  Kind kind = Kind::null;
  std::string text;
};

Object const* object_of(Value const& node, std::string_view kind) {
  if (!node.is_object() || word(node.get_object(), "class") != kind) return nullptr;
  return &node.get_object();
}

std::string decimal_text(std::int64_t unscaled, std::int64_t scale) {
  std::string digits = fmt::format("{}", unscaled);
  bool const negative = digits.starts_with('-');
  if (negative) digits.erase(0, 1);
  while (digits.size() <= static_cast<std::size_t>(scale)) digits.insert(0, 1, '0');
  digits.insert(digits.size() - static_cast<std::size_t>(scale), 1, '.');
  return (negative ? "-" : "") + digits;
}

Literal literal_of_value(Value const& content) {
  if (content.is_string()) return {Literal::Kind::text, std::string(content.get_string())};
  if (content.is_bool()) return {Literal::Kind::text, content.get_bool() ? "true" : "false"};
  if (content.is_null()) return {};
  return {content.is_double() ? Literal::Kind::fraction : Literal::Kind::integer, json::write(content)};
}

/// What a CONSTANT says, also below a cast (DATE '2024-01-01'): the column's type decides, not the cast's.
std::optional<Literal> literal_of(Value const& node, Object const& parameters) {
  if (auto const* const cast = object_of(node, "CAST")) return literal_of(cast->at("child"), parameters);
  if (auto const* const parameter = object_of(node, "PARAMETER")) {
    auto const* const value = parameters.if_contains(word(*parameter, "identifier"));
    return value == nullptr ? std::nullopt : std::optional(literal_of_value(*value));
  }
  auto const* const constant = object_of(node, "CONSTANT");
  if (constant == nullptr) return std::nullopt;
  Object const& value = constant->at("value").as_object();
  if (value.at("is_null").as_bool()) return Literal{};
  Value const& content = value.at("value");
  if (content.is_object() || content.is_array()) return std::nullopt;
  Object const& type = value.at("type").as_object();
  if (word(type, "id") == "DECIMAL") {
    if (!content.is_int64()) return std::nullopt;
    auto const scale = type.at("type_info").at("scale").to_number<std::int64_t>();
    if (scale == 0) return Literal{Literal::Kind::integer, json::write(content)};
    return Literal{Literal::Kind::fraction, decimal_text(content.get_int64(), scale)};
  }
  return literal_of_value(content);
}

bool is_text(Column const& column) {
  return column.type == "VARCHAR";
}

/// Types whose values compare with a constant of the same type without ever failing.
bool is_scalar(Column const& column) {
  return is_number_type(column.type) || is_moment_type(column.type) || is_text(column) || column.type == "BOOLEAN" ||
         column.type == "TIME" || column.type == "UUID";
}

bool is_exact(Column const& column) {
  return is_number_type(column.type) && column.type != "DOUBLE" && column.type != "FLOAT";
}

/// Both sides of a comparison, of one type, so that no value of the column is ever converted in a way that may fail.
struct Sides {
  std::string left, right;
};

Sides sides(Column const& column, std::vector<Literal> const& literals) {
  bool const fraction =
      std::ranges::any_of(literals, [](Literal const& one) { return one.kind == Literal::Kind::fraction; });
  std::string const name = quote_name(column.name);
  bool const as_double = fraction && is_exact(column);
  std::string const type = as_double ? "DOUBLE" : column.type;
  Sides out{as_double ? fmt::format("CAST({} AS DOUBLE)", name) : name, ""};
  for (Literal const& one : literals)
    out.right += fmt::format(
        "{}{}", out.right.empty() ? "" : ", ",
        one.kind == Literal::Kind::null ? "NULL" : fmt::format("CAST({} AS {})", quote_text(one.text), type));
  return out;
}

std::optional<std::string_view> sign_of(std::string_view type) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kSigns{
      {{"COMPARE_EQUAL", "="},
       {"COMPARE_NOTEQUAL", "<>"},
       {"COMPARE_LESSTHAN", "<"},
       {"COMPARE_LESSTHANOREQUALTO", "<="},
       {"COMPARE_GREATERTHAN", ">"},
       {"COMPARE_GREATERTHANOREQUALTO", ">="},
       {"COMPARE_DISTINCT_FROM", "IS DISTINCT FROM"},
       {"COMPARE_NOT_DISTINCT_FROM", "IS NOT DISTINCT FROM"}}};
  auto const* const found = std::ranges::find(kSigns, type, &decltype(kSigns)::value_type::first);
  if (found == kSigns.end()) return std::nullopt;
  return found->second;
}

std::string_view turned(std::string_view sign) {
  if (sign == "<") return ">";
  if (sign == "<=") return ">=";
  if (sign == ">") return "<";
  if (sign == ">=") return "<=";
  return sign;
}

std::optional<std::int64_t> positive_integer(Value const& node, Object const& parameters) {
  auto const literal = literal_of(node, parameters);
  if (!literal || literal->kind != Literal::Kind::integer || literal->text.size() > 15) return std::nullopt;
  std::int64_t const value = std::stoll(literal->text);
  if (value <= 0) return std::nullopt;
  return value;
}

}  // namespace

void PlainExpressions::refuse(std::string const& what, Object const& node) const {
  refuse_(what, node);
  throw internal("a refusal returned");
}

Column const* PlainExpressions::column(Value const& node) const {
  return node.is_object() ? column(node.get_object()) : nullptr;
}

Column const* PlainExpressions::column(Object const& node) const {
  if (word(node, "class") != "COLUMN_REF") return nullptr;
  auto const& names = node.at("column_names").as_array();
  std::string qualifier;
  for (std::size_t i = 0; i + 1 < names.size(); ++i)
    qualifier += (i == 0 ? "" : ".") + lower_case(std::string_view(names[i].as_string()));
  if (!qualifier.empty() && std::ranges::find(qualifiers_, qualifier) == qualifiers_.end()) return nullptr;
  return find_column(schema_, std::string_view(names.back().as_string()));
}

/// floor(age / 10), floor(age / 10) * 10
std::optional<std::string> PlainExpressions::bucket(Object const& node) const {
  auto const& children = node.at("children").as_array();
  if (word(node, "function_name") == "*" && children.size() == 2) {
    auto const* const product = object_of(children[0], "FUNCTION");
    auto const inner = product == nullptr ? std::nullopt : bucket(*product);
    auto const factor = positive_integer(children[1], parameters_);
    if (!inner || !factor) return std::nullopt;
    return fmt::format("{} * {}", *inner, *factor);
  }
  if (lower_case(word(node, "function_name")) != "floor" || children.size() != 1) return std::nullopt;
  auto const* const quotient = object_of(children[0], "FUNCTION");
  if (quotient == nullptr || word(*quotient, "function_name") != "/") return std::nullopt;
  auto const& parts = quotient->at("children").as_array();
  if (parts.size() != 2) return std::nullopt;
  Column const* const by = column(parts[0]);
  auto const width = positive_integer(parts[1], parameters_);
  if (by == nullptr || !width || !is_number_type(by->type)) return std::nullopt;
  return fmt::format("floor(CAST({} AS DOUBLE) / {})", quote_name(by->name), *width);
}

std::optional<std::string> PlainExpressions::function_key(Object const& node) const {
  std::string const name = lower_case(word(node, "function_name"));
  auto const& children = node.at("children").as_array();
  static constexpr std::array<std::string_view, 8> kParts{"year", "quarter", "month",     "week",
                                                          "day",  "hour",    "dayofweek", "dayofmonth"};
  if (children.size() == 1) {
    Column const* const by = column(children[0]);
    if (by == nullptr) return std::nullopt;
    bool const fits = std::ranges::find(kParts, name) != kParts.end() ? is_moment_type(by->type)
                      : name == "lower" || name == "upper"            ? is_text(*by)
                                                                      : false;
    if (!fits) return std::nullopt;
    return fmt::format("{}({})", name, quote_name(by->name));
  }
  if (children.size() != 2) return std::nullopt;
  if (name == "left") {
    Column const* const by = column(children[0]);
    auto const length = positive_integer(children[1], parameters_);
    if (by == nullptr || !length || !is_text(*by)) return std::nullopt;
    return fmt::format("left({}, {})", quote_name(by->name), *length);
  }
  if (name != "date_trunc" && name != "date_part" && name != "datetrunc" && name != "datepart") return std::nullopt;
  auto const part = literal_of(children[0], parameters_);
  Column const* const by = column(children[1]);
  if (!part || by == nullptr || !is_moment_type(by->type)) return std::nullopt;
  std::string const unit = lower_case(part->text);
  if (std::ranges::find(kParts, unit) == kParts.end() || (name.ends_with("trunc") && unit.starts_with("dayof")))
    return std::nullopt;
  return fmt::format("{}({}, {})", name, quote_text(unit), quote_name(by->name));
}

std::optional<std::string> PlainExpressions::key(Object const& node) const {
  if (Column const* const plain = column(node)) return quote_name(plain->name);
  if (word(node, "class") != "FUNCTION" || !word(node, "schema").empty() || !word(node, "catalog").empty())
    return std::nullopt;
  auto coarser = function_key(node);
  if (!coarser) coarser = bucket(node);
  // Moments at the ends of their range are out of it when rounded: no value of a row may end the statement.
  if (coarser) coarser = fmt::format("TRY({})", *coarser);
  return coarser;
}

Column const& PlainExpressions::scalar_column(Value const& node, Object const& whole) const {
  Column const* const found = column(node);
  if (found == nullptr)
    refuse("WHERE compares columns with constants here, and joins such conditions with AND, OR and NOT", whole);
  if (!is_scalar(*found)) refuse(fmt::format("column {} cannot be compared here", found->name), whole);
  return *found;
}

std::string PlainExpressions::comparison(Object const& node) const {
  auto const sign = sign_of(word(node, "type"));
  if (!sign) refuse("this comparison is not available here", node);
  Value const* left = &node.at("left");
  Value const* right = &node.at("right");
  bool const swapped = column(*left) == nullptr;
  if (swapped) std::swap(left, right);
  Column const& compared = scalar_column(*left, node);
  auto const literal = literal_of(*right, parameters_);
  if (!literal) refuse("WHERE compares columns with constants here", node);
  Sides const both = sides(compared, {*literal});
  return fmt::format("({} {} {})", both.left, swapped ? turned(*sign) : *sign, both.right);
}

std::string PlainExpressions::membership(Object const& node) const {
  auto const& children = node.at("children").as_array();
  Column const& compared = scalar_column(children.at(0), node);
  std::vector<Literal> literals;
  for (std::size_t i = 1; i < children.size(); ++i) {
    auto const literal = literal_of(children[i], parameters_);
    if (!literal) refuse("IN holds constants here", node);
    literals.push_back(*literal);
  }
  Sides const both = sides(compared, literals);
  return fmt::format("({} {} ({}))", both.left, word(node, "type") == "COMPARE_IN" ? "IN" : "NOT IN", both.right);
}

std::string PlainExpressions::between(Object const& node) const {
  Column const& compared = scalar_column(node.at("input"), node);
  auto const lower = literal_of(node.at("lower"), parameters_);
  auto const upper = literal_of(node.at("upper"), parameters_);
  if (!lower || !upper) refuse("BETWEEN holds constants here", node);
  Sides const low = sides(compared, {*lower});
  Sides const high = sides(compared, {*upper});
  return fmt::format("({} >= {} AND {} <= {})", low.left, low.right, high.left, high.right);
}

/// name LIKE 'A%', and the functions that say the same.
std::string PlainExpressions::text_match(Object const& node) const {
  static constexpr std::array<std::string_view, 10> kMatches{
      "~~", "!~~", "~~*", "!~~*", "^@", "prefix", "suffix", "starts_with", "ends_with", "contains"};
  std::string const name = lower_case(word(node, "function_name"));
  auto const& children = node.at("children").as_array();
  if (std::ranges::find(kMatches, name) == kMatches.end() || children.size() != 2 || !word(node, "schema").empty())
    refuse(fmt::format("WHERE cannot use {}() here: it compares columns with constants", name), node);
  Column const* const compared = column(children[0]);
  auto const literal = literal_of(children[1], parameters_);
  if (compared == nullptr || !is_text(*compared) || !literal || literal->kind != Literal::Kind::text)
    refuse("a text column is compared with a constant text here", node);
  return fmt::format("{}({}, {})", quote_name(name), quote_name(compared->name), quote_text(literal->text));
}

std::string PlainExpressions::condition(Object const& node) const {
  std::string_view const kind = word(node, "class");
  std::string_view const type = word(node, "type");
  if (kind == "COMPARISON") return comparison(node);
  if (kind == "BETWEEN") return between(node);
  if (kind == "FUNCTION") return text_match(node);
  if (kind == "CONJUNCTION") {
    std::string all;
    for (auto const& child : node.at("children").as_array())
      all += (all.empty() ? "" : type == "CONJUNCTION_OR" ? " OR " : " AND ") + predicate(child);
    return "(" + all + ")";
  }
  if (kind == "OPERATOR") {
    if (type == "COMPARE_IN" || type == "COMPARE_NOT_IN") return membership(node);
    auto const& children = node.at("children").as_array();
    if (type == "OPERATOR_NOT") return fmt::format("(NOT {})", predicate(children.at(0)));
    Column const* const tested = children.empty() ? nullptr : column(children[0]);
    if (tested != nullptr && type == "OPERATOR_IS_NULL") return fmt::format("({} IS NULL)", quote_name(tested->name));
    if (tested != nullptr && type == "OPERATOR_IS_NOT_NULL")
      return fmt::format("({} IS NOT NULL)", quote_name(tested->name));
  }
  if (kind == "SUBQUERY") refuse("WHERE cannot hold a subquery here", node);
  refuse("WHERE compares columns with constants here, and joins such conditions with AND, OR and NOT", node);
}

std::string PlainExpressions::predicate(Value const& node) const {
  if (Column const* const plain = column(node); plain != nullptr && plain->type == "BOOLEAN")
    return quote_name(plain->name);
  check(node.is_object(), "an expression is an object");
  return condition(node.get_object());
}

}  // namespace lepton::table
