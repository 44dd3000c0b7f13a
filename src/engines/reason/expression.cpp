#include "reason/expression.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <unordered_map>

#include "rdf/characters.h"
#include "rdf/iri.h"
#include "reason/vocabulary.h"

namespace lepton::reason {

namespace {

using Arguments = std::vector<Value>;
struct Function {
  std::size_t least;
  std::size_t most;
  std::function<Value(Arguments const&)> compute;
};

/// The characters of a string, plain or with a language; nothing for anything else.
std::string const* text_of(Value const& value) {
  bool const tagged = value.kind == Value::Kind::other && !value.term.language.empty();
  return value.kind == Value::Kind::string || tagged ? &value.term.value : nullptr;
}

Value test_texts(Arguments const& arguments, bool (*test)(std::string_view, std::string_view)) {
  auto const* a = text_of(arguments[0]);
  auto const* b = text_of(arguments[1]);
  if (a == nullptr || b == nullptr) return {};
  return boolean_value(test(*a, *b));
}

Value mapped_text(Value const& value, char (*map)(char)) {
  if (text_of(value) == nullptr) return {};
  Value result = value;
  std::transform(result.term.value.begin(), result.term.value.end(), result.term.value.begin(), map);
  return result;
}

Value rounded(Value const& value, long double (*round)(long double)) {
  if (!value.is_number()) return {};
  if (value.kind == Value::Kind::integer) return integer_value(value.integer);
  return number_value(round(value.number), value.kind);
}

Value string_of(Value const& value) {
  if (value.kind == Value::Kind::blank) return {};
  auto const term = term_of(value);
  return term ? string_value(term->value) : Value{};
}

Value datatype_of(Value const& value) {
  auto const term = term_of(value);
  if (!term || term->kind != rdf::TermKind::literal) return {};
  return value_of(rdf::iri(term->datatype));
}

Value language_of(Value const& value) {
  auto const term = term_of(value);
  if (!term || term->kind != rdf::TermKind::literal) return {};
  return string_value(term->language);
}

Value is_kind(Value const& value, rdf::TermKind kind) {
  auto const term = term_of(value);
  return term ? boolean_value(term->kind == kind) : Value{};
}

Value concatenated(Arguments const& arguments) {
  std::string text;
  for (auto const& argument : arguments) {
    auto const* piece = text_of(argument);
    if (piece == nullptr) return {};
    text += *piece;
  }
  return string_value(std::move(text));
}

/// SUBSTR counts characters from 1.
Value substring(Arguments const& arguments) {
  auto const* text = text_of(arguments[0]);
  if (text == nullptr || !arguments[1].is_number()) return {};
  long double const from = std::round(arguments[1].as_number());
  long double until = INFINITY;
  if (arguments.size() > 2) {
    if (!arguments[2].is_number()) return {};
    until = from + std::round(arguments[2].as_number());
  }
  std::string piece;
  std::size_t at = 0;
  for (long double place = 1; at < text->size(); ++place) {
    auto const length = std::max<std::size_t>(1, rdf::decode_utf8(std::string_view(*text).substr(at)).length);
    if (place >= from && place < until) piece.append(*text, at, length);
    at += length;
  }
  Value result = arguments[0];
  result.term.value = std::move(piece);
  return result;
}

Value length_of(Value const& value) {
  auto const* text = text_of(value);
  if (text == nullptr) return {};
  return integer_value(std::count_if(text->begin(), text->end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

Value typed(Arguments const& arguments) {
  if (text_of(arguments[0]) == nullptr || arguments[1].kind != Value::Kind::iri) return {};
  return value_of(rdf::literal(arguments[0].term.value, arguments[1].term.value));
}

Value to_iri(Value const& value) {
  if (value.kind == Value::Kind::iri) return value;
  if (value.kind != Value::Kind::string || !rdf::is_absolute_iri(value.term.value)) return {};
  return rdf::has_iri_characters(value.term.value) ? value_of(rdf::iri(value.term.value)) : Value{};
}

/// The parts of xsd:dateTime and xsd:date, by their place in the text.
Value time_part(Value const& value, std::size_t from, std::size_t length) {
  if (value.kind != Value::Kind::time || value.term.value.size() < from + length) return {};
  return value_of(rdf::literal(value.term.value.substr(from, length), rdf::xsd_integer));
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}
char upper(char c) {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
}

using Functions = std::unordered_map<std::string, Function>;

void add_tests(Functions& all) {
  using Texts = std::string_view;
  all["CONTAINS"] = {2, 2, [](Arguments const& a) {
                       return test_texts(a, [](Texts x, Texts y) { return x.find(y) != Texts::npos; });
                     }};
  all["STRSTARTS"] = {
      2, 2, [](Arguments const& a) { return test_texts(a, [](Texts x, Texts y) { return x.starts_with(y); }); }};
  all["STRENDS"] = {2, 2,
                    [](Arguments const& a) { return test_texts(a, [](Texts x, Texts y) { return x.ends_with(y); }); }};
  all["ISIRI"] = all["ISURI"] = {1, 1, [](Arguments const& a) { return is_kind(a[0], rdf::TermKind::iri); }};
  all["ISBLANK"] = {1, 1, [](Arguments const& a) { return is_kind(a[0], rdf::TermKind::blank); }};
  all["ISLITERAL"] = {1, 1, [](Arguments const& a) { return is_kind(a[0], rdf::TermKind::literal); }};
  all["ISNUMERIC"] = {1, 1, [](Arguments const& a) { return boolean_value(a[0].is_number()); }};
  all["SAMETERM"] = {2, 2, [](Arguments const& a) { return boolean_value(term_of(a[0]) == term_of(a[1])); }};
}

Functions const& functions() {
  static Functions const known = [] {
    Functions all;
    add_tests(all);
    all["STR"] = {1, 1, [](Arguments const& a) { return string_of(a[0]); }};
    all["LANG"] = {1, 1, [](Arguments const& a) { return language_of(a[0]); }};
    all["DATATYPE"] = {1, 1, [](Arguments const& a) { return datatype_of(a[0]); }};
    all["IRI"] = all["URI"] = {1, 1, [](Arguments const& a) { return to_iri(a[0]); }};
    all["STRDT"] = {2, 2, typed};
    all["CONCAT"] = {0, 64, concatenated};
    all["SUBSTR"] = {2, 3, substring};
    all["STRLEN"] = {1, 1, [](Arguments const& a) { return length_of(a[0]); }};
    all["UCASE"] = {1, 1, [](Arguments const& a) { return mapped_text(a[0], upper); }};
    all["LCASE"] = {1, 1, [](Arguments const& a) { return mapped_text(a[0], lower); }};
    all["ABS"] = {1, 1, [](Arguments const& a) {
                    if (a[0].kind == Value::Kind::integer) return integer_value(std::abs(a[0].integer));
                    return rounded(a[0], [](long double x) { return std::fabs(x); });
                  }};
    all["CEIL"] = {1, 1, [](Arguments const& a) { return rounded(a[0], [](long double x) { return std::ceil(x); }); }};
    all["FLOOR"] = {1, 1,
                    [](Arguments const& a) { return rounded(a[0], [](long double x) { return std::floor(x); }); }};
    all["ROUND"] = {
        1, 1, [](Arguments const& a) { return rounded(a[0], [](long double x) { return std::floor(x + 0.5L); }); }};
    all["YEAR"] = {1, 1, [](Arguments const& a) { return time_part(a[0], 0, 4); }};
    all["MONTH"] = {1, 1, [](Arguments const& a) { return time_part(a[0], 5, 2); }};
    all["DAY"] = {1, 1, [](Arguments const& a) { return time_part(a[0], 8, 2); }};
    all["HOURS"] = {1, 1, [](Arguments const& a) { return time_part(a[0], 11, 2); }};
    all["MINUTES"] = {1, 1, [](Arguments const& a) { return time_part(a[0], 14, 2); }};
    return all;
  }();
  return known;
}

Value arithmetic(Operation operation, Value const& a, Value const& b) {
  if (!a.is_number() || !b.is_number()) return {};
  if (a.kind == Value::Kind::integer && b.kind == Value::Kind::integer && operation != Operation::divide) {
    std::int64_t result = 0;
    bool const overflow = operation == Operation::add        ? __builtin_add_overflow(a.integer, b.integer, &result)
                          : operation == Operation::subtract ? __builtin_sub_overflow(a.integer, b.integer, &result)
                                                             : __builtin_mul_overflow(a.integer, b.integer, &result);
    return overflow ? Value{} : integer_value(result);
  }
  bool const floating = a.kind == Value::Kind::floating || b.kind == Value::Kind::floating;
  auto const kind = floating ? Value::Kind::floating : Value::Kind::decimal;
  long double const x = a.as_number();
  long double const y = b.as_number();
  switch (operation) {
    case Operation::add:
      return number_value(x + y, kind);
    case Operation::subtract:
      return number_value(x - y, kind);
    case Operation::multiply:
      return number_value(x * y, kind);
    default:
      if (y == 0 && !floating) return {};
      return number_value(x / y, kind);
  }
}

Value compared(Operation operation, Value const& a, Value const& b) {
  if (operation == Operation::equal || operation == Operation::not_equal) {
    auto const equal = equal_values(a, b);
    return equal ? boolean_value(*equal == (operation == Operation::equal)) : Value{};
  }
  auto const order = compare_values(a, b);
  if (!order) return {};
  switch (operation) {
    case Operation::less:
      return boolean_value(*order < 0);
    case Operation::less_equal:
      return boolean_value(*order <= 0);
    case Operation::greater:
      return boolean_value(*order > 0);
    default:
      return boolean_value(*order >= 0);
  }
}

/// SPARQL 1.1 §17.2: an error beside a deciding operand does not matter.
Value connective(CompiledExpression const& expression, std::span<TermKey const> row, Terms const& terms) {
  bool const deciding = expression.operation == Operation::logical_or;
  auto const left = effective_boolean(evaluate(expression.arguments[0], row, terms));
  if (left == deciding) return boolean_value(deciding);
  auto const right = effective_boolean(evaluate(expression.arguments[1], row, terms));
  if (right == deciding) return boolean_value(deciding);
  return left && right ? boolean_value(!deciding) : Value{};
}

Value cast(std::string const& datatype, Value const& value) {
  auto const term = term_of(value);
  if (!term || term->kind != rdf::TermKind::literal) return {};
  if (value.is_number() && datatype == rdf::xsd_integer) {
    return integer_value(static_cast<std::int64_t>(std::trunc(value.as_number())));
  }
  rdf::Term const result = rdf::literal(term->value, datatype);
  return is_well_formed(result.view()) ? value_of(result) : Value{};
}

Value called(CompiledExpression const& expression, std::span<TermKey const> row, Terms const& terms) {
  auto const& arguments = expression.arguments;
  if (expression.function == "IF") {
    auto const condition = effective_boolean(evaluate(arguments[0], row, terms));
    return condition ? evaluate(arguments[*condition ? 1 : 2], row, terms) : Value{};
  }
  Arguments values;
  for (auto const& argument : arguments) {
    values.push_back(evaluate(argument, row, terms));
    bool const error = values.back().kind == Value::Kind::error;
    if (expression.function == "COALESCE" && !error) return values.back();
    if (error && expression.function != "COALESCE") return {};
  }
  if (auto const found = functions().find(expression.function); found != functions().end()) {
    return found->second.compute(values);
  }
  return values.size() == 1 ? cast(expression.function, values[0]) : Value{};
}

}  // namespace

bool is_function(std::string const& name, std::size_t arguments) {
  if (name == "IF") return arguments == 3;
  if (name == "COALESCE") return arguments > 0;
  if (name.starts_with(xsd_namespace)) return arguments == 1;
  auto const found = functions().find(name);
  return found != functions().end() && arguments >= found->second.least && arguments <= found->second.most;
}

Value evaluate(CompiledExpression const& expression, std::span<TermKey const> row, Terms const& terms) {
  auto const& arguments = expression.arguments;
  auto const argument = [&](std::size_t i) { return evaluate(arguments[i], row, terms); };
  switch (expression.operation) {
    case Operation::leaf: {
      if (expression.slot < 0) return expression.constant;
      TermKey const key = row[static_cast<std::size_t>(expression.slot)];
      return key == no_term ? Value{} : value_of(terms.term(key));
    }
    case Operation::call:
      return called(expression, row, terms);
    case Operation::logical_or:
    case Operation::logical_and:
      return connective(expression, row, terms);
    case Operation::logical_not: {
      auto const value = effective_boolean(argument(0));
      return value ? boolean_value(!*value) : Value{};
    }
    case Operation::negate:
      return arithmetic(Operation::subtract, integer_value(0), argument(0));
    case Operation::add:
    case Operation::subtract:
    case Operation::multiply:
    case Operation::divide:
      return arithmetic(expression.operation, argument(0), argument(1));
    default:
      return compared(expression.operation, argument(0), argument(1));
  }
}

bool passes(CompiledExpression const& condition, std::span<TermKey const> row, Terms const& terms) {
  // Equal ids are equal terms, whatever they stand for; only a NaN differs from itself, and SAMETERM asks for no more.
  if (condition.operation == Operation::logical_not && condition.arguments[0].function == "SAMETERM") {
    auto const& pair = condition.arguments[0].arguments;
    if (pair[0].slot >= 0 && pair[1].slot >= 0) {
      return row[static_cast<std::size_t>(pair[0].slot)] != row[static_cast<std::size_t>(pair[1].slot)];
    }
  }
  return effective_boolean(evaluate(condition, row, terms)).value_or(false);
}

}  // namespace lepton::reason
