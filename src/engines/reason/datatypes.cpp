#include "reason/datatypes.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <unordered_map>

#include "rdf/xml_reader.h"
#include "reason/vocabulary.h"

namespace lepton::reason {

namespace {

using Space = Datatype::Space;

constexpr std::array<std::string_view, 23> xsd_names{"boolean",
                                                     "integer",
                                                     "decimal",
                                                     "double",
                                                     "float",
                                                     "string",
                                                     "normalizedString",
                                                     "token",
                                                     "date",
                                                     "dateTime",
                                                     "dateTimeStamp",
                                                     "long",
                                                     "int",
                                                     "short",
                                                     "byte",
                                                     "unsignedLong",
                                                     "unsignedInt",
                                                     "unsignedShort",
                                                     "unsignedByte",
                                                     "nonNegativeInteger",
                                                     "positiveInteger",
                                                     "nonPositiveInteger",
                                                     "negativeInteger"};

/// Takes everything and does nothing: what counts is that the text can be read.
class IgnoreXml : public rdf::XmlHandler {
 public:
  void declare_namespace(std::string_view, std::string_view) override {}
  void start_element(rdf::XmlName const&, std::span<rdf::XmlAttribute const>) override {}
  void end_element(rdf::XmlName const&) override {}
  void text(std::string_view) override {}
  void comment(std::string_view) override {}
  void processing_instruction(std::string_view, std::string_view) override {}
};

bool is_xml_content(Call const& call, std::string_view text) {
  IgnoreXml handler;
  rdf::Limits const limits;
  std::string const document = "<x>" + std::string(text) + "</x>";
  rdf::StringSource source(document);
  try {
    rdf::XmlReader(handler, limits).run(call, source);
    return true;
  } catch (rdf::Problem const&) {
    return false;
  }
}

/// Integers are decimals; of all other kinds no two share a value. xsd:float and xsd:double do not either.
Space family(Space space) {
  return space == Space::integer ? Space::decimal : space;
}

/// Without sign, leading and trailing zeros: "-007.50" is -7.5, "+3.0" is 3.
rdf::Term normal_decimal(std::string_view text) {
  bool negative = text.front() == '-';
  if (negative || text.front() == '+') text.remove_prefix(1);
  auto const point = std::min(text.find('.'), text.size());
  auto whole = text.substr(0, point);
  auto fraction = text.substr(std::min(point + 1, text.size()));
  while (whole.starts_with('0')) whole.remove_prefix(1);
  while (fraction.ends_with('0')) fraction.remove_suffix(1);
  if (whole.empty()) whole = "0";
  negative = negative && (whole != "0" || !fraction.empty());
  std::string const digits = fmt::format("{}{}", negative ? "-" : "", whole);
  if (fraction.empty()) return rdf::literal(digits, rdf::xsd_integer);
  return rdf::literal(fmt::format("{}.{}", digits, fraction), rdf::xsd_decimal);
}

/// The nearest number that the datatype has: positive and negative zero are two.
template <typename Number>
rdf::Term normal_float(std::string const& text, std::string_view datatype) {
  Number value = 0;
  if constexpr (sizeof(Number) == sizeof(float)) {
    value = std::strtof(text.c_str(), nullptr);
  } else {
    value = std::strtod(text.c_str(), nullptr);
  }
  if (std::isinf(value)) return rdf::literal(value < 0 ? "-INF" : "INF", datatype);
  return rdf::literal(fmt::format("{}", value), datatype);
}

}  // namespace

Datatypes::Datatypes() : recognised_{std::string(rdf::rdf_lang_string), std::string(rdf::rdf_xml_literal)} {
  for (auto const name : xsd_names) recognised_.insert(std::string(xsd_namespace).append(name));
}

Datatypes::Datatypes(std::set<std::string> const& recognised)
    : recognised_{std::string(rdf::rdf_lang_string), std::string(rdf::xsd_string)} {
  for (auto const& iri : recognised) {
    if (datatype_of(iri).space != Space::unknown) recognised_.insert(iri);
  }
}

bool Datatypes::is_ill_typed(Call const& call, rdf::TermView const& literal) const {
  if (!literal.is_literal() || !recognises(literal.datatype)) return false;
  if (literal.datatype == rdf::rdf_xml_literal) return !is_xml_content(call, literal.value);
  return !is_well_formed(literal);
}

std::optional<bool> Datatypes::has_value(rdf::TermView const& literal, std::string_view datatype) const {
  if (!recognises(datatype) || !recognises(literal.datatype) || !is_well_formed(literal)) return std::nullopt;
  if (literal.datatype == datatype) return true;
  auto const own = datatype_of(literal.datatype);
  auto const other = datatype_of(datatype);
  if (family(own.space) != family(other.space)) return false;
  switch (other.space) {
    case Space::decimal:
      return true;
    case Space::integer: {
      auto const value = normal(rdf::Term(literal));
      if (value.datatype != rdf::xsd_integer) return false;
      long double const number = value_of(value).as_number();
      return number >= other.least && number <= other.greatest;
    }
    case Space::string:
      return datatype == rdf::xsd_string ? std::optional(true) : std::nullopt;
    default:
      return std::nullopt;
  }
}

bool Datatypes::are_disjoint(std::string_view a, std::string_view b) const {
  if (!recognises(a) || !recognises(b)) return false;
  auto const one = datatype_of(a);
  auto const other = datatype_of(b);
  if (family(one.space) != family(other.space)) return true;
  return one.greatest < other.least || other.greatest < one.least;
}

bool Datatypes::contains(std::string_view whole, std::vector<std::string> const& parts) const {
  auto const into = datatype_of(whole);
  if (!recognises(whole) || family(into.space) != Space::decimal) return false;
  Datatype common{Space::decimal};
  for (auto const& part : parts) {
    auto const one = datatype_of(part);
    if (!recognises(part) || family(one.space) != Space::decimal) continue;
    if (one.space == Space::integer) common.space = Space::integer;
    common.least = std::max(common.least, one.least);
    common.greatest = std::min(common.greatest, one.greatest);
  }
  if (parts.empty() || (into.space == Space::integer && common.space != Space::integer)) return false;
  return common.least >= into.least && common.greatest <= into.greatest;
}

rdf::Term Datatypes::normal(rdf::Term term) const {
  if (term.kind != rdf::TermKind::literal || !recognises(term.datatype) || !is_well_formed(term.view())) return term;
  switch (datatype_of(term.datatype).space) {
    case Space::boolean:
      return rdf::literal(term.value == "1" ? "true" : (term.value == "0" ? "false" : term.value), rdf::xsd_boolean);
    case Space::integer:
    case Space::decimal:
      return normal_decimal(term.value);
    case Space::single:
      return term.value == "NaN" ? term : normal_float<float>(term.value, term.datatype);
    case Space::floating:
      return term.value == "NaN" ? term : normal_float<double>(term.value, term.datatype);
    case Space::string:
      return rdf::literal(term.value);
    default:
      return term;
  }
}

namespace {

/// Walks over facts and gathers conflicts.
class Conflicts {
 public:
  Conflicts(Call const& call, Materialisation const& in, Datatypes const& datatypes, std::size_t limit)
      : call_(call), in_(in), facts_(in.facts()), datatypes_(datatypes), limit_(limit) {}

  std::vector<Contradiction> run() {
    for (TableIndex index = 0; index < facts_.tables(); ++index) {
      if (!facts_.table(index).is_unary()) add_ill_typed(facts_.table(index));
    }
    std::vector<std::pair<std::string, Table const*>> classes;
    for (TableIndex const index : facts_.tables_of_classes()) {
      auto const& table = facts_.table(index);
      auto const name = in_.terms().term(table.type_class()).value;
      if (table.count() > 0 && datatypes_.recognises(name)) classes.emplace_back(name, &table);
    }
    for (std::size_t i = 0; i < classes.size(); ++i) {
      add_misplaced(classes[i].first, *classes[i].second);
      for (std::size_t j = i + 1; j < classes.size(); ++j) {
        if (datatypes_.are_disjoint(classes[i].first, classes[j].first)) {
          add_common(*classes[i].second, *classes[j].second);
        }
      }
    }
    return std::move(found_);
  }

 private:
  void add_ill_typed(Table const& table) {
    call_.proceed();
    for (Row row = 0; row < table.size() && found_.size() < limit_; ++row) {
      if (!table.holds(row)) continue;
      auto const [place, is_new] = ill_typed_.emplace(table.object(row), false);
      if (!is_new) continue;
      auto const term = in_.terms().term(table.object(row));
      place->second = datatypes_.is_ill_typed(call_, term.view());
      if (place->second) add({table.fact(row)});
    }
  }

  /// Literals that a fact says are of a datatype.
  void add_misplaced(std::string const& datatype, Table const& table) {
    for (Row row = 0; row < table.size() && found_.size() < limit_; ++row) {
      if (!table.holds(row)) continue;
      auto const term = in_.terms().term(table.subject(row));
      bool const fits =
          term.kind != rdf::TermKind::literal || datatypes_.has_value(term.view(), datatype).value_or(true);
      if (!fits) add({table.fact(row)});
    }
  }

  void add_common(Table const& a, Table const& b) {
    for (Row row = 0; row < a.size() && found_.size() < limit_; ++row) {
      if (!a.holds(row) || a.graph() != b.graph()) continue;
      auto const other = facts_.find({a.graph(), a.subject(row), facts_.type(), b.type_class()});
      bool const is_literal = in_.terms().term(a.subject(row)).kind == rdf::TermKind::literal;  // says it by itself
      if (other.row != no_row && !is_literal) add({a.fact(row), facts_.fact(other)});
    }
  }

  void add(std::vector<Fact> const& facts) {
    Contradiction one{"dt-not-type", {}};
    for (auto const& fact : facts) one.facts.push_back(why(call_, in_, fact));
    found_.push_back(std::move(one));
  }

  Call const& call_;
  Materialisation const& in_;
  FactBase const& facts_;
  Datatypes const& datatypes_;
  std::size_t limit_;
  std::unordered_map<TermKey, bool> ill_typed_;
  std::vector<Contradiction> found_;
};

}  // namespace

std::vector<Contradiction> datatype_conflicts(Call const& call, Materialisation const& in, Datatypes const& datatypes,
                                              std::size_t limit) {
  return Conflicts(call, in, datatypes, limit).run();
}

}  // namespace lepton::reason
