#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "rdf/term.h"
#include "sparql/date_time.h"
#include "sparql/decimal.h"

namespace lepton::sparql {

/// What operators see in a term (SPARQL 1.1 §17.1). Numbers stand together, in the order of promotion.
enum class ValueKind : std::uint8_t {
  error,  ///< an expression error, also what an unbound variable evaluates to
  iri,
  blank,
  string,
  language_string,
  boolean,
  integer,
  decimal,
  floating_float,
  floating_double,
  date_time,
  date,
  other  ///< a literal of an unknown datatype, or whose form its datatype does not have
};

/// A term together with its value. Terms that were read keep the lexical form and the datatype they had, so that
/// passing a value through gives the same term back. A plain value.
class Value {
 public:
  Value() = default;  ///< error
  [[nodiscard]] static Value of(rdf::TermView const& term);
  [[nodiscard]] static Value iri(std::string text) { return {ValueKind::iri, std::move(text)}; }
  [[nodiscard]] static Value blank(std::string label) { return {ValueKind::blank, std::move(label)}; }
  [[nodiscard]] static Value string(std::string text) { return {ValueKind::string, std::move(text)}; }
  [[nodiscard]] static Value language_string(std::string text, std::string language);
  [[nodiscard]] static Value boolean(bool value);
  [[nodiscard]] static Value integer(std::int64_t value) { return integer(Decimal::of(value)); }
  [[nodiscard]] static Value integer(Decimal value);
  [[nodiscard]] static Value decimal(Decimal value);
  [[nodiscard]] static Value floating(ValueKind kind, double value);  ///< floating_float or floating_double
  [[nodiscard]] static Value moment(ValueKind kind, DateTime value);  ///< date_time, or date at midnight

  [[nodiscard]] ValueKind kind() const { return kind_; }
  [[nodiscard]] bool is_error() const { return kind_ == ValueKind::error; }
  [[nodiscard]] bool is_literal() const { return kind_ >= ValueKind::string; }
  [[nodiscard]] bool is_numeric() const { return kind_ >= ValueKind::integer && kind_ <= ValueKind::floating_double; }
  /// xsd:integer and xsd:decimal, whose `exact()` means something.
  [[nodiscard]] bool is_exact() const { return kind_ == ValueKind::integer || kind_ == ValueKind::decimal; }
  /// A string, plain or with a language (§17.4.3.1.1).
  [[nodiscard]] bool is_string() const { return kind_ == ValueKind::string || kind_ == ValueKind::language_string; }

  [[nodiscard]] bool truth() const { return number_ != 0; }
  [[nodiscard]] Decimal const& exact() const { return exact_; }
  [[nodiscard]] double number() const { return is_exact() ? exact_.number() : number_; }
  [[nodiscard]] DateTime const& moment() const { return moment_; }
  /// The IRI, the label or the lexical form, as it was read or canonical.
  [[nodiscard]] std::string lexical() const;
  /// Of iri, blank, strings and other, which always have it.
  [[nodiscard]] std::string const& text() const { return text_; }
  [[nodiscard]] std::string const& language() const { return extra_; }
  [[nodiscard]] std::string_view datatype() const;

  /// Not for errors.
  [[nodiscard]] rdf::Term term() const;

 private:
  Value(ValueKind kind, std::string text) : kind_(kind), text_(std::move(text)) {}
  [[nodiscard]] bool read_literal(rdf::TermView const& term);
  [[nodiscard]] bool read_exact(rdf::TermView const& term, std::string_view type);

  ValueKind kind_ = ValueKind::error;
  bool has_text_ = true;  ///< false: the lexical form is the canonical one
  std::string text_;
  std::string extra_;  ///< the language; or the datatype's IRI when the kind does not say it
  double number_ = 0;
  Decimal exact_;
  DateTime moment_;
};

/// §17.2.2, effective boolean value; empty for a type error.
[[nodiscard]] std::optional<bool> effective_boolean(Value const& value);

/// "1.0E0", "INF": canonical, shortest digits.
[[nodiscard]] std::string floating_text(ValueKind kind, double value);
[[nodiscard]] std::optional<double> find_floating(ValueKind kind, std::string_view text);

}  // namespace lepton::sparql
