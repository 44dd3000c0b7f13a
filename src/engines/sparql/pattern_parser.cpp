// Group graph patterns: §19.8 [53] to [68].
#include <fmt/format.h>

#include <algorithm>

#include "sparql/parser_state.h"

namespace lepton::sparql {

GroupGraphPattern Parser::group() {
  Nesting const nesting(*this);
  GroupGraphPattern out;
  expect("{");
  pattern_ = ++patterns_;
  if (at_word("SELECT")) {
    GroupElement element;
    element.kind = GroupElement::Kind::subselect;
    element.subselect = subselect();
    out.elements.push_back(std::move(element));
  } else {
    group_elements(out);
  }
  expect("}");
  pattern_ = ++patterns_;
  return out;
}

std::shared_ptr<SelectQuery const> Parser::subselect() {
  std::size_t const begin = token().begin;
  auto select = std::make_shared<SelectQuery>();
  bool const outer = std::exchange(aggregates_allowed_, false);
  select_clause(*select);
  where_clause(*select);
  modifiers(*select);
  if (take_word("VALUES")) select->values = inline_data();
  aggregates_allowed_ = outer;
  check_selection(*select, begin);
  check_grouping(*select, begin);
  return select;
}

void Parser::group_elements(GroupGraphPattern& out) {
  if (at_triples()) triples_block(out);
  while (!at("}")) {
    pattern_not_triples(out);
    (void)take(".");
    if (at_triples()) triples_block(out);
  }
}

void Parser::triples_block(GroupGraphPattern& out) {
  GroupElement element;
  while (at_triples()) {
    triples_same_subject([&](PathPattern triple) { element.triples.push_back(std::move(triple)); });
    if (!take(".")) break;
  }
  out.elements.push_back(std::move(element));
}

void Parser::pattern_not_triples(GroupGraphPattern& out) {
  using Kind = GroupElement::Kind;
  count_element();
  GroupElement element;
  if (take_word("FILTER")) {
    // A filter does not end the basic graph pattern around it, the groups inside it are others.
    std::size_t const pattern = pattern_;
    element.kind = Kind::filter;
    element.expression = constraint();
    pattern_ = pattern;
    out.elements.push_back(std::move(element));
    return;
  }
  pattern_ = ++patterns_;
  if (take_word("OPTIONAL")) {
    element.kind = Kind::optional;
    element.groups.push_back(group());
  } else if (take_word("MINUS")) {
    element.kind = Kind::minus;
    element.groups.push_back(group());
  } else if (take_word("GRAPH")) {
    element = graph_or_service(false);
  } else if (take_word("SERVICE")) {
    element = graph_or_service(true);
  } else if (take_word("BIND")) {
    element = bind(out);
  } else if (take_word("VALUES")) {
    element.kind = Kind::values;
    element.values = inline_data();
  } else if (at("{")) {
    element = group_or_union();
  } else {
    fail_expecting("a pattern or '}'");
  }
  out.elements.push_back(std::move(element));
}

GroupElement Parser::group_or_union() {
  GroupElement element;
  element.kind = GroupElement::Kind::group;
  element.groups.push_back(group());
  while (take_word("UNION")) {
    count_element();
    element.kind = GroupElement::Kind::alternatives;
    element.groups.push_back(group());
  }
  return element;
}

GroupElement Parser::graph_or_service(bool service) {
  GroupElement element;
  element.kind = service ? GroupElement::Kind::service : GroupElement::Kind::graph;
  element.silent = service && take_word("SILENT");
  element.name = variable_or_iri();
  std::size_t const begin = token().begin;
  element.groups.push_back(group());
  if (service) {
    element.text = fmt::format("{}SELECT * WHERE {}", prologue_, text_.substr(begin, tokens_[at_ - 1].end - begin));
  }
  return element;
}

/// §10.1: the variable is new to the group up to here.
GroupElement Parser::bind(GroupGraphPattern const& before) {
  GroupElement element;
  element.kind = GroupElement::Kind::bind;
  expect("(");
  element.expression = expression();
  expect_word("AS");
  std::size_t const begin = token().begin;
  element.variable = variable();
  expect(")");
  if (std::ranges::count(variables_in_scope(before), element.variable) > 0) {
    fail_at(text_, begin,
            fmt::format("?{} is assigned by BIND and is already in scope", variables_.name(element.variable)));
  }
  return element;
}

InlineData Parser::inline_data() {
  InlineData data;
  if (token().kind == TokenKind::variable) {
    data.variables.push_back(variable());
    expect("{");
    while (!at("}")) data.rows.push_back({data_value()});
    expect("}");
    return data;
  }
  expect("(");
  while (!take(")")) {
    Variable const one = variable();
    if (std::ranges::count(data.variables, one) > 0) fail("a variable stands twice in VALUES");
    data.variables.push_back(one);
  }
  expect("{");
  while (!take("}")) {
    std::vector<std::optional<rdf::Term>> row;
    expect("(");
    while (!at(")")) row.push_back(data_value());
    if (row.size() != data.variables.size()) {
      fail(fmt::format("a row of VALUES has {} values for {} variables", row.size(), data.variables.size()));
    }
    expect(")");
    data.rows.push_back(std::move(row));
  }
  return data;
}

std::optional<rdf::Term> Parser::data_value() {
  if (take_word("UNDEF")) return std::nullopt;
  if (at_iri()) return iri();
  if (at_literal()) return literal();
  fail_expecting("an IRI, a literal or UNDEF");
}

}  // namespace lepton::sparql
