#include "rdf/store/term_id.h"

#include <bit>
#include <cctype>
#include <charconv>
#include <chrono>
#include <cmath>

#include "base/check.h"
#include "rdf/store/id_order.h"

namespace lepton::rdf {

namespace {

constexpr std::string_view xsd = "http://www.w3.org/2001/XMLSchema#";

/// xsd:integer and what XML Schema 1.1 part 2 §3.4 derives from it. The place in the list is stored: only append.
constexpr std::array<std::string_view, 13> integer_types{"http://www.w3.org/2001/XMLSchema#integer",
                                                         "http://www.w3.org/2001/XMLSchema#int",
                                                         "http://www.w3.org/2001/XMLSchema#long",
                                                         "http://www.w3.org/2001/XMLSchema#short",
                                                         "http://www.w3.org/2001/XMLSchema#byte",
                                                         "http://www.w3.org/2001/XMLSchema#nonNegativeInteger",
                                                         "http://www.w3.org/2001/XMLSchema#positiveInteger",
                                                         "http://www.w3.org/2001/XMLSchema#unsignedInt",
                                                         "http://www.w3.org/2001/XMLSchema#unsignedLong",
                                                         "http://www.w3.org/2001/XMLSchema#unsignedShort",
                                                         "http://www.w3.org/2001/XMLSchema#unsignedByte",
                                                         "http://www.w3.org/2001/XMLSchema#nonPositiveInteger",
                                                         "http://www.w3.org/2001/XMLSchema#negativeInteger"};
constexpr std::string_view xsd_float = "http://www.w3.org/2001/XMLSchema#float";
constexpr std::string_view xsd_date = "http://www.w3.org/2001/XMLSchema#date";
constexpr std::string_view xsd_date_time = "http://www.w3.org/2001/XMLSchema#dateTime";

constexpr std::int64_t integer_bias = std::int64_t{1} << (integer_bits - 1);
constexpr std::uint64_t integer_mask = (std::uint64_t{1} << integer_bits) - 1;
constexpr std::uint64_t zone_none = 0;
constexpr std::uint64_t zone_utc = 1;        ///< "Z"
constexpr std::uint64_t zone_center = 1000;  ///< plus minutes, -840 … 840 without 0, which is written "Z"
constexpr std::int64_t day_milliseconds = 86'400'000;
constexpr int max_decimal_scale = 15;

bool digit(char c) {
  return c >= '0' && c <= '9';
}

/// An integer in canonical form: no plus, no leading zeros, no "-0".
std::optional<std::int64_t> canonical_integer(std::string_view text) {
  std::int64_t value = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return {};
  std::string_view const digits = text.substr(text[0] == '-' ? 1 : 0);
  if (digits[0] == '0' && text.size() > 1) return {};
  return value;
}

std::optional<TermId> integer_of(std::string_view lexical, std::size_t type) {
  if (lexical.empty()) return {};
  auto const value = canonical_integer(lexical);
  if (!value || *value < -integer_bias || *value >= integer_bias) return {};
  return TermId::of(IdKind::integer,
                    (std::uint64_t{type} << integer_bits) | static_cast<std::uint64_t>(*value + integer_bias));
}

std::string decimal_lexical(InlineDecimal value) {
  std::string digits = std::to_string(value.unscaled < 0 ? -value.unscaled : value.unscaled);
  auto const scale = static_cast<std::size_t>(value.scale);
  if (digits.size() <= scale) digits.insert(0, scale + 1 - digits.size(), '0');
  if (scale > 0) digits.insert(digits.size() - scale, 1, '.');
  return value.unscaled < 0 ? "-" + digits : digits;
}

std::optional<TermId> decimal_of(std::string_view lexical) {
  std::string digits;
  int scale = -1;
  for (char const c : lexical) {
    if (c == '.' && scale < 0) {
      scale = 0;
    } else if (digit(c) || (c == '-' && digits.empty() && scale < 0)) {
      digits += c;
      if (scale >= 0) ++scale;
    } else {
      return {};
    }
    if (digits.size() > 18) return {};
  }
  InlineDecimal value{0, scale < 0 ? 0 : scale};
  auto const [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value.unscaled);
  if (error != std::errc() || end != digits.data() + digits.size() || value.scale > max_decimal_scale) return {};
  if (value.unscaled < -integer_bias || value.unscaled >= integer_bias || decimal_lexical(value) != lexical) return {};
  return TermId::of(IdKind::decimal, (static_cast<std::uint64_t>(value.scale) << integer_bits) |
                                         static_cast<std::uint64_t>(value.unscaled + integer_bias));
}

/// XML Schema 1.1 part 2 §E.1: one digit before the point, at least one after it, exponent without plus.
template <class Float>
std::string floating_lexical(Float value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value < 0 ? "-INF" : "INF";
  std::array<char, 64> buffer{};
  auto const end =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::scientific).ptr;
  std::string_view const text(buffer.data(), static_cast<std::size_t>(end - buffer.data()));
  auto const e = text.find('e');
  std::string mantissa(text.substr(0, e));
  if (mantissa.find('.') == std::string::npos) mantissa += ".0";
  std::string_view exponent = text.substr(e + 1);
  bool const negative = exponent[0] == '-';
  exponent.remove_prefix(1);
  while (exponent.size() > 1 && exponent[0] == '0') exponent.remove_prefix(1);
  mantissa += negative ? "E-" : "E";
  mantissa += exponent;
  return mantissa;
}

template <class Float>
std::optional<Float> canonical_floating(std::string_view lexical) {
  if (lexical.empty() || lexical.size() > 32) return {};
  Float value = 0;
  if (lexical == "NaN" || lexical == "INF" || lexical == "-INF") {
    using Limits = std::numeric_limits<Float>;
    return lexical == "NaN" ? Limits::quiet_NaN() : lexical == "INF" ? Limits::infinity() : -Limits::infinity();
  }
  auto const [end, error] = std::from_chars(lexical.data(), lexical.data() + lexical.size(), value);
  if (error != std::errc() || end != lexical.data() + lexical.size()) return {};
  if (floating_lexical(value) != lexical) return {};
  return value;
}

std::optional<TermId> double_of(std::string_view lexical) {
  auto const value = canonical_floating<double>(lexical);
  if (!value) return {};
  auto const bits = std::bit_cast<std::uint64_t>(*value);
  if ((bits & 15) != 0) return {};
  return TermId::of(IdKind::floating_double, bits >> 4);
}

std::optional<TermId> float_of(std::string_view lexical) {
  auto const value = canonical_floating<float>(lexical);
  if (!value) return {};
  return TermId::of(IdKind::floating_float, std::bit_cast<std::uint32_t>(*value));
}

std::string two(std::int64_t value) {
  return {static_cast<char>('0' + value / 10), static_cast<char>('0' + value % 10)};
}

std::string zone_lexical(std::optional<int> offset) {
  if (!offset) return {};
  if (*offset == 0) return "Z";
  int const minutes = std::abs(*offset);
  return (*offset < 0 ? "-" : "+") + two(minutes / 60) + ":" + two(minutes % 60);
}

std::string date_lexical(std::int64_t day) {
  using namespace std::chrono;
  year_month_day const date{sys_days{year{1} / 1 / 1} + days{day}};
  std::string text = std::to_string(static_cast<int>(date.year()));
  text.insert(0, 4 - text.size(), '0');
  return text + "-" + two(static_cast<unsigned>(date.month())) + "-" + two(static_cast<unsigned>(date.day()));
}

std::string moment_lexical(InlineMoment const& moment, bool with_time) {
  std::int64_t const day = moment.local_milliseconds / day_milliseconds;
  std::string text = date_lexical(day);
  if (with_time) {
    std::int64_t const time = moment.local_milliseconds % day_milliseconds;
    text += "T" + two(time / 3'600'000) + ":" + two(time / 60'000 % 60) + ":" + two(time / 1000 % 60);
    if (std::int64_t const fraction = time % 1000; fraction != 0) {
      std::string digits = std::to_string(fraction + 1000).substr(1);
      digits.erase(digits.find_last_not_of('0') + 1);
      text += "." + digits;
    }
  }
  return text + zone_lexical(moment.offset_minutes);
}

/// Reads digits at fixed places; whoever calls compares the lexical form made from the result with the text.
std::int64_t number_at(std::string_view text, std::size_t from, std::size_t count) {
  std::int64_t value = 0;
  for (std::size_t i = from; i < from + count && i < text.size() && digit(text[i]); ++i)
    value = value * 10 + (text[i] - '0');
  return value;
}

std::optional<InlineMoment> moment_of(std::string_view lexical, bool with_time) {
  using namespace std::chrono;
  if (lexical.size() < (with_time ? 19U : 10U) || lexical.size() > 32) return {};
  year_month_day const date{year{static_cast<int>(number_at(lexical, 0, 4))},
                            month{static_cast<unsigned>(number_at(lexical, 5, 2))},
                            day{static_cast<unsigned>(number_at(lexical, 8, 2))}};
  if (!date.ok() || date.year() < year{1}) return {};
  InlineMoment moment;
  moment.local_milliseconds = (sys_days{date} - sys_days{year{1} / 1 / 1}).count() * day_milliseconds;
  std::size_t place = 10;
  if (with_time) {
    std::int64_t const hours = number_at(lexical, 11, 2);
    std::int64_t const minutes = number_at(lexical, 14, 2);
    std::int64_t const seconds = number_at(lexical, 17, 2);
    if (hours > 23 || minutes > 59 || seconds > 59) return {};
    moment.local_milliseconds += hours * 3'600'000 + minutes * 60'000 + seconds * 1000;
    place = 19;
    if (place < lexical.size() && lexical[place] == '.') {
      std::int64_t weight = 100;
      for (++place; place < lexical.size() && digit(lexical[place]); ++place, weight /= 10)
        moment.local_milliseconds += (lexical[place] - '0') * weight;
    }
  }
  if (place < lexical.size()) {
    auto const offset = static_cast<int>(number_at(lexical, place + 1, 2) * 60 + number_at(lexical, place + 4, 2));
    if (offset > 14 * 60) return {};
    moment.offset_minutes = lexical[place] == '-' ? -offset : offset;
  }
  if (moment_lexical(moment, with_time) != lexical) return {};
  return moment;
}

std::uint64_t zone_code(std::optional<int> offset) {
  if (!offset) return zone_none;
  return *offset == 0 ? zone_utc : zone_center + static_cast<std::uint64_t>(static_cast<std::int64_t>(*offset));
}

std::optional<int> zone_of(std::uint64_t code) {
  if (code == zone_none) return {};
  return code == zone_utc ? 0 : static_cast<int>(code) - static_cast<int>(zone_center);
}

std::optional<TermId> moment_id(std::string_view lexical, bool with_time) {
  auto const moment = moment_of(lexical, with_time);
  if (!moment) return {};
  auto const local = static_cast<std::uint64_t>(moment->local_milliseconds);
  std::uint64_t const day = local / day_milliseconds;
  std::uint64_t const zone = zone_code(moment->offset_minutes);
  if (!with_time) return TermId::of(IdKind::date, day << zone_bits | zone);
  // 22 bits of days, 27 of milliseconds, 11 of zone.
  return TermId::of(IdKind::date_time, (day << 27 | local % day_milliseconds) << zone_bits | zone);
}

std::optional<TermId> short_string_of(std::string_view lexical) {
  if (lexical.size() > 7) return {};
  std::uint64_t payload = 0;
  for (std::size_t i = 0; i < 7; ++i)
    payload = payload << 8 | (i < lexical.size() ? static_cast<unsigned char>(lexical[i]) : 0);
  return TermId::of(IdKind::short_string, payload << 3 | lexical.size());
}

}  // namespace

std::optional<TermId> find_inline_id(TermView const& term) {
  if (!term.is_literal() || !term.datatype.starts_with(xsd)) return {};
  if (term.datatype == xsd_string) return short_string_of(term.value);
  if (term.datatype == xsd_boolean) {
    if (term.value == "true") return boolean_id(true);
    return term.value == "false" ? std::optional(boolean_id(false)) : std::nullopt;
  }
  if (term.datatype == xsd_decimal) return decimal_of(term.value);
  if (term.datatype == xsd_double) return double_of(term.value);
  if (term.datatype == xsd_float) return float_of(term.value);
  if (term.datatype == xsd_date) return moment_id(term.value, false);
  if (term.datatype == xsd_date_time) return moment_id(term.value, true);
  for (std::size_t type = 0; type < integer_types.size(); ++type)
    if (term.datatype == integer_types[type]) return integer_of(term.value, type);
  return {};
}

std::string_view inline_datatype(TermId id) {
  switch (id.kind()) {
    case IdKind::boolean:
      return xsd_boolean;
    case IdKind::integer: {
      std::size_t const type = id.payload() >> integer_bits;
      check(type < integer_types.size(), "an integer id has a known datatype");
      return integer_types[type];
    }
    case IdKind::decimal:
      return xsd_decimal;
    case IdKind::floating_double:
      return xsd_double;
    case IdKind::floating_float:
      return xsd_float;
    case IdKind::date:
      return xsd_date;
    case IdKind::date_time:
      return xsd_date_time;
    case IdKind::short_string:
      return xsd_string;
    default:
      check(false, "the id is inline");
      return {};
  }
}

Term inline_term(TermId id) {
  std::string_view const datatype = inline_datatype(id);
  switch (id.kind()) {
    case IdKind::boolean:
      return literal(inline_boolean(id) ? "true" : "false", datatype);
    case IdKind::integer:
      return literal(std::to_string(inline_integer(id)), datatype);
    case IdKind::decimal:
      return literal(decimal_lexical(inline_decimal(id)), datatype);
    case IdKind::floating_double:
      return literal(floating_lexical(inline_double(id)), datatype);
    case IdKind::floating_float:
      return literal(floating_lexical(inline_float(id)), datatype);
    case IdKind::date:
      return literal(moment_lexical(inline_date(id), false), datatype);
    case IdKind::date_time:
      return literal(moment_lexical(inline_date_time(id), true), datatype);
    default:
      return literal(inline_string(id), datatype);
  }
}

InlineDecimal inline_decimal(TermId id) {
  return {static_cast<std::int64_t>(id.payload() & integer_mask) - integer_bias,
          static_cast<int>(id.payload() >> integer_bits)};
}

double inline_double(TermId id) {
  return std::bit_cast<double>(id.payload() << 4);
}

float inline_float(TermId id) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(id.payload()));
}

InlineMoment inline_date(TermId id) {
  auto const day = static_cast<std::int64_t>(id.payload() >> zone_bits);
  return {day * day_milliseconds, zone_of(id.payload() & ((1U << zone_bits) - 1))};
}

InlineMoment inline_date_time(TermId id) {
  std::uint64_t const packed = id.payload() >> zone_bits;
  return {
      static_cast<std::int64_t>(packed >> 27) * day_milliseconds + static_cast<std::int64_t>(packed & ((1U << 27) - 1)),
      zone_of(id.payload() & ((1U << zone_bits) - 1))};
}

std::string inline_string(TermId id) {
  std::string text(id.payload() & 7, '\0');
  for (std::size_t i = 0; i < text.size(); ++i) text[i] = static_cast<char>(id.payload() >> (3 + 8 * (6 - i)) & 255);
  return text;
}

std::optional<TermId> find_integer_id(std::int64_t value) {
  if (value < -integer_bias || value >= integer_bias) return {};
  return TermId::of(IdKind::integer, static_cast<std::uint64_t>(value + integer_bias));
}

}  // namespace lepton::rdf
