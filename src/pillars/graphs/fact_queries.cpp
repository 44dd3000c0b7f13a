#include "graphs/fact_queries.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "graphs/query_options.h"
#include "sparql/parser.h"
#include "sparql/value.h"

namespace lepton::graphs {
namespace {

/// Queries belong to revisions of deployments, of which few are in service at once.
constexpr std::size_t kMostParsed = 1000;

/// More rows than one are an error, so no more are kept.
struct FirstRow : sparql::ResultSink {
  std::vector<std::string> names;
  sparql::Row first;
  std::uint64_t rows = 0;

  void boolean(bool) override {}
  void variables(std::vector<std::string> const& of) override { names = of; }
  void row(sparql::Row const& one) override {
    if (rows++ == 0) first = one;
  }
};

struct NoStatements : rdf::QuadSink {
  void quad(rdf::QuadView const&) override {}
};

json::Value value_of(rdf::Term const& term) {
  auto const value = sparql::Value::of(term.view());
  if (value.kind() == sparql::ValueKind::boolean) return value.truth();
  if (value.kind() == sparql::ValueKind::integer && term.value.size() < 16) return json::Value(std::stoll(term.value));
  if (value.is_numeric()) return value.number();
  return json::Value(term.value);
}

}  // namespace

FactQueries::Parsed FactQueries::parsed(std::string const& query, std::string const& parameter) {
  auto const name = parameter + "\n" + query;
  if (auto const known = parsed_.read(); known->contains(name)) return known->at(name);
  auto fresh = std::make_shared<sparql::Query>(sparql::parse_query(query));
  if (fresh->form != sparql::QueryForm::select) throw invalid("the query for facts must be a SELECT");
  auto const before = fresh->variables.size();
  auto const variable = fresh->variables.of(parameter);
  if (fresh->variables.size() != before)
    throw invalid(fmt::format("the query does not name ?{}, by which it is asked", parameter));
  // At the front, so that the expressions of the query see it too.
  sparql::GroupElement given{.kind = sparql::GroupElement::Kind::values};
  given.values.variables = {variable};
  given.values.rows.resize(1);
  auto& elements = fresh->body.where.elements;
  elements.insert(elements.begin(), std::move(given));
  auto known = parsed_.lock();
  if (known->size() >= kMostParsed) known->clear();
  return known->insert_or_assign(name, std::move(fresh)).first->second;
}

std::vector<std::string> FactQueries::variables(std::string const& query, std::string const& parameter) {
  auto const select = parsed(query, parameter);
  if (select->body.star) throw invalid("the query for facts must name its variables: SELECT * does not");
  std::vector<std::string> names;
  for (auto const& one : select->body.projection) names.push_back(select->variables.name(one.variable));
  std::erase(names, parameter);
  if (names.empty()) throw invalid("the query for facts answers with nothing but what it is asked by");
  return names;
}

View FactQueries::open(Call const& call, access::Address const& graph, FoundFacts& found) {
  auto view = graphs_.open(call, graph);
  view.require_all_sources();
  found.graph = graph.str();
  found.commit = view.commit;
  for (auto const& source : view.sources) found.sources.push_back(source.source.version);
  found.grounds = view.grounds;
  return view;
}

FoundFacts FactQueries::look(Call const& call, access::Address const& graph) {
  FoundFacts found;
  (void)open(call, graph, found);
  return found;
}

Facts FactQueries::ask(Call const& call, View const& view, sparql::Query const& query, std::string const& parameter,
                       rdf::Term const& value) const {
  auto given = query;
  given.body.where.elements.front().values.rows.front() = {value};
  FirstRow row;
  NoStatements none;
  (void)sparql::run_query(call, given, view.snapshot, row, none, query_options(view, limits_));
  if (row.rows > 1)
    throw conflict(fmt::format("{} answers with {} rows for ?{} = {}, and one is expected", view.version, row.rows,
                               parameter, value.value))
        .with_reason("several_rows");
  Facts facts{.found = row.rows == 1, .values = {}};
  for (std::size_t i = 0; i < row.first.size(); ++i)
    if (row.first[i] && row.names[i] != parameter) facts.values[row.names[i]] = value_of(*row.first[i]);
  return facts;
}

FoundFacts FactQueries::find(Call const& call, access::Address const& graph, std::string const& query,
                             std::string const& parameter, std::vector<rdf::Term> const& values) {
  auto const select = parsed(query, parameter);
  FoundFacts found;
  auto const view = open(call, graph, found);
  for (auto const& value : values) found.facts.push_back(ask(call, view, *select, parameter, value));
  return found;
}

}  // namespace lepton::graphs
