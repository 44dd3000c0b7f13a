// The four forms of a query, §16.
#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <set>
#include <unordered_set>

#include "base/error.h"
#include "sparql/execution.h"
#include "sparql/scope.h"
#include "sparql/template.h"

namespace lepton::sparql {

namespace {

void check_rows(EngineOptions const& options, std::uint64_t rows) {
  if (rows <= options.limits.rows) return;
  throw exhausted(fmt::format("the answer has more than the {} rows it may have: add a LIMIT", options.limits.rows))
      .with_reason("result_rows");
}

/// Passes each statement on once.
class DistinctSink : public rdf::QuadSink {
 public:
  DistinctSink(Execution& execution, EngineOptions const& options, rdf::QuadSink& sink)
      : execution_(execution), options_(options), sink_(sink) {}
  void quad(rdf::QuadView const& quad) override {
    auto& terms = execution_.terms();
    std::array<rdf::TermId, 3> const ids{terms.id(quad.subject), terms.id(quad.predicate), terms.id(quad.object)};
    if (!seen_.insert(ids).second) return;
    execution_.budget().add(sizeof(ids) + 24);
    check_rows(options_, seen_.size());
    sink_.quad(quad);
  }
  [[nodiscard]] std::uint64_t count() const { return seen_.size(); }

 private:
  struct Hash {
    std::size_t operator()(std::array<rdf::TermId, 3> const& ids) const { return hash_ids(ids.data(), 3); }
  };
  Execution& execution_;
  EngineOptions const& options_;
  rdf::QuadSink& sink_;
  std::unordered_set<std::array<rdf::TermId, 3>, Hash> seen_;
};

/// Terms of a column repeat: some of the last ones are kept, each at the one place where its id may be.
class RecentTerms {
 public:
  rdf::Term const& get(LocalTerms const& terms, rdf::TermId id) {
    auto& [known, term] = kept_[std::hash<rdf::TermId>()(id) % kept_.size()];
    if (known != id) {
      term = terms.term(id);
      known = id;
    }
    return term;
  }

 private:
  std::vector<std::pair<rdf::TermId, rdf::Term>> kept_{64};
};

std::uint64_t select(Execution& execution, Algebra const& algebra, Variables const& names, EngineOptions const& options,
                     ResultSink& results) {
  Table const table = execution.evaluate(algebra);
  check_rows(options, table.rows());
  std::vector<std::string> columns;
  for (Variable const variable : table.variables()) columns.push_back(names.name(variable));
  results.variables(columns);
  std::vector<RecentTerms> recent(table.width());
  Row row(table.width());
  for (std::size_t i = 0; i < table.rows(); ++i) {
    if ((i & 255) == 0) execution.call().proceed();
    for (std::size_t column = 0; column < table.width(); ++column) {
      rdf::TermId const id = table.at(i, column);
      if (!id.defined()) {
        row[column].reset();
        continue;
      }
      row[column] = recent[column].get(execution.terms(), id);
    }
    results.row(row);
  }
  return table.rows();
}

std::uint64_t construct(Execution& execution, Algebra const& algebra, Query const& query, EngineOptions const& options,
                        rdf::QuadSink& graph) {
  Table const table = execution.evaluate(algebra);
  DistinctSink sink(execution, options, graph);
  std::vector<QuadTemplate> quads;
  for (auto const& triple : query.construct) quads.push_back({triple, {}});
  TemplateWriter writer("c");
  std::vector<rdf::Term> row(table.width());
  for (std::size_t i = 0; i < table.rows(); ++i) {
    if ((i & 255) == 0) execution.call().proceed();
    for (std::size_t column = 0; column < table.width(); ++column) {
      if (table.at(i, column).defined()) row[column] = execution.terms().term(table.at(i, column));
    }
    writer.write(
        quads,
        [&](Variable variable) -> rdf::Term const* {
          int const place = table.find(variable);
          if (place < 0 || !table.at(i, static_cast<std::size_t>(place)).defined()) return nullptr;
          return &row[static_cast<std::size_t>(place)];
        },
        sink);
  }
  return sink.count();
}

/// §16.4 leaves the description to us: the statements about a resource, and about the blank nodes these lead to.
std::uint64_t describe(Execution& execution, Algebra const* algebra, Query const& query, EngineOptions const& options,
                       rdf::QuadSink& graph) {
  std::deque<rdf::TermId> open;
  for (auto const& node : query.describe) {
    auto const* const term = std::get_if<rdf::Term>(&node);
    auto const id = term == nullptr ? std::nullopt : execution.terms().find(term->view());
    if (id) open.push_back(*id);
  }
  if (algebra != nullptr) {
    Table const table = execution.evaluate(*algebra);
    for (std::size_t column = 0; column < table.width(); ++column) {
      open.insert(open.end(), table.column(column).begin(), table.column(column).end());
    }
  }
  DistinctSink sink(execution, options, graph);
  std::set<rdf::TermId> seen;
  while (!open.empty()) {
    rdf::TermId const id = open.front();
    open.pop_front();
    if (!id.in_dictionary() || id.kind() == rdf::IdKind::literal || !seen.insert(id).second) continue;
    BoundPattern pattern;
    pattern.ids.subject = id;
    pattern.variables = {std::nullopt, Variable{0}, Variable{1}, std::nullopt};
    Table const about = execution.scan(pattern, Execution::all);
    rdf::Term const subject = execution.terms().term(id);
    for (std::size_t row = 0; row < about.rows(); ++row) {
      rdf::Term const predicate = execution.terms().term(about.at(row, 0));
      rdf::Term const object = execution.terms().term(about.at(row, 1));
      sink.quad({subject.view(), predicate.view(), object.view(), {}});
      if (object.kind == rdf::TermKind::blank) open.push_back(about.at(row, 1));
    }
  }
  return sink.count();
}

/// What the other forms need of their pattern, as the projection of a SELECT.
void project_needed(Query& query) {
  if (query.form == QueryForm::select) return;
  std::set<Variable> needed;
  auto const add = [&](Node const& node) {
    if (auto const* const variable = std::get_if<Variable>(&node)) needed.insert(*variable);
  };
  for (auto const& triple : query.construct) {
    add(triple.subject);
    add(triple.predicate);
    add(triple.object);
  }
  for (auto const& node : query.describe) add(node);
  if (query.form == QueryForm::describe && query.body.star) return;
  query.body.star = false;
  for (Variable const variable : needed) query.body.projection.push_back({variable, std::nullopt});
}

}  // namespace

ExecutionReport run_query(Call const& call, Query const& query, rdf::Snapshot const& snapshot, ResultSink& results,
                          rdf::QuadSink& graph, EngineOptions const& options) {
  Query own = query;
  project_needed(own);
  Algebra const algebra = translate(own.body, own.variables);
  Execution execution(call, snapshot, options, own.dataset, own.variables, own.base);
  ExecutionReport report;
  switch (own.form) {
    case QueryForm::select:
      report.rows = select(execution, algebra, own.variables, options, results);
      break;
    case QueryForm::ask:
      report.rows = 1;
      results.boolean(execution.evaluate(algebra, nullptr, 1).rows() > 0);
      break;
    case QueryForm::construct:
      report.rows = construct(execution, algebra, own, options, graph);
      break;
    case QueryForm::describe:
      report.rows = describe(execution, own.has_where ? &algebra : nullptr, own, options, graph);
      break;
  }
  report.peak_memory = execution.budget().peak();
  PlanNode plan = execution.take_plan();
  if (!plan.parts.empty()) report.plan = std::move(plan.parts.front());
  return report;
}

}  // namespace lepton::sparql
