// Query forms, dataset, grouping and solution modifiers: §19.8 [1] to [28].
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "sparql/parser_state.h"

namespace lepton::sparql {

void Parser::query(Query& out) {
  prologue();
  std::size_t const begin = token().begin;
  if (at_word("SELECT")) {
    out.form = QueryForm::select;
    select_clause(out.body);
    dataset_clauses(out.dataset, "FROM");
    where_clause(out.body);
  } else if (take_word("CONSTRUCT")) {
    out.form = QueryForm::construct;
    construct(out);
  } else if (take_word("DESCRIBE")) {
    out.form = QueryForm::describe;
    describe(out);
  } else if (take_word("ASK")) {
    out.form = QueryForm::ask;
    dataset_clauses(out.dataset, "FROM");
    where_clause(out.body);
  } else {
    fail_expecting("SELECT, CONSTRUCT, DESCRIBE or ASK");
  }
  modifiers(out.body);
  if (take_word("VALUES")) out.body.values = inline_data();
  if (token().kind != TokenKind::end) fail_expecting("the end of the query");
  if (out.form == QueryForm::select) check_selection(out.body, begin);
  check_grouping(out.body, begin);
  out.base = base_text();
}

void Parser::select_clause(SelectQuery& out) {
  expect_word("SELECT");
  if (take_word("DISTINCT")) {
    out.distinct = true;
  } else if (take_word("REDUCED")) {
    out.reduced = true;
  }
  if (take("*")) {
    out.star = true;
    return;
  }
  aggregates_allowed_ = true;
  for (;;) {
    if (token().kind == TokenKind::variable) {
      out.projection.push_back({variable(), std::nullopt});
    } else if (take("(")) {
      Projection projection;
      projection.expression = expression();
      expect_word("AS");
      projection.variable = variable();
      expect(")");
      out.projection.push_back(std::move(projection));
    } else {
      break;
    }
  }
  aggregates_allowed_ = false;
  if (out.projection.empty()) fail_expecting("'*', a variable or '(' expression AS variable ')'");
}

void Parser::construct(Query& out) {
  if (!at("{")) {
    dataset_clauses(out.dataset, "FROM");
    expect_word("WHERE");
    construct_where(out);
    return;
  }
  expect("{");
  blanks_ = Blanks::terms;
  out.construct = triples_template();
  blanks_ = Blanks::variables;
  expect("}");
  dataset_clauses(out.dataset, "FROM");
  where_clause(out.body);
}

/// CONSTRUCT WHERE { triples }: the triples are pattern and template at once.
void Parser::construct_where(Query& out) {
  expect("{");
  blanks_ = Blanks::terms;
  out.construct = triples_template();
  blanks_ = Blanks::variables;
  expect("}");
  GroupElement element;
  auto const node = [&](Node const& of) -> Node {
    auto const* const term = std::get_if<rdf::Term>(&of);
    if (term == nullptr || term->kind != rdf::TermKind::blank) return of;
    return variables_.of(fmt::format(".blank {}", term->value));
  };
  for (auto const& triple : out.construct) {
    element.triples.push_back({node(triple.subject), node(triple.predicate), node(triple.object)});
  }
  if (!element.triples.empty()) out.body.where.elements.push_back(std::move(element));
}

void Parser::describe(Query& out) {
  if (take("*")) {
    out.body.star = true;
  } else {
    while (token().kind == TokenKind::variable || at_iri()) out.describe.push_back(variable_or_iri());
    if (out.describe.empty()) fail_expecting("'*', variables or IRIs");
  }
  dataset_clauses(out.dataset, "FROM");
  out.has_where = at_word("WHERE") || at("{");
  if (out.has_where) where_clause(out.body);
}

void Parser::dataset_clauses(DatasetClause& out, std::string_view keyword) {
  while (take_word(keyword)) {
    bool const named = take_word("NAMED");
    (named ? out.named : out.defaults).push_back(iri());
  }
}

void Parser::where_clause(SelectQuery& out) {
  if (!take_word("WHERE") && !at("{")) fail_expecting("WHERE or '{'");
  out.where = group();
}

void Parser::modifiers(SelectQuery& out) {
  if (take_word("GROUP")) group_by(out);
  if (take_word("HAVING")) {
    aggregates_allowed_ = true;
    do {
      out.having.push_back(constraint());
    } while (at("(") || at_iri() || (token().kind == TokenKind::word && find_builtin(token().text) != nullptr));
    aggregates_allowed_ = false;
  }
  if (take_word("ORDER")) order_by(out);
  for (;;) {
    if (!out.limit && take_word("LIMIT")) {
      out.limit = count();
    } else if (!out.offset && take_word("OFFSET")) {
      out.offset = count();
    } else {
      return;
    }
  }
}

void Parser::group_by(SelectQuery& out) {
  expect_word("BY");
  for (;;) {
    GroupCondition condition;
    if (token().kind == TokenKind::variable) {
      condition.expression = variable_expression(variable());
    } else if (take("(")) {
      condition.expression = expression();
      if (take_word("AS")) condition.as = variable();
      expect(")");
    } else if (at_iri() || at_word("NOT") || at_word("EXISTS") ||
               (token().kind == TokenKind::word && find_builtin(token().text) != nullptr)) {
      condition.expression = constraint();
    } else {
      break;
    }
    out.group_by.push_back(std::move(condition));
  }
  if (out.group_by.empty()) fail_expecting("what to group by");
}

void Parser::order_by(SelectQuery& out) {
  expect_word("BY");
  aggregates_allowed_ = true;
  for (;;) {
    OrderCondition condition;
    if (at_word("ASC") || at_word("DESC")) {
      condition.descending = take_word("DESC");
      if (!condition.descending) expect_word("ASC");
      condition.expression = bracketed();
    } else if (token().kind == TokenKind::variable) {
      condition.expression = variable_expression(variable());
    } else if (at("(") || at_iri() || at_word("NOT") || at_word("EXISTS") ||
               (token().kind == TokenKind::word && find_builtin(token().text) != nullptr)) {
      condition.expression = constraint();
    } else {
      break;
    }
    out.order_by.push_back(std::move(condition));
  }
  aggregates_allowed_ = false;
  if (out.order_by.empty()) fail_expecting("what to order by");
}

std::uint64_t Parser::count() {
  std::uint64_t value = 0;
  std::string const& text = token().text;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (token().kind != TokenKind::integer || error != std::errc()) fail_expecting("a whole number");
  ++at_;
  return value;
}

namespace {

bool has_aggregate(Expression const& expression) {
  return is_aggregate(expression.operation) || std::ranges::any_of(expression.arguments, has_aggregate);
}

bool is_grouped(SelectQuery const& select) {
  if (!select.group_by.empty() || std::ranges::any_of(select.having, has_aggregate)) return true;
  return std::ranges::any_of(select.projection,
                             [](Projection const& one) { return one.expression && has_aggregate(*one.expression); }) ||
         std::ranges::any_of(select.order_by, [](OrderCondition const& one) { return has_aggregate(one.expression); });
}

/// A variable that is used outside aggregates and not among `known`.
std::optional<Variable> find_ungrouped(Expression const& expression, std::vector<Variable> const& known) {
  if (is_aggregate(expression.operation)) return std::nullopt;
  if (expression.operation == Operation::variable && std::ranges::count(known, expression.variable) == 0) {
    return expression.variable;
  }
  for (auto const& argument : expression.arguments) {
    if (auto found = find_ungrouped(argument, known)) return found;
  }
  return std::nullopt;
}

}  // namespace

/// §18.2.4.4 and §19.8, note 12: what AS names is new.
void Parser::check_selection(SelectQuery& select, std::size_t begin) {
  std::vector<Variable> taken = variables_in_scope(select.where);
  for (auto const& condition : select.group_by) {
    if (condition.as) taken.push_back(*condition.as);
  }
  for (auto const& one : select.projection) {
    if (!one.expression) continue;
    if (std::ranges::count(taken, one.variable) > 0) {
      fail_at(text_, begin,
              fmt::format("?{} is assigned by AS and is already in scope", variables_.name(one.variable)));
    }
    taken.push_back(one.variable);
  }
  if (select.star && is_grouped(select)) fail_at(text_, begin, "SELECT * does not go with grouping");
}

/// §19.8, note 13, and §11.4: only grouped variables outside aggregates.
void Parser::check_grouping(SelectQuery const& select, std::size_t begin) {
  if (!is_grouped(select)) return;
  std::vector<Variable> known;
  for (auto const& condition : select.group_by) {
    if (condition.as) known.push_back(*condition.as);
    if (condition.expression.operation == Operation::variable) known.push_back(condition.expression.variable);
  }
  for (auto const& one : select.projection) {
    auto const ungrouped = find_ungrouped(one.expression ? *one.expression : variable_expression(one.variable), known);
    if (ungrouped) {
      fail_at(
          text_, begin,
          fmt::format("?{} is selected, but neither grouped by nor inside an aggregate", variables_.name(*ungrouped)));
    }
    known.push_back(one.variable);
  }
}

}  // namespace lepton::sparql
