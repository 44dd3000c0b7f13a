#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include "rdf/term.h"

namespace lepton::sparql {

/// A variable of one query: its place in that query's `Variables`.
using Variable = std::uint32_t;

/// The names of a query's variables. Those the query does not name (blank nodes in patterns, aggregates, steps of
/// paths) begin with a dot, which no variable that is written can. A plain value.
class Variables {
 public:
  [[nodiscard]] Variable of(std::string_view name);
  [[nodiscard]] Variable fresh();
  [[nodiscard]] std::string const& name(Variable variable) const { return names_[variable]; }
  [[nodiscard]] bool is_named(Variable variable) const { return names_[variable].front() != '.'; }
  [[nodiscard]] std::size_t size() const { return names_.size(); }

 private:
  std::vector<std::string> names_;
  std::unordered_map<std::string, Variable> places_;
};

/// A place in a pattern: something known or something sought.
using Node = std::variant<Variable, rdf::Term>;

/// What an inner node of an expression does. Built-in functions of §17.4 carry their own name.
enum class Operation : std::uint8_t {
  variable,
  term,
  // §17.3, §17.4.1
  logical_or,
  logical_and,
  logical_not,
  equal,
  not_equal,
  less,
  greater,
  less_equal,
  greater_equal,
  in,
  not_in,
  add,
  subtract,
  multiply,
  divide,
  negate,
  plus,
  bound,
  if_,
  coalesce,
  same_term,
  exists,
  not_exists,
  // §17.4.2
  is_iri,
  is_blank,
  is_literal,
  is_numeric,
  str,
  lang,
  datatype,
  iri,
  bnode,
  strdt,
  strlang,
  uuid,
  struuid,
  // §17.4.3
  strlen,
  substr,
  ucase,
  lcase,
  strstarts,
  strends,
  contains,
  strbefore,
  strafter,
  encode_for_uri,
  concat,
  lang_matches,
  regex,
  replace,
  // §17.4.4
  abs,
  round,
  ceil,
  floor,
  rand,
  // §17.4.5
  now,
  year,
  month,
  day,
  hours,
  minutes,
  seconds,
  timezone,
  tz,
  // §17.4.6
  md5,
  sha1,
  sha256,
  sha384,
  sha512,
  // §17.5 and §17.6: the function's IRI is `term`
  call,
  // §18.5.1
  count,
  sum,
  min,
  max,
  avg,
  sample,
  group_concat
};

struct GroupGraphPattern;
struct Algebra;

/// An expression as it was written; aggregates and EXISTS are taken out of it by the translation to the algebra, which
/// leaves variables and algebra in their places. A plain value; the patterns inside are shared and never change.
struct Expression {
  Operation operation = Operation::term;
  std::vector<Expression> arguments;  ///< COUNT(*) has none
  rdf::Term term;
  Variable variable = 0;
  bool distinct = false;                             ///< of an aggregate
  std::string separator;                             ///< of GROUP_CONCAT
  std::shared_ptr<GroupGraphPattern const> pattern;  ///< of EXISTS; shared with copies of this expression
  std::shared_ptr<Algebra const> algebra;            ///< what it was translated to; shared likewise
};

[[nodiscard]] Expression variable_expression(Variable variable);
[[nodiscard]] Expression term_expression(rdf::Term term);

[[nodiscard]] constexpr bool is_aggregate(Operation operation) {
  return operation >= Operation::count;
}

/// A built-in function: what it is called and how many arguments it takes.
struct Builtin {
  std::string_view name;  ///< upper case
  Operation operation;
  std::uint8_t least;
  std::uint8_t most;  ///< 255: any number
};
/// By its name in any case; nullptr when there is none.
[[nodiscard]] Builtin const* find_builtin(std::string_view name);
/// How an operation is written: "=", "STRLEN".
[[nodiscard]] std::string_view spelling(Operation operation);

}  // namespace lepton::sparql
