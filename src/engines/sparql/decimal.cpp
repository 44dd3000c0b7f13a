#include "sparql/decimal.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace lepton::sparql {

namespace {

constexpr int most_digits = 38;

constexpr std::array<Int128, most_digits + 1> powers = [] {
  std::array<Int128, most_digits + 1> out{};
  Int128 value = 1;
  for (int i = 0; i <= most_digits; ++i) {
    out[static_cast<std::size_t>(i)] = value;
    if (i < most_digits) value *= 10;
  }
  return out;
}();

Int128 power(int exponent) {
  return powers[static_cast<std::size_t>(exponent)];
}

Decimal normalized(Int128 unscaled, int scale) {
  while (scale > 0 && unscaled % 10 == 0) {
    unscaled /= 10;
    --scale;
  }
  return {unscaled, scale};
}

/// Brings both to one scale; false when that does not fit.
bool align(Decimal& a, Decimal& b) {
  Decimal& shorter = a.scale < b.scale ? a : b;
  int const scale = std::max(a.scale, b.scale);
  if (__builtin_mul_overflow(shorter.unscaled, power(scale - shorter.scale), &shorter.unscaled)) return false;
  shorter.scale = scale;
  return true;
}

}  // namespace

std::optional<Decimal> Decimal::find(std::string_view text) {
  bool const negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  Int128 value = 0;
  int scale = 0;
  int digits = 0;
  int zeros = 0;  // of the fraction, not yet known to matter
  bool point = false;
  for (char const c : text) {
    if (c == '.' && !point) {
      point = true;
      continue;
    }
    if (c < '0' || c > '9') return std::nullopt;
    ++digits;
    if (point && c == '0') {
      ++zeros;
      continue;
    }
    for (; zeros > 0; --zeros, ++scale) {
      if (__builtin_mul_overflow(value, Int128{10}, &value)) return std::nullopt;
    }
    if (__builtin_mul_overflow(value, Int128{10}, &value) || __builtin_add_overflow(value, Int128{c - '0'}, &value)) {
      return std::nullopt;
    }
    if (point && ++scale > most_scale) return std::nullopt;
  }
  if (digits == 0) return std::nullopt;
  return Decimal{negative ? -value : value, scale};
}

std::optional<Decimal> Decimal::find(double value) {
  if (!std::isfinite(value) || std::abs(value) >= 1e38) return std::nullopt;
  std::array<char, 128> text{};
  auto const end = std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  std::string_view digits(text.data(), static_cast<std::size_t>(end.ptr - text.data()));
  std::size_t const point = digits.find('.');
  if (point != std::string_view::npos) digits = digits.substr(0, point + 1 + most_scale);
  return find(digits);
}

double Decimal::number() const {
  return scale == 0 ? static_cast<double>(unscaled)
                    : static_cast<double>(static_cast<long double>(unscaled) / static_cast<long double>(power(scale)));
}

std::string Decimal::text() const {
  std::string out;
  Int128 rest = unscaled < 0 ? -unscaled : unscaled;
  for (int i = 0; rest != 0 || i <= scale; ++i, rest /= 10) {
    if (i == scale && scale > 0) out.push_back('.');
    out.push_back(static_cast<char>('0' + static_cast<int>(rest % 10)));
  }
  if (unscaled < 0) out.push_back('-');
  std::ranges::reverse(out);
  return out;
}

std::strong_ordering operator<=>(Decimal const& a, Decimal const& b) {
  Decimal left = a;
  Decimal right = b;
  if (align(left, right)) return left.unscaled <=> right.unscaled;
  // They differ by so many digits that the longer whole part decides.
  Decimal const whole_left = truncate(a);
  Decimal const whole_right = truncate(b);
  return whole_left.unscaled <=> whole_right.unscaled;
}

std::optional<Decimal> add(Decimal a, Decimal b) {
  Int128 sum = 0;
  if (!align(a, b) || __builtin_add_overflow(a.unscaled, b.unscaled, &sum)) return std::nullopt;
  return normalized(sum, a.scale);
}

std::optional<Decimal> subtract(Decimal a, Decimal b) {
  b.unscaled = -b.unscaled;
  return add(a, b);
}

std::optional<Decimal> multiply(Decimal a, Decimal b) {
  Int128 product = 0;
  if (__builtin_mul_overflow(a.unscaled, b.unscaled, &product)) return std::nullopt;
  Decimal out = normalized(product, a.scale + b.scale);
  for (; out.scale > Decimal::most_scale; --out.scale) out.unscaled /= 10;
  return out;
}

std::optional<Decimal> divide(Decimal a, Decimal b) {
  if (b.unscaled == 0) return std::nullopt;
  bool const negative = (a.unscaled < 0) != (b.unscaled < 0);
  Int128 rest = a.unscaled < 0 ? -a.unscaled : a.unscaled;
  Int128 const divisor = b.unscaled < 0 ? -b.unscaled : b.unscaled;
  Int128 quotient = rest / divisor;
  rest %= divisor;
  int scale = a.scale - b.scale;
  while (scale < 0 || (rest != 0 && scale < Decimal::most_scale)) {
    Int128 longer = 0;
    Int128 more = 0;
    if (__builtin_mul_overflow(quotient, Int128{10}, &longer) || __builtin_mul_overflow(rest, Int128{10}, &more)) {
      if (scale < 0) return std::nullopt;
      break;
    }
    quotient = longer + more / divisor;
    rest = more % divisor;
    ++scale;
  }
  return normalized(negative ? -quotient : quotient, scale);
}

Decimal truncate(Decimal a) {
  return {a.unscaled / power(a.scale), 0};
}

Decimal floor(Decimal a) {
  Decimal whole = truncate(a);
  if (a.unscaled < 0 && a.unscaled % power(a.scale) != 0) whole.unscaled -= 1;
  return whole;
}

}  // namespace lepton::sparql
