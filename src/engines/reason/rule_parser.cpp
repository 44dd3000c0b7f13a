#include "reason/rule_parser.h"

#include <algorithm>

#include "base/error.h"
#include "reason/vocabulary.h"

namespace lepton::reason {

namespace {

constexpr std::size_t deepest = 64;

std::string upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  return text;
}

}  // namespace

/// Keeps hostile nesting off the stack.
class RuleParser::Level {
 public:
  explicit Level(RuleParser& parser) : parser_(parser) {
    if (++parser_.depth_ > deepest) parser_.cursor_.fail(fmt::format("is nested deeper than {}", deepest));
  }
  ~Level() { --parser_.depth_; }
  Level(Level const&) = delete;
  Level& operator=(Level const&) = delete;

 private:
  RuleParser& parser_;
};

RuleParser::RuleParser(Call const& call, rdf::ByteSource& source, RuleSyntax const& syntax)
    : cursor_(call, source, limits_),
      prefixes_{{"rdf", std::string(rdf::rdf_namespace)},
                {"rdfs", std::string(rdfs_namespace)},
                {"owl", std::string(owl_namespace)},
                {"xsd", std::string(xsd_namespace)}} {
  for (auto const& [name, iri] : syntax.prefixes) prefixes_[name] = iri;
  if (!syntax.base.empty()) base_ = rdf::BaseIri(syntax.base);
}

Rules RuleParser::run() {
  Rules rules;
  for (;;) {
    skip_space();
    if (cursor_.peek() == rdf::Cursor::end) return rules;
    if (cursor_.peek() == '@') {
      directive();
    } else if (take_word("PREFIX")) {
      prefix_declaration();
    } else {
      rules.push_back(rule());
    }
  }
}

/// @prefix, @base, and @rule "label", which names the rule that follows.
void RuleParser::directive() {
  cursor_.mark();
  cursor_.skip();
  if (take_word("prefix")) {
    prefix_declaration();
    return expect(".", "'.' after the prefix");
  }
  if (take_word("base")) {
    skip_space();
    if (cursor_.peek() != '<') cursor_.fail_expecting("an IRI in < >");
    base_ = rdf::BaseIri(iri().value);
    return expect(".", "'.' after the base");
  }
  if (!take_word("rule")) cursor_.fail_at_mark("only @prefix, @base and @rule are known");
  skip_space();
  if (int const c = cursor_.peek(); c != '"' && c != '\'') cursor_.fail_expecting("the rule's label in quotes");
  next_label_.clear();
  lexer_.any_string(next_label_);
}

void RuleParser::prefix_declaration() {
  skip_space();
  std::string name;
  if (cursor_.peek() != ':') lexer_.name_rest(name);
  expect(":", "the prefix and ':'");
  skip_space();
  if (cursor_.peek() != '<') cursor_.fail_expecting("an IRI in < >");
  prefixes_[name] = iri().value;
}

/// rule := [ atom { "," atom } ] [ ":-" body ] "."
Rule RuleParser::rule() {
  Rule rule;
  rule.position = cursor_.position();
  rule.label = next_label_.empty() ? fmt::format("line {}", rule.position.line) : next_label_;
  next_label_.clear();
  skip_space();
  if (!(cursor_.peek() == ':' && cursor_.peek_at(1) == '-')) {
    do rule.head.push_back(atom());
    while (take_sign(","));
  }
  if (take_sign(":-")) rule.body = body();
  expect(".", "',' or '.'");
  return rule;
}

std::vector<Literal> RuleParser::body() {
  std::vector<Literal> literals;
  do literals.push_back(literal());
  while (take_sign(","));
  return literals;
}

Literal RuleParser::literal() {
  Level const level(*this);
  skip_space();
  rdf::Position const here = cursor_.position();
  auto const keyword = upper(word_ahead());
  if (keyword == "FILTER") return {filter(), here};
  if (keyword == "BIND") return {bind(), here};
  if (keyword == "NOT") return {std::make_unique<Negation>(negation()), here};
  if (keyword == "AGGREGATE") return {std::make_unique<Aggregate>(aggregate()), here};
  return {atom(), here};
}

/// atom := ( "[" node "," node "," node "]" | node "[" node [ "," node ] "]" ) [ graph ]
Atom RuleParser::atom() {
  skip_space();
  Atom atom;
  atom.position = cursor_.position();
  if (take_sign("[")) {
    atom.subject = node();
    expect(",", "',' after the subject");
    atom.predicate = node();
    expect(",", "',' after the predicate");
    atom.object = node();
  } else {
    Node name = node();
    expect("[", "'[' after the name of a class or property");
    atom.subject = node();
    if (take_sign(",")) {
      atom.predicate = std::move(name);
      atom.object = node();
    } else {
      atom.predicate = term_node(rdf::iri(rdf::rdf_type));
      atom.object = std::move(name);
    }
  }
  expect("]", "']'");
  if (node_ahead()) atom.graph = node();
  for (auto const* part : {&atom.predicate, atom.graph ? &*atom.graph : nullptr}) {
    if (part != nullptr && !part->is_variable && !part->term.view().is_iri()) {
      cursor_.fail("only an IRI or a variable can be a property or a graph");
    }
  }
  if (!atom.subject.is_variable && atom.subject.term.view().is_literal()) {
    cursor_.fail("a literal cannot be a subject");
  }
  return atom;
}

Filter RuleParser::filter() {
  (void)take_word("FILTER");
  expect("(", "'(' after FILTER");
  Filter filter{expression()};
  expect(")", "')'");
  return filter;
}

Bind RuleParser::bind() {
  (void)take_word("BIND");
  expect("(", "'(' after BIND");
  Bind bind;
  bind.value = expression();
  if (!take_word("AS")) cursor_.fail_expecting("AS and a variable");
  bind.variable = variable();
  expect(")", "')'");
  return bind;
}

/// negation := "NOT" atom | "NOT" "EXISTS" variable { "," variable } "IN" ( atom | "(" body ")" )
Negation RuleParser::negation() {
  (void)take_word("NOT");
  Negation negation;
  if (take_word("EXISTS")) {
    while (!take_word("IN")) {
      (void)variable();
      (void)take_sign(",");
    }
  }
  skip_space();
  if (cursor_.peek() == '(') {
    negation.body = bracketed_body();
  } else {
    Atom one = atom();
    auto const here = one.position;
    negation.body.emplace_back(std::move(one), here);
  }
  return negation;
}

std::vector<Literal> RuleParser::bracketed_body() {
  expect("(", "'('");
  auto literals = body();
  expect(")", "')'");
  return literals;
}

/// aggregate := "AGGREGATE" "(" body "ON" { variable } { "BIND" function "(" … ")" "AS" variable } ")"
Aggregate RuleParser::aggregate() {
  (void)take_word("AGGREGATE");
  expect("(", "'(' after AGGREGATE");
  Aggregate aggregate;
  aggregate.body = body();
  if (take_word("ON")) {
    for (skip_space(); cursor_.peek() == '?' || cursor_.peek() == '$'; skip_space()) {
      aggregate.group.push_back(variable());
      (void)take_sign(",");
    }
  }
  while (take_word("BIND")) aggregate.results.push_back(aggregate_result());
  if (aggregate.results.empty()) cursor_.fail_expecting("BIND and an aggregate function");
  expect(")", "')'");
  return aggregate;
}

AggregateResult RuleParser::aggregate_result() {
  static std::map<std::string, AggregateFunction> const functions{
      {"COUNT", AggregateFunction::count}, {"SUM", AggregateFunction::sum}, {"MIN", AggregateFunction::min},
      {"MAX", AggregateFunction::max},     {"AVG", AggregateFunction::avg}, {"SAMPLE", AggregateFunction::sample}};
  skip_space();
  cursor_.mark();
  auto const name = word_ahead();
  auto const found = functions.find(upper(name));
  if (found == functions.end()) cursor_.fail_expecting("COUNT, SUM, MIN, MAX, AVG or SAMPLE");
  (void)take_word(name);
  AggregateResult result;
  result.function = found->second;
  expect("(", "'('");
  result.distinct = take_word("DISTINCT");
  if (!(result.function == AggregateFunction::count && take_sign("*"))) result.argument = expression();
  expect(")", "')'");
  if (!take_word("AS")) cursor_.fail_expecting("AS and a variable");
  result.variable = variable();
  return result;
}

Rules parse_rules(Call const& call, std::string_view text, RuleSyntax const& syntax) {
  rdf::StringSource source(text);
  try {
    return RuleParser(call, source, syntax).run();
  } catch (rdf::Problem const& problem) {
    auto const& [line, column] = problem.position;
    throw invalid(fmt::format("line {}, column {}: {}", line, column, problem.sentence)).with_reason("rule_syntax");
  }
}

// Expressions: SPARQL 1.1 §19.8 [110]–[119].

Expression RuleParser::expression() {
  Level const level(*this);
  Expression left = conjunction();
  while (take_sign("||")) left = {Operation::logical_or, {}, {}, {std::move(left), conjunction()}};
  return left;
}

Expression RuleParser::conjunction() {
  Expression left = comparison();
  while (take_sign("&&")) left = {Operation::logical_and, {}, {}, {std::move(left), comparison()}};
  return left;
}

Expression RuleParser::comparison() {
  static constexpr std::array<std::pair<std::string_view, Operation>, 6> signs{{{"!=", Operation::not_equal},
                                                                                {"<=", Operation::less_equal},
                                                                                {">=", Operation::greater_equal},
                                                                                {"=", Operation::equal},
                                                                                {"<", Operation::less},
                                                                                {">", Operation::greater}}};
  Expression left = sum();
  for (auto const& [sign, operation] : signs) {
    if (take_sign(sign)) return {operation, {}, {}, {std::move(left), sum()}};
  }
  return left;
}

Expression RuleParser::sum() {
  Expression left = product();
  for (;;) {
    if (take_sign("+")) {
      left = {Operation::add, {}, {}, {std::move(left), product()}};
    } else if (take_sign("-")) {
      left = {Operation::subtract, {}, {}, {std::move(left), product()}};
    } else {
      return left;
    }
  }
}

Expression RuleParser::product() {
  Expression left = unary();
  for (;;) {
    if (take_sign("*")) {
      left = {Operation::multiply, {}, {}, {std::move(left), unary()}};
    } else if (take_sign("/")) {
      left = {Operation::divide, {}, {}, {std::move(left), unary()}};
    } else {
      return left;
    }
  }
}

Expression RuleParser::unary() {
  Level const level(*this);
  skip_space();
  if (cursor_.peek() == '!' && cursor_.peek_at(1) != '=') {
    cursor_.skip();
    return {Operation::logical_not, {}, {}, {unary()}};
  }
  if (cursor_.peek() == '-' && !rdf::is_digit(cursor_.peek_at(1))) {
    cursor_.skip();
    return {Operation::negate, {}, {}, {unary()}};
  }
  return primary();
}

Expression RuleParser::primary() {
  if (take_sign("(")) {
    Expression inner = expression();
    expect(")", "')'");
    return inner;
  }
  auto const word = word_ahead();
  if (!word.empty() && word != "true" && word != "false" && cursor_.peek_at(word.size()) != ':') {
    return function_call(word);
  }
  Expression leaf{Operation::leaf, node(), {}, {}};
  skip_space();
  if (cursor_.peek() == '(' && !leaf.leaf.is_variable && leaf.leaf.term.view().is_iri()) {
    return {Operation::call, {}, leaf.leaf.term.value, arguments()};  // a cast such as xsd:integer(…)
  }
  return leaf;
}

Expression RuleParser::function_call(std::string name) {
  cursor_.mark();
  cursor_.skip(name.size());
  return {Operation::call, {}, upper(std::move(name)), arguments()};
}

std::vector<Expression> RuleParser::arguments() {
  expect("(", "'(' and arguments");
  std::vector<Expression> list;
  if (take_sign(")")) return list;
  do list.push_back(expression());
  while (take_sign(","));
  expect(")", "',' or ')'");
  return list;
}

}  // namespace lepton::reason
