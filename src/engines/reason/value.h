#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "rdf/term.h"

namespace lepton::reason {

/// A datatype that reasoning knows (XML Schema 1.1 part 2 §3): what kind of values it has and, of integers, which.
struct Datatype {
  enum class Space : std::uint8_t {
    unknown,
    boolean,
    integer,
    decimal,
    single,
    floating,
    string,
    date,
    date_time,
    xml
  };
  Space space = Space::unknown;
  long double least = -std::numeric_limits<long double>::infinity();
  long double greatest = std::numeric_limits<long double>::infinity();
};
[[nodiscard]] Datatype datatype_of(std::string_view iri);

/// What a term stands for, as FILTER and BIND compute with it (SPARQL 1.1 §17): numbers promote from integer over
/// decimal to double; what cannot be computed is an error value, which no filter lets pass. Integers are exact within
/// 64 bits, decimals within 18 digits.
struct Value {
  enum class Kind : std::uint8_t { error, boolean, integer, decimal, floating, string, time, iri, blank, other };

  Kind kind = Kind::error;
  bool boolean = false;
  std::int64_t integer = 0;
  long double number = 0;  ///< of a decimal, a double; seconds since 1970 of a time
  rdf::Term term;          ///< of strings, IRIs, blank nodes, times and literals of other types

  [[nodiscard]] bool is_number() const {
    return kind == Kind::integer || kind == Kind::decimal || kind == Kind::floating;
  }
  [[nodiscard]] long double as_number() const {
    return kind == Kind::integer ? static_cast<long double>(integer) : number;
  }
};

[[nodiscard]] Value value_of(rdf::Term term);
[[nodiscard]] Value boolean_value(bool value);
[[nodiscard]] Value integer_value(std::int64_t value);
[[nodiscard]] Value number_value(long double value, Value::Kind kind);
[[nodiscard]] Value string_value(std::string text);
/// The term that a computed value is written as; nothing for an error.
[[nodiscard]] std::optional<rdf::Term> term_of(Value const& value);

/// SPARQL 1.1 §17.2.2; nothing where there is none.
[[nodiscard]] std::optional<bool> effective_boolean(Value const& value);
/// SPARQL 1.1 §17.3, "=": nothing when the two cannot be compared.
[[nodiscard]] std::optional<bool> equal_values(Value const& a, Value const& b);
/// Negative, zero, positive; nothing when the two have no order.
[[nodiscard]] std::optional<int> compare_values(Value const& a, Value const& b);

/// Whether the literal's text belongs to its datatype, as far as the datatype is known; white space around it does not
/// (RDF 1.1 Concepts §5).
[[nodiscard]] bool is_well_formed(rdf::TermView const& literal);

}  // namespace lepton::reason
