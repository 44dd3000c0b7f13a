#include "sparql/cast.h"

#include <cmath>

namespace lepton::sparql {

namespace {

constexpr std::string_view xsd = "http://www.w3.org/2001/XMLSchema#";

/// XPath F&O §17.1.1: white space around a lexical form does not count.
std::string_view trimmed(std::string_view text) {
  std::size_t const begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

/// §17.1.2 there: numbers as people write them.
std::string text_of(Value const& value) {
  if (value.kind() == ValueKind::boolean) return value.truth() ? "true" : "false";
  if (value.is_exact()) return value.exact().text();
  if (value.kind() == ValueKind::floating_double || value.kind() == ValueKind::floating_float) {
    double const x = value.number();
    double const size = std::fabs(x);
    if (x == 0) return std::signbit(x) ? "-0" : "0";
    auto const exact = size >= 1e-6 && size < 1e6 ? Decimal::find(x) : std::nullopt;
    return exact ? exact->text() : floating_text(value.kind(), x);
  }
  return value.lexical();
}

Value to_boolean(Value const& value) {
  if (value.kind() == ValueKind::boolean) return Value::boolean(value.truth());
  if (value.is_exact()) return Value::boolean(value.exact().unscaled != 0);
  if (value.is_numeric()) return Value::boolean(value.number() != 0 && !std::isnan(value.number()));
  std::string_view const text = trimmed(value.text());
  if (text == "true" || text == "1") return Value::boolean(true);
  if (text == "false" || text == "0") return Value::boolean(false);
  return {};
}

Value to_floating(ValueKind kind, Value const& value) {
  if (value.kind() == ValueKind::boolean) return Value::floating(kind, value.truth() ? 1 : 0);
  if (value.is_numeric()) return Value::floating(kind, value.number());
  auto const number = find_floating(kind, trimmed(value.text()));
  return number ? Value::floating(kind, *number) : Value();
}

std::optional<Decimal> to_exact(Value const& value) {
  if (value.kind() == ValueKind::boolean) return Decimal::of(value.truth() ? 1 : 0);
  if (value.is_exact()) return value.exact();
  if (value.is_numeric()) return Decimal::find(value.number());
  return Decimal::find(trimmed(value.text()));
}

Value to_integer(std::string_view type, Value const& value) {
  if (value.is_string() && trimmed(value.text()).find('.') != std::string_view::npos) return {};
  auto const exact = to_exact(value);
  if (!exact) return {};
  Value const whole = Value::integer(truncate(*exact));
  if (type == "integer") return whole;
  // Reading it as a literal checks the derived type's range.
  Value const typed = Value::of(rdf::literal(whole.lexical(), std::string(xsd).append(type)).view());
  return typed.kind() == ValueKind::integer ? typed : Value();
}

Value to_moment(ValueKind kind, Value const& value) {
  if (value.kind() == ValueKind::date_time || value.kind() == ValueKind::date) {
    DateTime moment = value.moment();
    if (kind == ValueKind::date) {
      auto civil = moment.civil();
      civil.hour = civil.minute = civil.second = 0;
      auto const offset = moment.offset_minutes;
      moment = date_time_of(civil, 0);
      moment.offset_minutes = offset;
    }
    return Value::moment(kind, moment);
  }
  if (value.kind() != ValueKind::string) return {};
  auto const found = kind == ValueKind::date ? find_date(trimmed(value.text())) : find_date_time(trimmed(value.text()));
  return found ? Value::moment(kind, *found) : Value();
}

}  // namespace

Value cast(std::string_view function, Value const& value) {
  if (!function.starts_with(xsd) || value.is_error() || value.kind() == ValueKind::blank) return {};
  std::string_view const type = function.substr(xsd.size());
  if (type == "string") return Value::string(text_of(value));
  if (value.kind() == ValueKind::iri || value.kind() == ValueKind::language_string ||
      value.kind() == ValueKind::other) {
    return {};
  }
  if (type == "dateTime") return to_moment(ValueKind::date_time, value);
  if (type == "date") return to_moment(ValueKind::date, value);
  if (value.kind() == ValueKind::date_time || value.kind() == ValueKind::date) return {};
  if (type == "boolean") return to_boolean(value);
  if (type == "double") return to_floating(ValueKind::floating_double, value);
  if (type == "float") return to_floating(ValueKind::floating_float, value);
  if (type == "decimal") {
    auto const exact = to_exact(value);
    return exact ? Value::decimal(*exact) : Value();
  }
  return to_integer(type, value);
}

}  // namespace lepton::sparql
