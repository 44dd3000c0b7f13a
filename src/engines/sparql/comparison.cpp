#include "sparql/comparison.h"

#include <cmath>

#include "rdf/characters.h"

namespace lepton::sparql {

namespace {

std::partial_ordering compare_numbers(Value const& a, Value const& b) {
  if (a.is_exact() && b.is_exact()) return a.exact() <=> b.exact();
  // §17.3: both are promoted; a float takes its partner down to single precision.
  if (a.kind() != ValueKind::floating_double && b.kind() != ValueKind::floating_double) {
    return static_cast<float>(a.number()) <=> static_cast<float>(b.number());
  }
  return a.number() <=> b.number();
}

/// Code points and UTF-8 bytes sort alike.
std::strong_ordering compare_text(std::string_view a, std::string_view b) {
  return a.compare(b) <=> 0;
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

/// Kinds whose values are known, so that values of different kinds are known to differ.
bool is_known(ValueKind kind) {
  return kind != ValueKind::other && kind != ValueKind::error;
}

int rank(Value const& value) {
  switch (value.kind()) {
    case ValueKind::error:
      return 0;
    case ValueKind::blank:
      return 1;
    case ValueKind::iri:
      return 2;
    case ValueKind::integer:
    case ValueKind::decimal:
    case ValueKind::floating_float:
    case ValueKind::floating_double:
      return 3;
    case ValueKind::boolean:
      return 4;
    case ValueKind::date_time:
      return 5;
    case ValueKind::date:
      return 6;
    case ValueKind::string:
      return 7;
    case ValueKind::language_string:
      return 8;
    case ValueKind::other:
      return 9;
  }
  return 9;
}

std::strong_ordering order_numbers(Value const& a, Value const& b) {
  bool const a_is_number = !std::isnan(a.number());
  bool const b_is_number = !std::isnan(b.number());
  if (!a_is_number || !b_is_number) return a_is_number <=> b_is_number;
  // Doubles for mixed pairs, so that the order is one of all numbers.
  auto const result =
      a.is_exact() && b.is_exact() ? std::partial_ordering(a.exact() <=> b.exact()) : a.number() <=> b.number();
  return result < 0   ? std::strong_ordering::less
         : result > 0 ? std::strong_ordering::greater
                      : std::strong_ordering::equal;
}

std::strong_ordering order_moments(Value const& a, Value const& b) {
  auto const utc = [](DateTime const& t) { return t.local_seconds - t.offset_minutes.value_or(0) * 60; };
  if (auto const by_time = utc(a.moment()) <=> utc(b.moment()); by_time != 0) return by_time;
  if (auto const by_part = a.moment().nanoseconds <=> b.moment().nanoseconds; by_part != 0) return by_part;
  return compare_text(a.lexical(), b.lexical());
}

}  // namespace

std::optional<bool> equals(Value const& a, Value const& b) {
  if (a.is_error() || b.is_error()) return std::nullopt;
  if (!a.is_literal() || !b.is_literal()) return a.kind() == b.kind() && a.text() == b.text();
  if (a.is_numeric() && b.is_numeric()) return compare_numbers(a, b) == 0;
  if (a.kind() == b.kind()) {
    switch (a.kind()) {
      case ValueKind::string:
        return a.text() == b.text();
      case ValueKind::language_string:
        return a.text() == b.text() && lower(a.language()) == lower(b.language());
      case ValueKind::boolean:
        return a.truth() == b.truth();
      case ValueKind::date_time:
      case ValueKind::date: {
        auto const result = compare(a.moment(), b.moment());
        if (result == std::partial_ordering::unordered) return std::nullopt;
        return result == 0;
      }
      default:
        break;
    }
  }
  if (same_term(a, b)) return true;
  // Only a string with a language can have its value.
  if (a.kind() == ValueKind::language_string || b.kind() == ValueKind::language_string) return false;
  if (is_known(a.kind()) && is_known(b.kind())) return false;
  return std::nullopt;
}

bool same_term(Value const& a, Value const& b) {
  if (a.is_error() || b.is_error() || a.is_literal() != b.is_literal()) return false;
  if (!a.is_literal()) return a.kind() == b.kind() && a.text() == b.text();
  return a.datatype() == b.datatype() && a.lexical() == b.lexical() &&
         (a.kind() != ValueKind::language_string || lower(a.language()) == lower(b.language()));
}

std::optional<std::partial_ordering> compare_values(Value const& a, Value const& b) {
  if (a.is_numeric() && b.is_numeric()) return compare_numbers(a, b);
  if (a.kind() != b.kind()) return std::nullopt;
  switch (a.kind()) {
    case ValueKind::string:
      return compare_text(a.text(), b.text());
    case ValueKind::boolean:
      return a.truth() <=> b.truth();
    case ValueKind::date_time:
    case ValueKind::date: {
      auto const result = compare(a.moment(), b.moment());
      if (result == std::partial_ordering::unordered) return std::nullopt;
      return result;
    }
    default:
      return std::nullopt;
  }
}

std::strong_ordering order(Value const& a, Value const& b) {
  if (auto const by_rank = rank(a) <=> rank(b); by_rank != 0) return by_rank;
  switch (rank(a)) {
    case 0:
      return std::strong_ordering::equal;
    case 3:
      return order_numbers(a, b);
    case 4:
      return a.truth() <=> b.truth();
    case 5:
    case 6:
      return order_moments(a, b);
    default:
      break;
  }
  if (auto const by_text = compare_text(a.text(), b.text()); by_text != 0) return by_text;
  return a.kind() == ValueKind::language_string ? compare_text(lower(a.language()), lower(b.language()))
                                                : compare_text(a.datatype(), b.datatype());
}

}  // namespace lepton::sparql
