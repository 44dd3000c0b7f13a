// Expressions: §19.8 [107] to [128].
#include <fmt/format.h>

#include "sparql/parser_state.h"

namespace lepton::sparql {

namespace {

Expression combine(Operation operation, Expression left, Expression right) {
  Expression out;
  out.operation = operation;
  out.arguments.push_back(std::move(left));
  out.arguments.push_back(std::move(right));
  return out;
}

Expression wrap(Operation operation, Expression inner) {
  Expression out;
  out.operation = operation;
  out.arguments.push_back(std::move(inner));
  return out;
}

}  // namespace

Expression Parser::expression() {
  Nesting const nesting(*this);
  Expression left = conjunction();
  if (!at("||")) return left;
  Expression any = wrap(Operation::logical_or, std::move(left));
  while (take("||")) {
    count_element();
    any.arguments.push_back(conjunction());
  }
  return any;
}

Expression Parser::conjunction() {
  Expression left = relation();
  if (!at("&&")) return left;
  Expression all = wrap(Operation::logical_and, std::move(left));
  while (take("&&")) {
    count_element();
    all.arguments.push_back(relation());
  }
  return all;
}

Expression Parser::relation() {
  static constexpr std::pair<std::string_view, Operation> signs[] = {
      {"=", Operation::equal},   {"!=", Operation::not_equal},  {"<", Operation::less},
      {">", Operation::greater}, {"<=", Operation::less_equal}, {">=", Operation::greater_equal}};
  Expression left = sum();
  for (auto const& [sign, operation] : signs) {
    if (take(sign)) {
      Expression right = sum();
      return combine(operation, std::move(left), std::move(right));
    }
  }
  bool const negated = at_word("NOT") && at_word("IN", 1);
  if (negated) ++at_;
  if (!take_word("IN")) return left;
  Expression out = wrap(negated ? Operation::not_in : Operation::in, std::move(left));
  arguments(out.arguments);
  return out;
}

Expression Parser::sum() {
  Expression left = product();
  while (at("+") || at("-")) {
    count_element();
    Operation const operation = at("+") ? Operation::add : Operation::subtract;
    ++at_;
    Expression right = product();
    left = combine(operation, std::move(left), std::move(right));
  }
  return left;
}

Expression Parser::product() {
  Expression left = unary();
  while (at("*") || at("/")) {
    count_element();
    Operation const operation = at("*") ? Operation::multiply : Operation::divide;
    ++at_;
    Expression right = unary();
    left = combine(operation, std::move(left), std::move(right));
  }
  return left;
}

Expression Parser::unary() {
  if (take("!")) return wrap(Operation::logical_not, primary());
  if (at_number()) return primary();
  if (take("+")) return wrap(Operation::plus, primary());
  if (take("-")) return wrap(Operation::negate, primary());
  return primary();
}

Expression Parser::primary() {
  if (at("(")) return bracketed();
  if (token().kind == TokenKind::variable) return variable_expression(variable());
  if (at_literal()) return term_expression(literal());
  if (at_iri()) return function_call();
  if (token().kind == TokenKind::word) return builtin_call();
  fail_expecting("an expression");
}

Expression Parser::bracketed() {
  expect("(");
  Expression inner = expression();
  expect(")");
  return inner;
}

Expression Parser::constraint() {
  if (at("(")) return bracketed();
  if (at_iri()) {
    Expression call = function_call();
    if (call.operation != Operation::call) fail_expecting("'(' and the function's arguments");
    return call;
  }
  if (token().kind != TokenKind::word) fail_expecting("a condition");
  return builtin_call();
}

Expression Parser::builtin_call() {
  if (at_word("NOT") && at_word("EXISTS", 1)) {
    at_ += 2;
    return exists_pattern(Operation::not_exists);
  }
  if (take_word("EXISTS")) return exists_pattern(Operation::exists);
  Builtin const* const builtin = find_builtin(token().text);
  if (builtin == nullptr) fail_expecting("an expression");
  std::size_t const begin = token().begin;
  ++at_;
  if (is_aggregate(builtin->operation)) return aggregate(*builtin);
  Expression out;
  out.operation = builtin->operation;
  arguments(out.arguments);
  if (out.arguments.size() < builtin->least || out.arguments.size() > builtin->most) {
    fail_at(text_, begin, fmt::format("{} does not take {} arguments", builtin->name, out.arguments.size()));
  }
  if (out.operation == Operation::bound && out.arguments[0].operation != Operation::variable) {
    fail_at(text_, begin, "BOUND takes a variable");
  }
  return out;
}

void Parser::arguments(std::vector<Expression>& out) {
  expect("(");
  if (take(")")) return;
  do {
    out.push_back(expression());
  } while (take(","));
  expect(")");
}

Expression Parser::aggregate(Builtin const& builtin) {
  if (!aggregates_allowed_) fail("an aggregate may stand only in SELECT, HAVING and ORDER BY, and not inside another");
  aggregates_allowed_ = false;
  Expression out;
  out.operation = builtin.operation;
  out.separator = " ";
  expect("(");
  out.distinct = take_word("DISTINCT");
  if (!(builtin.operation == Operation::count && take("*"))) out.arguments.push_back(expression());
  if (builtin.operation == Operation::group_concat && take(";")) {
    expect_word("SEPARATOR");
    expect("=");
    if (token().kind != TokenKind::string) fail_expecting("the separator as a string");
    out.separator = tokens_[at_++].text;
  }
  expect(")");
  aggregates_allowed_ = true;
  return out;
}

/// iriOrFunction: an IRI alone is a term.
Expression Parser::function_call() {
  rdf::Term name = iri();
  if (!at("(")) return term_expression(std::move(name));
  Expression out;
  out.operation = Operation::call;
  out.term = std::move(name);
  if (at_word("DISTINCT", 1)) fail("aggregates by IRI are not known");
  arguments(out.arguments);
  return out;
}

Expression Parser::exists_pattern(Operation operation) {
  Expression out;
  out.operation = operation;
  bool const outer = std::exchange(aggregates_allowed_, false);
  std::size_t const pattern = pattern_;
  out.pattern = std::make_shared<GroupGraphPattern const>(group());
  pattern_ = pattern;
  aggregates_allowed_ = outer;
  return out;
}

}  // namespace lepton::sparql
