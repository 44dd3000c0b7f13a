#include "sparql/expression.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace lepton::sparql {

namespace {

constexpr std::uint8_t any = 255;
using enum Operation;

constexpr std::array builtins = std::to_array<Builtin>({
    {"BOUND", bound, 1, 1},
    {"IF", if_, 3, 3},
    {"COALESCE", coalesce, 0, any},
    {"SAMETERM", same_term, 2, 2},
    {"ISIRI", is_iri, 1, 1},
    {"ISURI", is_iri, 1, 1},
    {"ISBLANK", is_blank, 1, 1},
    {"ISLITERAL", is_literal, 1, 1},
    {"ISNUMERIC", is_numeric, 1, 1},
    {"STR", str, 1, 1},
    {"LANG", lang, 1, 1},
    {"DATATYPE", datatype, 1, 1},
    {"IRI", iri, 1, 1},
    {"URI", iri, 1, 1},
    {"BNODE", bnode, 0, 1},
    {"STRDT", strdt, 2, 2},
    {"STRLANG", strlang, 2, 2},
    {"UUID", uuid, 0, 0},
    {"STRUUID", struuid, 0, 0},
    {"STRLEN", strlen, 1, 1},
    {"SUBSTR", substr, 2, 3},
    {"UCASE", ucase, 1, 1},
    {"LCASE", lcase, 1, 1},
    {"STRSTARTS", strstarts, 2, 2},
    {"STRENDS", strends, 2, 2},
    {"CONTAINS", contains, 2, 2},
    {"STRBEFORE", strbefore, 2, 2},
    {"STRAFTER", strafter, 2, 2},
    {"ENCODE_FOR_URI", encode_for_uri, 1, 1},
    {"CONCAT", concat, 0, any},
    {"LANGMATCHES", lang_matches, 2, 2},
    {"REGEX", regex, 2, 3},
    {"REPLACE", replace, 3, 4},
    {"ABS", abs, 1, 1},
    {"ROUND", round, 1, 1},
    {"CEIL", ceil, 1, 1},
    {"FLOOR", floor, 1, 1},
    {"RAND", rand, 0, 0},
    {"NOW", now, 0, 0},
    {"YEAR", year, 1, 1},
    {"MONTH", month, 1, 1},
    {"DAY", day, 1, 1},
    {"HOURS", hours, 1, 1},
    {"MINUTES", minutes, 1, 1},
    {"SECONDS", seconds, 1, 1},
    {"TIMEZONE", timezone, 1, 1},
    {"TZ", tz, 1, 1},
    {"MD5", md5, 1, 1},
    {"SHA1", sha1, 1, 1},
    {"SHA256", sha256, 1, 1},
    {"SHA384", sha384, 1, 1},
    {"SHA512", sha512, 1, 1},
    {"COUNT", count, 0, 1},
    {"SUM", sum, 1, 1},
    {"MIN", min, 1, 1},
    {"MAX", max, 1, 1},
    {"AVG", avg, 1, 1},
    {"SAMPLE", sample, 1, 1},
    {"GROUP_CONCAT", group_concat, 1, 1},
});

constexpr std::array signs = std::to_array<std::pair<Operation, std::string_view>>({
    {logical_or, "||"},
    {logical_and, "&&"},
    {logical_not, "!"},
    {equal, "="},
    {not_equal, "!="},
    {less, "<"},
    {greater, ">"},
    {less_equal, "<="},
    {greater_equal, ">="},
    {in, "IN"},
    {not_in, "NOT IN"},
    {add, "+"},
    {subtract, "-"},
    {multiply, "*"},
    {divide, "/"},
    {negate, "-"},
    {plus, "+"},
    {exists, "EXISTS"},
    {not_exists, "NOT EXISTS"},
    {variable, "variable"},
    {term, "term"},
    {call, "call"},
});

bool equal_ignoring_case(std::string_view upper, std::string_view text) {
  return std::equal(upper.begin(), upper.end(), text.begin(), text.end(),
                    [](char a, char b) { return a == (b >= 'a' && b <= 'z' ? b - 'a' + 'A' : b); });
}

}  // namespace

Variable Variables::of(std::string_view name) {
  auto const [place, is_new] = places_.try_emplace(std::string(name), static_cast<Variable>(names_.size()));
  if (is_new) names_.emplace_back(name);
  return place->second;
}

Variable Variables::fresh() {
  names_.push_back(fmt::format(".{}", names_.size()));
  return static_cast<Variable>(names_.size() - 1);
}

Expression variable_expression(Variable of) {
  Expression expression;
  expression.operation = Operation::variable;
  expression.variable = of;
  return expression;
}

Expression term_expression(rdf::Term of) {
  Expression expression;
  expression.term = std::move(of);
  return expression;
}

Builtin const* find_builtin(std::string_view name) {
  auto const* const found =
      std::ranges::find_if(builtins, [&](Builtin const& one) { return equal_ignoring_case(one.name, name); });
  return found == builtins.end() ? nullptr : found;
}

std::string_view spelling(Operation operation) {
  for (auto const& [of, sign] : signs) {
    if (of == operation) return sign;
  }
  for (auto const& one : builtins) {
    if (one.operation == operation) return one.name;
  }
  return "?";
}

}  // namespace lepton::sparql
