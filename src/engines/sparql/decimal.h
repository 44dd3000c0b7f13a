#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lepton::sparql {

__extension__ using Int128 = __int128;

/// An exact decimal number, `unscaled` / 10^`scale`: xsd:decimal and xsd:integer within 38 digits, of which up to 18
/// stand behind the point. Results that do not fit are empty, never rounded, but quotients end after 18 digits. A plain
/// value; trailing zeros of the fraction are dropped, so equal numbers have equal parts.
struct Decimal {
  Int128 unscaled = 0;
  int scale = 0;

  static constexpr int most_scale = 18;

  [[nodiscard]] static Decimal of(std::int64_t value) { return {value, 0}; }
  /// XSD 1.1 §3.3.3.1, decimalLexicalRep; white space is not taken off.
  [[nodiscard]] static std::optional<Decimal> find(std::string_view text);
  /// The exact value of a finite double, when it fits.
  [[nodiscard]] static std::optional<Decimal> find(double value);

  [[nodiscard]] bool is_whole() const { return scale == 0; }
  [[nodiscard]] double number() const;
  /// Canonical: "-12", "0.5".
  [[nodiscard]] std::string text() const;

  friend bool operator==(Decimal const&, Decimal const&) = default;
};

[[nodiscard]] std::strong_ordering operator<=>(Decimal const& a, Decimal const& b);
[[nodiscard]] std::optional<Decimal> add(Decimal a, Decimal b);
[[nodiscard]] std::optional<Decimal> subtract(Decimal a, Decimal b);
[[nodiscard]] std::optional<Decimal> multiply(Decimal a, Decimal b);
/// Empty also when `b` is zero.
[[nodiscard]] std::optional<Decimal> divide(Decimal a, Decimal b);
/// The largest whole number that is not larger.
[[nodiscard]] Decimal floor(Decimal a);
/// Towards zero.
[[nodiscard]] Decimal truncate(Decimal a);

}  // namespace lepton::sparql
