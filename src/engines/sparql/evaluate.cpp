#include "sparql/evaluate.h"

#include <fmt/format.h>

#include <algorithm>

#include "rdf/iri.h"
#include "sparql/arithmetic.h"
#include "sparql/cast.h"
#include "sparql/comparison.h"
#include "sparql/moment_functions.h"
#include "sparql/string_functions.h"

namespace lepton::sparql {

bool is_pure(Expression const& expression) {
  switch (expression.operation) {
    case Operation::rand:
    case Operation::uuid:
    case Operation::struuid:
    case Operation::bnode:
      return false;
    default:
      return expression.algebra == nullptr && std::ranges::all_of(expression.arguments, is_pure);
  }
}

std::mt19937_64& ExpressionEvaluator::random() {
  if (!random_) random_.emplace(std::random_device{}());
  return *random_;
}

bool ExpressionEvaluator::holds(Expression const& expression, Solution const& solution) {
  return effective_boolean(evaluate(expression, solution)).value_or(false);
}

Value ExpressionEvaluator::evaluate(Expression const& expression, Solution const& solution) {
  switch (expression.operation) {
    case Operation::variable:
      return solution.value(expression.variable);
    case Operation::term:
      return Value::of(expression.term.view());
    case Operation::logical_or:
    case Operation::logical_and:
      return logical(expression, solution);
    case Operation::logical_not: {
      auto const truth = effective_boolean(evaluate(expression.arguments[0], solution));
      return truth ? Value::boolean(!*truth) : Value();
    }
    case Operation::in:
    case Operation::not_in:
      return membership(expression, solution);
    case Operation::bound:
      return Value::boolean(!solution.value(expression.arguments[0].variable).is_error());
    case Operation::if_: {
      auto const truth = effective_boolean(evaluate(expression.arguments[0], solution));
      return truth ? evaluate(expression.arguments[*truth ? 1 : 2], solution) : Value();
    }
    case Operation::coalesce:
      return coalesce(expression, solution);
    case Operation::exists:
      return Value::boolean(solution.exists(*expression.algebra));
    case Operation::not_exists:
      return Value::boolean(!solution.exists(*expression.algebra));
    default:
      return apply(expression, solution);
  }
}

/// §17.2: an error does not hide an operand that decides.
Value ExpressionEvaluator::logical(Expression const& expression, Solution const& solution) {
  bool const decisive = expression.operation == Operation::logical_or;
  bool error = false;
  for (auto const& argument : expression.arguments) {
    auto const truth = effective_boolean(evaluate(argument, solution));
    if (truth == decisive) return Value::boolean(decisive);
    error = error || !truth;
  }
  return error ? Value() : Value::boolean(!decisive);
}

/// §17.4.1.9: a chain of "=" joined by "||".
Value ExpressionEvaluator::membership(Expression const& expression, Solution const& solution) {
  bool const negated = expression.operation == Operation::not_in;
  Value const sought = evaluate(expression.arguments[0], solution);
  bool error = false;
  for (std::size_t i = 1; i < expression.arguments.size(); ++i) {
    auto const equal_values = equals(sought, evaluate(expression.arguments[i], solution));
    if (equal_values == true) return Value::boolean(!negated);
    error = error || !equal_values;
  }
  if (error || sought.is_error()) return {};
  return Value::boolean(negated);
}

Value ExpressionEvaluator::comparison(Operation operation, Value const& a, Value const& b) const {
  if (operation == Operation::equal || operation == Operation::not_equal) {
    auto const same = equals(a, b);
    return same ? Value::boolean(*same == (operation == Operation::equal)) : Value();
  }
  auto const result = compare_values(a, b);
  if (!result) return {};
  switch (operation) {
    case Operation::less:
      return Value::boolean(*result < 0);
    case Operation::less_equal:
      return Value::boolean(*result <= 0);
    case Operation::greater:
      return Value::boolean(*result > 0);
    default:
      return Value::boolean(*result >= 0);
  }
}

Value ExpressionEvaluator::coalesce(Expression const& expression, Solution const& solution) {
  for (auto const& argument : expression.arguments) {
    Value value = evaluate(argument, solution);
    if (!value.is_error()) return value;
  }
  return {};
}

Value ExpressionEvaluator::apply(Expression const& expression, Solution const& solution) {
  std::vector<Value> arguments;
  arguments.reserve(expression.arguments.size());
  for (auto const& argument : expression.arguments) {
    arguments.push_back(evaluate(argument, solution));
    if (arguments.back().is_error()) return {};
  }
  Operation const operation = expression.operation;
  if (operation >= Operation::equal && operation <= Operation::greater_equal)
    return comparison(operation, arguments[0], arguments[1]);
  if (operation >= Operation::add && operation <= Operation::divide)
    return arithmetic(operation, arguments[0], arguments[1]);
  if (operation == Operation::negate || operation == Operation::plus ||
      (operation >= Operation::abs && operation <= Operation::floor)) {
    return arithmetic(operation, arguments[0]);
  }
  if (operation >= Operation::year && operation <= Operation::tz) return moment_function(operation, arguments[0]);
  if (operation >= Operation::md5 && operation <= Operation::sha512) return hash_function(operation, arguments[0]);
  if (operation >= Operation::strlen && operation <= Operation::lang_matches)
    return string_function(operation, arguments);
  switch (operation) {
    case Operation::same_term:
      return Value::boolean(sparql::same_term(arguments[0], arguments[1]));
    case Operation::regex:
      return regular_expressions_.matches(arguments[0], arguments[1], arguments.size() > 2 ? &arguments[2] : nullptr);
    case Operation::replace:
      return regular_expressions_.replace(arguments[0], arguments[1], arguments[2],
                                          arguments.size() > 3 ? &arguments[3] : nullptr);
    case Operation::rand:
      return Value::floating(ValueKind::floating_double, std::uniform_real_distribution<double>(0, 1)(random()));
    case Operation::now: {
      DateTime moment;
      moment.local_seconds = now_.micros / 1'000'000;
      moment.nanoseconds = static_cast<std::int32_t>(now_.micros % 1'000'000 * 1000);
      moment.offset_minutes = 0;
      return Value::moment(ValueKind::date_time, moment);
    }
    case Operation::call:
      return arguments.size() == 1 ? cast(expression.term.value, arguments[0]) : Value();
    default:
      return term_function(expression, arguments, solution);
  }
}

/// §17.4.2.
Value ExpressionEvaluator::term_function(Expression const& expression, std::span<Value const> arguments,
                                         Solution const& solution) {
  switch (expression.operation) {
    case Operation::is_iri:
      return Value::boolean(arguments[0].kind() == ValueKind::iri);
    case Operation::is_blank:
      return Value::boolean(arguments[0].kind() == ValueKind::blank);
    case Operation::is_literal:
      return Value::boolean(arguments[0].is_literal());
    case Operation::is_numeric:
      return Value::boolean(arguments[0].is_numeric());
    case Operation::str:
      return arguments[0].kind() == ValueKind::blank ? Value() : Value::string(arguments[0].lexical());
    case Operation::lang:
      if (!arguments[0].is_literal()) return {};
      return Value::string(arguments[0].kind() == ValueKind::language_string ? arguments[0].language() : "");
    case Operation::datatype:
      return arguments[0].is_literal() ? Value::iri(std::string(arguments[0].datatype())) : Value();
    case Operation::iri:
      return make_iri(arguments[0]);
    case Operation::bnode:
      return make_blank(expression, arguments, solution);
    case Operation::strdt:
      if (arguments[0].kind() != ValueKind::string || arguments[1].kind() != ValueKind::iri) return {};
      return Value::of(rdf::literal(arguments[0].text(), arguments[1].text()).view());
    case Operation::strlang:
      if (arguments[0].kind() != ValueKind::string || arguments[1].kind() != ValueKind::string) return {};
      if (arguments[1].text().empty()) return {};
      return Value::language_string(arguments[0].text(), arguments[1].text());
    case Operation::uuid:
      return Value::iri("urn:uuid:" + make_uuid());
    case Operation::struuid:
      return Value::string(make_uuid());
    default:
      return {};
  }
}

Value ExpressionEvaluator::make_iri(Value const& value) const {
  if (value.kind() == ValueKind::iri) return value;
  if (value.kind() != ValueKind::string) return {};
  std::string reference = value.text();
  bool const resolved = rdf::is_absolute_iri(reference) || rdf::BaseIri(base_).resolve(reference);
  return resolved && rdf::has_iri_characters(reference) ? Value::iri(std::move(reference)) : Value();
}

Value ExpressionEvaluator::make_blank(Expression const& expression, std::span<Value const> arguments,
                                      Solution const& solution) {
  if (blank_prefix_.empty()) blank_prefix_ = fmt::format("q{:016x}x", random()());
  auto const fresh = [&] { return fmt::format("{}{}", blank_prefix_, ++blanks_); };
  if (arguments.empty()) return Value::blank(fresh());
  if (arguments[0].kind() != ValueKind::string) return {};
  std::string& label = labelled_blanks_[{expression.variable, solution.number(), arguments[0].text()}];
  if (label.empty()) label = fresh();
  return Value::blank(label);
}

/// RFC 4122 §4.4, version 4.
std::string ExpressionEvaluator::make_uuid() {
  std::uint64_t const high = (random()() & ~std::uint64_t{0xF000}) | 0x4000;
  std::uint64_t const low = (random()() & ~(std::uint64_t{3} << 62)) | std::uint64_t{1} << 63;
  return fmt::format("{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", high >> 32, high >> 16 & 0xFFFF, high & 0xFFFF, low >> 48,
                     low & 0xFFFFFFFFFFFF);
}

}  // namespace lepton::sparql
