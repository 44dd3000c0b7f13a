#include "reason/value.h"

#include <charconv>
#include <cmath>
#include <limits>
#include <unordered_map>

#include "rdf/characters.h"
#include "reason/vocabulary.h"

namespace lepton::reason {

namespace {

using Space = Datatype::Space;

bool takes_digits(std::string_view& text) {
  std::size_t n = 0;
  while (n < text.size() && rdf::is_digit(text[n])) ++n;
  text.remove_prefix(n);
  return n > 0;
}

void take_sign(std::string_view& text) {
  if (!text.empty() && (text.front() == '+' || text.front() == '-')) text.remove_prefix(1);
}

bool is_integer_text(std::string_view text) {
  take_sign(text);
  return takes_digits(text) && text.empty();
}

bool is_decimal_text(std::string_view text, bool exponent_allowed) {
  take_sign(text);
  bool digits = takes_digits(text);
  if (!text.empty() && text.front() == '.') {
    text.remove_prefix(1);
    digits = takes_digits(text) || digits;
  }
  if (!digits) return false;
  if (exponent_allowed && !text.empty() && (text.front() | 0x20) == 'e') {
    text.remove_prefix(1);
    take_sign(text);
    if (!takes_digits(text)) return false;
  }
  return text.empty();
}

std::optional<long double> number_in(std::string_view text) {
  if (!text.empty() && text.front() == '+') text.remove_prefix(1);
  long double value = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc::result_out_of_range) {
    return text.front() == '-' ? -std::numeric_limits<long double>::infinity()
                               : std::numeric_limits<long double>::infinity();
  }
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// Days since 1970-01-01 in the proleptic Gregorian calendar.
std::int64_t days_from_civil(std::int64_t year, unsigned month, unsigned day) {
  year -= month <= 2 ? 1 : 0;
  std::int64_t const era = (year >= 0 ? year : year - 399) / 400;
  auto const year_of_era = static_cast<unsigned>(year - era * 400);
  unsigned const day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  unsigned const day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + static_cast<std::int64_t>(day_of_era) - 719468;
}

/// Reads `digits` digits and, when there is one, the separator behind them.
std::optional<unsigned> part(std::string_view& text, std::size_t digits, char separator) {
  if (text.size() < digits) return std::nullopt;
  unsigned value = 0;
  for (std::size_t i = 0; i < digits; ++i) {
    if (!rdf::is_digit(text[i])) return std::nullopt;
    value = value * 10 + static_cast<unsigned>(text[i] - '0');
  }
  text.remove_prefix(digits);
  if (separator == 0) return value;
  if (text.empty() || text.front() != separator) return std::nullopt;
  text.remove_prefix(1);
  return value;
}

std::optional<long double> zone_seconds(std::string_view text) {
  if (text.empty() || text == "Z") return 0;
  if (text.front() != '+' && text.front() != '-') return std::nullopt;
  long double const sign = text.front() == '-' ? -1 : 1;
  text.remove_prefix(1);
  auto const hours = part(text, 2, ':');
  auto const minutes = hours ? part(text, 2, 0) : std::nullopt;
  if (!minutes || !text.empty() || *hours > 14 || *minutes > 59) return std::nullopt;
  return sign * static_cast<long double>(*hours * 3600 + *minutes * 60);
}

/// xsd:date and xsd:dateTime as seconds since 1970; without a zone, UTC is taken.
std::optional<long double> seconds_in(std::string_view text, bool with_time) {
  bool const negative = !text.empty() && text.front() == '-';
  if (negative) text.remove_prefix(1);
  auto const year_digits = text.find('-');
  if (year_digits == std::string_view::npos || year_digits < 4 || year_digits > 9) return std::nullopt;
  auto const year = part(text, year_digits, '-');
  auto const month = year ? part(text, 2, '-') : std::nullopt;
  auto const day = month ? part(text, 2, with_time ? 'T' : '\0') : std::nullopt;
  if (!day || *month < 1 || *month > 12 || *day < 1 || *day > 31) return std::nullopt;
  std::int64_t const y = negative ? -static_cast<std::int64_t>(*year) : static_cast<std::int64_t>(*year);
  if (*day > static_cast<unsigned>(days_from_civil(*month == 12 ? y + 1 : y, *month % 12 + 1, 1) -
                                   days_from_civil(y, *month, 1))) {
    return std::nullopt;
  }
  auto seconds = static_cast<long double>(days_from_civil(y, *month, *day)) * 86400;
  if (with_time) {
    auto const hour = part(text, 2, ':');
    auto const minute = hour ? part(text, 2, ':') : std::nullopt;
    auto const second = minute ? part(text, 2, 0) : std::nullopt;
    if (!second || *hour > 24 || *minute > 59 || *second > 59) return std::nullopt;
    if (*hour == 24 && (*minute != 0 || *second != 0)) return std::nullopt;
    seconds += static_cast<long double>(*hour * 3600 + *minute * 60 + *second);
    if (!text.empty() && text.front() == '.') {
      std::string_view rest = text.substr(1);
      if (!takes_digits(rest)) return std::nullopt;
      seconds += number_in(text.substr(0, text.size() - rest.size())).value_or(0);
      text = rest;
    }
  }
  auto const zone = zone_seconds(text);
  if (!zone) return std::nullopt;
  return seconds - *zone;
}

bool has_zone(std::string_view text) {
  if (text.ends_with('Z')) return true;
  return text.size() > 6 && text[text.size() - 3] == ':' &&
         (text[text.size() - 6] == '+' || text[text.size() - 6] == '-');
}

Value integer_literal(std::string_view text, rdf::Term&& term) {
  Value value;
  if (text.front() == '+') text.remove_prefix(1);
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value.integer);
  if (error == std::errc::result_out_of_range) {
    return number_value(number_in(text).value_or(0), Value::Kind::decimal);
  }
  value.kind = Value::Kind::integer;
  value.term = std::move(term);
  return value;
}

Value literal_value(rdf::Term&& term) {
  Value value;
  if (!term.language.empty()) {
    value.kind = Value::Kind::other;
    value.term = std::move(term);
    return value;
  }
  bool const valid = is_well_formed(term.view());
  std::string_view const text = term.value;
  switch (valid ? datatype_of(term.datatype).space : Space::unknown) {
    case Space::boolean:
      return boolean_value(text == "true" || text == "1");
    case Space::integer:
      return integer_literal(text, std::move(term));
    case Space::decimal:
      return number_value(number_in(text).value_or(0), Value::Kind::decimal);
    case Space::single:
    case Space::floating: {
      long double const infinity = std::numeric_limits<long double>::infinity();
      if (text == "NaN") return number_value(std::numeric_limits<long double>::quiet_NaN(), Value::Kind::floating);
      if (text == "INF" || text == "+INF") return number_value(infinity, Value::Kind::floating);
      if (text == "-INF") return number_value(-infinity, Value::Kind::floating);
      return number_value(number_in(text).value_or(0), Value::Kind::floating);
    }
    case Space::date:
    case Space::date_time:
      value.kind = Value::Kind::time;
      value.number =
          seconds_in(text, term.datatype.ends_with("dateTime") || term.datatype.ends_with("Stamp")).value_or(0);
      break;
    case Space::string:
      value.kind = Value::Kind::string;
      break;
    case Space::xml:
    case Space::unknown:
      value.kind = Value::Kind::other;
  }
  value.term = std::move(term);
  return value;
}

}  // namespace

Datatype datatype_of(std::string_view iri) {
  static constexpr long double infinity = std::numeric_limits<long double>::infinity();
  static std::unordered_map<std::string_view, Datatype> const known{
      {"boolean", {Space::boolean}},
      {"integer", {Space::integer}},
      {"decimal", {Space::decimal}},
      {"double", {Space::floating}},
      {"float", {Space::single}},
      {"string", {Space::string}},
      {"normalizedString", {Space::string}},
      {"token", {Space::string}},
      {"date", {Space::date}},
      {"dateTime", {Space::date_time}},
      {"dateTimeStamp", {Space::date_time}},
      {"long", {Space::integer, -9223372036854775808.0L, 9223372036854775807.0L}},
      {"int", {Space::integer, -2147483648.0L, 2147483647.0L}},
      {"short", {Space::integer, -32768, 32767}},
      {"byte", {Space::integer, -128, 127}},
      {"unsignedLong", {Space::integer, 0, 18446744073709551615.0L}},
      {"unsignedInt", {Space::integer, 0, 4294967295.0L}},
      {"unsignedShort", {Space::integer, 0, 65535}},
      {"unsignedByte", {Space::integer, 0, 255}},
      {"nonNegativeInteger", {Space::integer, 0, infinity}},
      {"positiveInteger", {Space::integer, 1, infinity}},
      {"nonPositiveInteger", {Space::integer, -infinity, 0}},
      {"negativeInteger", {Space::integer, -infinity, -1}}};
  if (iri == rdf::rdf_xml_literal) return {Space::xml};
  if (!iri.starts_with(xsd_namespace)) return {};
  auto const found = known.find(iri.substr(xsd_namespace.size()));
  return found == known.end() ? Datatype{} : found->second;
}

bool is_well_formed(rdf::TermView const& literal) {
  auto const type = datatype_of(literal.datatype);
  auto const text = literal.value;
  switch (type.space) {
    case Space::boolean:
      return text == "true" || text == "false" || text == "1" || text == "0";
    case Space::integer: {
      if (!is_integer_text(text)) return false;
      long double const number = number_in(text).value_or(0);
      return number >= type.least && number <= type.greatest;
    }
    case Space::decimal:
      return is_decimal_text(text, false);
    case Space::single:
    case Space::floating:
      return is_decimal_text(text, true) || text == "NaN" || text == "INF" || text == "+INF" || text == "-INF";
    case Space::date:
      return seconds_in(text, false).has_value();
    case Space::date_time:
      return seconds_in(text, true).has_value();
    case Space::xml:
    case Space::string:
    case Space::unknown:
      return true;
  }
  return true;
}

Value value_of(rdf::Term term) {
  if (term.kind == rdf::TermKind::literal) return literal_value(std::move(term));
  Value value;
  value.kind = term.kind == rdf::TermKind::iri ? Value::Kind::iri : Value::Kind::blank;
  value.term = std::move(term);
  return value;
}

Value boolean_value(bool boolean) {
  Value value;
  value.kind = Value::Kind::boolean;
  value.boolean = boolean;
  return value;
}

Value integer_value(std::int64_t integer) {
  Value value;
  value.kind = Value::Kind::integer;
  value.integer = integer;
  return value;
}

Value number_value(long double number, Value::Kind kind) {
  Value value;
  value.kind = kind;
  value.number = number;
  return value;
}

Value string_value(std::string text) {
  Value value;
  value.kind = Value::Kind::string;
  value.term = rdf::literal(text);
  return value;
}

std::optional<rdf::Term> term_of(Value const& value) {
  switch (value.kind) {
    case Value::Kind::error:
      return std::nullopt;
    case Value::Kind::boolean:
      return rdf::literal(value.boolean ? "true" : "false", rdf::xsd_boolean);
    case Value::Kind::integer:
      if (!value.term.value.empty()) return value.term;
      return rdf::literal(std::to_string(value.integer), rdf::xsd_integer);
    case Value::Kind::decimal: {
      std::string text = fmt::format("{:.18f}", static_cast<double>(value.number));
      if (std::abs(value.number) < 1e15L) text = fmt::format("{:.12f}", value.number);
      while (text.ends_with('0') && !text.ends_with(".0")) text.pop_back();
      return rdf::literal(text, rdf::xsd_decimal);
    }
    case Value::Kind::floating: {
      auto const number = static_cast<double>(value.number);
      if (std::isnan(number)) return rdf::literal("NaN", rdf::xsd_double);
      if (std::isinf(number)) return rdf::literal(number < 0 ? "-INF" : "INF", rdf::xsd_double);
      std::string text = fmt::format("{}", number);
      if (text.find('e') == std::string::npos) text += "E0";
      return rdf::literal(text, rdf::xsd_double);
    }
    default:
      return value.term;
  }
}

std::optional<bool> effective_boolean(Value const& value) {
  switch (value.kind) {
    case Value::Kind::boolean:
      return value.boolean;
    case Value::Kind::integer:
      return value.integer != 0;
    case Value::Kind::decimal:
    case Value::Kind::floating:
      return value.number != 0 && !std::isnan(value.number);
    case Value::Kind::string:
      return !value.term.value.empty();
    default:
      return std::nullopt;
  }
}

std::optional<int> compare_values(Value const& a, Value const& b) {
  auto const sign = [](auto const& x, auto const& y) { return x < y ? -1 : (y < x ? 1 : 0); };
  if (a.kind == Value::Kind::integer && b.kind == Value::Kind::integer) return sign(a.integer, b.integer);
  if (a.is_number() && b.is_number()) {
    if (std::isnan(a.as_number()) || std::isnan(b.as_number())) return std::nullopt;
    return sign(a.as_number(), b.as_number());
  }
  if (a.kind != b.kind) return std::nullopt;
  switch (a.kind) {
    case Value::Kind::boolean:
      return sign(a.boolean, b.boolean);
    case Value::Kind::string:
      return sign(a.term.value, b.term.value);
    case Value::Kind::time:
      if (a.term.datatype != b.term.datatype || has_zone(a.term.value) != has_zone(b.term.value)) return std::nullopt;
      return sign(a.number, b.number);
    default:
      return std::nullopt;
  }
}

std::optional<bool> equal_values(Value const& a, Value const& b) {
  if (a.kind == Value::Kind::error || b.kind == Value::Kind::error) return std::nullopt;
  if (auto const order = compare_values(a, b)) return *order == 0;
  if (a.is_number() && b.is_number()) return false;  // NaN
  auto const x = term_of(a);
  auto const y = term_of(b);
  if (x == y) return true;
  bool const both_literals = x->kind == rdf::TermKind::literal && y->kind == rdf::TermKind::literal;
  if (!both_literals || (!x->language.empty() && !y->language.empty())) return false;
  bool const known = a.kind != Value::Kind::other && b.kind != Value::Kind::other;
  if (known && a.kind != b.kind) return false;
  return std::nullopt;
}

}  // namespace lepton::reason
