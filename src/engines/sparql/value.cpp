#include "sparql/value.h"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>

namespace lepton::sparql {

namespace {

constexpr std::string_view xsd = "http://www.w3.org/2001/XMLSchema#";

struct IntegerType {
  std::string_view name;
  std::optional<std::int64_t> least;
  std::optional<std::uint64_t> most;
};

using Limits = std::numeric_limits<std::int64_t>;
constexpr std::array integer_types = std::to_array<IntegerType>({
    {"integer", {}, {}},
    {"nonPositiveInteger", {}, 0},
    {"negativeInteger", {}, {}},
    {"nonNegativeInteger", 0, {}},
    {"positiveInteger", 1, {}},
    {"long", Limits::min(), Limits::max()},
    {"int", std::numeric_limits<std::int32_t>::min(), std::numeric_limits<std::int32_t>::max()},
    {"short", -32768, 32767},
    {"byte", -128, 127},
    {"unsignedLong", 0, std::numeric_limits<std::uint64_t>::max()},
    {"unsignedInt", 0, std::numeric_limits<std::uint32_t>::max()},
    {"unsignedShort", 0, 65535},
    {"unsignedByte", 0, 255},
});

bool in_range(IntegerType const& type, Decimal const& value) {
  if (type.name == "negativeInteger") return value.unscaled < 0;
  if (type.least && value.unscaled < *type.least) return false;
  return !type.most || value.unscaled <= static_cast<Int128>(*type.most);
}

}  // namespace

std::string floating_text(ValueKind kind, double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value < 0 ? "-INF" : "INF";
  std::array<char, 64> buffer{};
  auto const end =
      kind == ValueKind::floating_float
          ? std::to_chars(buffer.data(), buffer.data() + buffer.size(), static_cast<float>(value),
                          std::chars_format::scientific)
          : std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::scientific);
  std::string_view const text(buffer.data(), static_cast<std::size_t>(end.ptr - buffer.data()));
  std::size_t const e = text.find('e');
  std::string out(text.substr(0, e));
  if (out.find('.') == std::string::npos) out += ".0";
  out.push_back('E');
  std::string_view exponent = text.substr(e + 1);
  if (exponent.starts_with('-')) out.push_back('-');
  exponent.remove_prefix(1);
  while (exponent.size() > 1 && exponent.starts_with('0')) exponent.remove_prefix(1);
  return out.append(exponent);
}

std::optional<double> find_floating(ValueKind kind, std::string_view text) {
  if (text == "INF" || text == "+INF") return std::numeric_limits<double>::infinity();
  if (text == "-INF") return -std::numeric_limits<double>::infinity();
  if (text == "NaN") return std::numeric_limits<double>::quiet_NaN();
  if (text.starts_with('+')) {
    text.remove_prefix(1);
    if (text.starts_with('-')) return std::nullopt;
  }
  if (text.find_first_not_of("0123456789.eE+-") != std::string_view::npos) return std::nullopt;
  double value = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (end != text.data() + text.size() || error == std::errc::invalid_argument) return std::nullopt;
  if (error == std::errc::result_out_of_range) {
    std::size_t const e = text.find_first_of("eE");
    bool const tiny = e != std::string_view::npos && e + 1 < text.size() && text[e + 1] == '-';
    value = tiny ? 0 : std::numeric_limits<double>::infinity();
    if (text.starts_with('-')) value = -value;
  }
  return kind == ValueKind::floating_float ? static_cast<double>(static_cast<float>(value)) : value;
}

Value Value::of(rdf::TermView const& term) {
  switch (term.kind) {
    case rdf::TermKind::iri:
      return iri(std::string(term.value));
    case rdf::TermKind::blank:
      return blank(std::string(term.value));
    case rdf::TermKind::literal:
      break;
  }
  Value out(ValueKind::other, std::string(term.value));
  if (!out.read_literal(term)) {
    out.kind_ = ValueKind::other;
    out.extra_ = term.datatype;
  }
  return out;
}

bool Value::read_literal(rdf::TermView const& term) {
  if (!term.language.empty()) {
    kind_ = ValueKind::language_string;
    extra_ = term.language;
    return true;
  }
  if (!term.datatype.starts_with(xsd)) return false;
  std::string_view const type = term.datatype.substr(xsd.size());
  if (type == "string") {
    kind_ = ValueKind::string;
    return true;
  }
  if (type == "boolean") {
    kind_ = ValueKind::boolean;
    number_ = term.value == "true" || term.value == "1" ? 1 : 0;
    return truth() || term.value == "false" || term.value == "0";
  }
  if (type == "double" || type == "float") {
    kind_ = type == "double" ? ValueKind::floating_double : ValueKind::floating_float;
    auto const number = find_floating(kind_, term.value);
    number_ = number.value_or(0);
    return number.has_value();
  }
  if (type == "dateTime" || type == "date") {
    kind_ = type == "date" ? ValueKind::date : ValueKind::date_time;
    auto const found = kind_ == ValueKind::date ? find_date(term.value) : find_date_time(term.value);
    if (found) moment_ = *found;
    return found.has_value();
  }
  return read_exact(term, type);
}

bool Value::read_exact(rdf::TermView const& term, std::string_view type) {
  auto const found = Decimal::find(term.value);
  if (!found) return false;
  exact_ = *found;
  if (type == "decimal") {
    kind_ = ValueKind::decimal;
    return true;
  }
  for (auto const& one : integer_types) {
    if (one.name != type) continue;
    kind_ = ValueKind::integer;
    if (type != "integer") extra_ = term.datatype;
    return term.value.find('.') == std::string_view::npos && in_range(one, exact_);
  }
  return false;
}

Value Value::language_string(std::string text, std::string language) {
  Value out(ValueKind::language_string, std::move(text));
  out.extra_ = std::move(language);
  return out;
}

Value Value::boolean(bool value) {
  Value out;
  out.kind_ = ValueKind::boolean;
  out.has_text_ = false;
  out.number_ = value ? 1 : 0;
  return out;
}

Value Value::integer(Decimal value) {
  Value out = decimal(value);
  out.kind_ = ValueKind::integer;
  return out;
}

Value Value::decimal(Decimal value) {
  Value out;
  out.kind_ = ValueKind::decimal;
  out.has_text_ = false;
  out.exact_ = value;
  return out;
}

Value Value::floating(ValueKind kind, double value) {
  Value out;
  out.kind_ = kind;
  out.has_text_ = false;
  out.number_ = kind == ValueKind::floating_float ? static_cast<double>(static_cast<float>(value)) : value;
  return out;
}

Value Value::moment(ValueKind kind, DateTime value) {
  Value out;
  out.kind_ = kind;
  out.has_text_ = false;
  out.moment_ = value;
  return out;
}

std::string Value::lexical() const {
  if (has_text_) return text_;
  switch (kind_) {
    case ValueKind::boolean:
      return truth() ? "true" : "false";
    case ValueKind::integer:
      return exact_.text();
    case ValueKind::decimal:
      // XSD 1.0 and what people expect to read: a decimal has a point.
      return exact_.is_whole() ? exact_.text() + ".0" : exact_.text();
    case ValueKind::floating_float:
    case ValueKind::floating_double:
      return floating_text(kind_, number_);
    case ValueKind::date_time:
      return moment_.text();
    case ValueKind::date: {
      std::string text = moment_.text();
      return text.erase(text.find('T'), 9);
    }
    default:
      return text_;
  }
}

std::string_view Value::datatype() const {
  switch (kind_) {
    case ValueKind::string:
      return rdf::xsd_string;
    case ValueKind::language_string:
      return rdf::rdf_lang_string;
    case ValueKind::boolean:
      return rdf::xsd_boolean;
    case ValueKind::integer:
      return extra_.empty() ? rdf::xsd_integer : std::string_view(extra_);
    case ValueKind::decimal:
      return rdf::xsd_decimal;
    case ValueKind::floating_float:
      return "http://www.w3.org/2001/XMLSchema#float";
    case ValueKind::floating_double:
      return rdf::xsd_double;
    case ValueKind::date_time:
      return "http://www.w3.org/2001/XMLSchema#dateTime";
    case ValueKind::date:
      return "http://www.w3.org/2001/XMLSchema#date";
    default:
      return extra_;
  }
}

rdf::Term Value::term() const {
  switch (kind_) {
    case ValueKind::iri:
      return rdf::iri(text_);
    case ValueKind::blank:
      return rdf::blank(text_);
    case ValueKind::language_string:
      return rdf::language_literal(text_, extra_);
    default:
      return rdf::literal(lexical(), datatype());
  }
}

std::optional<bool> effective_boolean(Value const& value) {
  switch (value.kind()) {
    case ValueKind::boolean:
      return value.truth();
    case ValueKind::string:
    case ValueKind::language_string:
      return !value.text().empty();
    case ValueKind::integer:
    case ValueKind::decimal:
      return value.exact().unscaled != 0;
    case ValueKind::floating_float:
    case ValueKind::floating_double:
      return value.number() != 0 && !std::isnan(value.number());
    case ValueKind::other:
      // A number or boolean that is not well-formed counts as false.
      if (value.datatype() == rdf::xsd_boolean || value.datatype() == rdf::xsd_integer ||
          value.datatype() == rdf::xsd_decimal || value.datatype() == rdf::xsd_double) {
        return false;
      }
      return std::nullopt;
    default:
      return std::nullopt;
  }
}

}  // namespace lepton::sparql
