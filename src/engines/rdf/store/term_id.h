#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "rdf/term.h"

namespace lepton::rdf {

/// What a TermId holds: a place in the dictionary (iri, blank, literal), or the value itself. Numbers are on disk.
enum class IdKind : std::uint8_t {
  none = 0,  ///< undefined, and the default graph
  iri = 1,
  blank = 2,
  literal = 3,
  boolean = 4,
  integer = 5,  ///< xsd:integer and the types derived from it, 56 bits
  decimal = 6,
  floating_double = 7,
  floating_float = 8,
  date = 9,
  date_time = 10,
  short_string = 11,  ///< xsd:string of at most 7 bytes
  local = 15,         ///< for the caller's own terms, e.g. values that a query computes; never stored
};

/// A term in 64 bits: 4 bits of kind, 60 of payload. Within one dictionary two ids are equal exactly when the terms are
/// equal (RDF 1.1 Concepts §3.3), so "1"^^xsd:integer and "01"^^xsd:integer differ: values stand in the id only when
/// the lexical form can be got back from it, everything else is in the dictionary. The order of ids means nothing but
/// that integers of one datatype, dates of one time zone and short strings ascend.
class TermId {
 public:
  constexpr TermId() = default;  ///< undefined
  static constexpr TermId from_raw(std::uint64_t raw) {
    TermId id;
    id.raw_ = raw;
    return id;
  }
  static constexpr TermId of(IdKind kind, std::uint64_t payload) {
    return from_raw(static_cast<std::uint64_t>(kind) << payload_bits | payload);
  }
  /// The graph of quads without a graph. Not a term.
  static constexpr TermId default_graph() { return from_raw(1); }

  [[nodiscard]] constexpr std::uint64_t raw() const { return raw_; }
  [[nodiscard]] constexpr IdKind kind() const { return static_cast<IdKind>(raw_ >> payload_bits); }
  [[nodiscard]] constexpr std::uint64_t payload() const { return raw_ & payload_mask; }
  [[nodiscard]] constexpr bool defined() const { return raw_ != 0; }
  /// The dictionary must be asked for the term.
  [[nodiscard]] constexpr bool in_dictionary() const { return kind() >= IdKind::iri && kind() <= IdKind::literal; }
  /// The value is in the id itself.
  [[nodiscard]] constexpr bool is_inline() const { return kind() >= IdKind::boolean && kind() <= IdKind::short_string; }
  [[nodiscard]] constexpr bool is_literal() const { return kind() == IdKind::literal || is_inline(); }

  friend constexpr bool operator==(TermId, TermId) = default;
  friend constexpr auto operator<=>(TermId, TermId) = default;

  static constexpr int payload_bits = 60;
  static constexpr std::uint64_t payload_mask = (std::uint64_t{1} << payload_bits) - 1;

 private:
  std::uint64_t raw_ = 0;
};

/// An xsd:decimal as it is written: `unscaled` / 10^`scale`, with `scale` digits after the point.
struct InlineDecimal {
  std::int64_t unscaled = 0;
  int scale = 0;
};

/// A date or dateTime on its own clock: `offset` says how far that is ahead of UTC.
struct InlineMoment {
  std::int64_t local_milliseconds = 0;  ///< since 0001-01-01T00:00:00 of the proleptic Gregorian calendar
  std::optional<int> offset_minutes;    ///< empty without a time zone
};

/// The id of a literal whose value fits and whose lexical form follows from the value; empty otherwise. Pure.
[[nodiscard]] std::optional<TermId> find_inline_id(TermView const& term);
/// The literal of an inline id. `id.is_inline()` must hold.
[[nodiscard]] Term inline_term(TermId id);
/// The datatype's IRI of an inline id.
[[nodiscard]] std::string_view inline_datatype(TermId id);

// The value of an inline id of that kind.
[[nodiscard]] constexpr bool inline_boolean(TermId id) {
  return id.payload() != 0;
}
[[nodiscard]] constexpr std::int64_t inline_integer(TermId id) {
  return static_cast<std::int64_t>(id.payload() & ((std::uint64_t{1} << 56) - 1)) - (std::int64_t{1} << 55);
}
[[nodiscard]] InlineDecimal inline_decimal(TermId id);
[[nodiscard]] double inline_double(TermId id);
[[nodiscard]] float inline_float(TermId id);
[[nodiscard]] InlineMoment inline_date(TermId id);
[[nodiscard]] InlineMoment inline_date_time(TermId id);
[[nodiscard]] std::string inline_string(TermId id);

/// The id of an xsd:integer, when it fits into 56 bits.
[[nodiscard]] std::optional<TermId> find_integer_id(std::int64_t value);
[[nodiscard]] constexpr TermId boolean_id(bool value) {
  return TermId::of(IdKind::boolean, value ? 1 : 0);
}

}  // namespace lepton::rdf

template <>
struct std::hash<lepton::rdf::TermId> {
  std::size_t operator()(lepton::rdf::TermId id) const noexcept {
    std::uint64_t x = id.raw() * 0x9e3779b97f4a7c15U;
    return x ^ (x >> 29);
  }
};
