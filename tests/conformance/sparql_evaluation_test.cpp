// Evaluation of SPARQL 1.0 and 1.1 queries against w3c/rdf-tests: by the engine on a store, on one thread and on
// several, and by the reference evaluator.
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/file.h"
#include "sparql/engine.h"
#include "sparql/parser.h"
#include "sparql/reference_evaluator.h"
#include "sparql/result_formats.h"
#include "sparql/template.h"
#include "sparql_suite.h"

namespace lepton::conformance {
namespace {

Answer evaluate_reference(sparql::Query const& query, std::vector<rdf::Quad> const& data) {
  auto const dataset = sparql::ReferenceDataset::of(data);
  if (query.form != sparql::QueryForm::construct) {
    auto collected = sparql::evaluate_reference(test_call(), query, dataset);
    return {collected.truth, std::move(collected.names), std::move(collected.rows), {}};
  }
  sparql::Query copy = query;
  auto const algebra = sparql::translate(copy.body, copy.variables);
  auto const selected = dataset.select(copy.dataset);
  sparql::ExpressionEvaluator expressions(test_call().now(), copy.base);
  sparql::Algebra const all = algebra.kind == sparql::Algebra::Kind::project ? algebra.parts[0] : algebra;
  std::vector<sparql::QuadTemplate> quads;
  for (auto const& triple : copy.construct) quads.push_back({triple, {}});
  sparql::TemplateWriter writer("t");
  rdf::QuadCollector out;
  for (auto const& solution : sparql::ReferenceEvaluator(test_call(), selected, expressions).evaluate(all)) {
    auto const lookup = [&](sparql::Variable variable) -> rdf::Term const* {
      auto const found = solution.find(variable);
      return found == solution.end() ? nullptr : &found->second;
    };
    writer.write(quads, lookup, out);
  }
  std::set<rdf::Quad> const unique(out.quads.begin(), out.quads.end());
  return {{}, {}, {}, std::vector<rdf::Quad>(unique.begin(), unique.end())};
}

/// Answers for other services from the data of the case.
class CaseServices : public sparql::ServiceClient {
 public:
  explicit CaseServices(std::map<std::string, std::vector<rdf::Quad>> const& services) : services_(services) {}
  void query(Call const& call, std::string const& service, std::string const& text, sparql::ResultSink& sink) override;

 private:
  std::map<std::string, std::vector<rdf::Quad>> const& services_;
};

Answer evaluate(sparql::Query const& query, std::vector<rdf::Quad> const& data, sparql::ServiceClient* services,
                sparql::Parallelism const& parallelism = {}) {
  TemporaryDirectory const directory;
  auto const store = rdf::Store::open(directory.path() / "store");
  rdf::LoadOptions load;
  load.fresh_blank_nodes = false;
  store->load(
      test_call(),
      [&](rdf::QuadSink& sink) {
        for (auto const& quad : data) sink.quad(quad.view());
      },
      load);
  sparql::ResultCollector results;
  rdf::QuadCollector graph;
  sparql::EngineOptions options;
  options.services = services;
  options.parallelism = parallelism;
  sparql::run_query(test_call(), query, store->snapshot(), results, graph, options);
  Answer answer{results.truth, std::move(results.names), std::move(results.rows), {}};
  bool const is_graph = query.form == sparql::QueryForm::construct || query.form == sparql::QueryForm::describe;
  if (is_graph) answer.graph = std::move(graph.quads);
  return answer;
}

void CaseServices::query(Call const&, std::string const& service, std::string const& text, sparql::ResultSink& sink) {
  auto const found = services_.find(service);
  if (found == services_.end()) throw unavailable("there is no service " + service);
  auto const answer = evaluate(sparql::parse_query(text), found->second, this);
  sink.variables(answer.names);
  for (auto const& row : answer.rows) sink.row(row);
}

/// Writes and reads the answer in every format, the expected one last: what comes back is compared.
void through_formats(std::string const& extension, Answer& answer) {
  using sparql::ResultFormat;
  if (answer.graph) return;
  std::vector<ResultFormat> formats{ResultFormat::xml, ResultFormat::json, ResultFormat::tsv};
  if (extension == ".csv") {
    formats.push_back(ResultFormat::csv);
    // CSV has labels as text; the cases have one blank node each.
    for (auto& row : answer.rows) {
      for (auto& term : row) {
        if (term && term->kind == rdf::TermKind::blank) term->value = "a";
      }
    }
  }
  for (auto const format : formats) {
    rdf::StringSink text;
    auto const writer = sparql::make_result_writer(format, text);
    if (answer.truth) {
      writer->boolean(*answer.truth);
    } else {
      writer->variables(answer.names);
      for (auto const& row : answer.rows) writer->row(row);
    }
    writer->finish();
    sparql::ResultCollector collector;
    sparql::read_results(test_call(), format, text.text, collector);
    answer = {collector.truth, std::move(collector.names), std::move(collector.rows), {}};
  }
}

std::optional<std::string> check_query(EvaluationSuite const& suite, Case const& one) {
  EvaluationCase test = suite.read(one.name);
  try {
    sparql::SyntaxOptions options;
    options.base = test.query_iri;
    sparql::Query const query = sparql::parse_query(read_file(suite.path_of(test.query_iri)), options);
    for (auto const* names : {&query.dataset.defaults, &query.dataset.named}) {
      for (auto const& name : *names)
        std::ranges::move(suite.load(name.value, name.value), std::back_inserter(test.data));
    }
    Answer const expected = read_answer(test.result, test.query_iri);
    CaseServices services(test.services);
    bool const ordered = !query.body.order_by.empty();
    sparql::MorselPool pool(2);
    for (auto const& parallelism : {sparql::Parallelism{}, sparql::Parallelism{&pool, 2, 1}}) {
      Answer actual = evaluate(query, test.data, &services, parallelism);
      through_formats(test.result.extension().string(), actual);
      auto const difference = compare(expected, actual, ordered, test.lax_cardinality);
      if (difference) return (parallelism.pool != nullptr ? "on several threads: " : "") + *difference;
    }
    if (suite.suite.name == "sparql11-service" || query.form == sparql::QueryForm::describe) return std::nullopt;
    Answer reference = evaluate_reference(query, test.data);
    through_formats(test.result.extension().string(), reference);
    auto const difference = compare(expected, reference, ordered, test.lax_cardinality);
    return difference ? std::optional("reference evaluator: " + *difference) : std::nullopt;
  } catch (Error const& error) {
    return error.what();
  }
}

void run(std::string const& version, std::string const& name) {
  auto const folder = find_suite("rdf-tests/sparql/" + version + "/" + name);
  if (!folder) GTEST_SKIP() << "the suite " << version << " is not on this machine (LEPTON_SUITES)";
  EvaluationSuite suite(*folder, version, name);
  std::erase_if(suite.suite.cases, [](Case const& one) { return one.type.starts_with("Update"); });
  run_suite(suite.suite, [&](Case const& one) { return check_query(suite, one); });
}

class Sparql10Evaluation : public testing::TestWithParam<char const*> {};
TEST_P(Sparql10Evaluation, Suite) {
  run("sparql10", GetParam());
}
INSTANTIATE_TEST_SUITE_P(W3c, Sparql10Evaluation,
                         testing::Values("algebra", "ask", "basic", "bnode-coreference", "boolean-effective-value",
                                         "bound", "cast", "construct", "dataset", "distinct", "expr-builtin",
                                         "expr-equals", "expr-ops", "graph", "i18n", "open-world", "optional",
                                         "optional-filter", "reduced", "regex", "solution-seq", "sort", "triple-match",
                                         "type-promotion"));

class Sparql11Evaluation : public testing::TestWithParam<char const*> {};
TEST_P(Sparql11Evaluation, Suite) {
  run("sparql11", GetParam());
}
INSTANTIATE_TEST_SUITE_P(W3c, Sparql11Evaluation,
                         testing::Values("aggregates", "bind", "bindings", "cast", "construct", "csv-tsv-res", "exists",
                                         "functions", "grouping", "json-res", "negation", "project-expression",
                                         "property-path", "service", "subquery"));

}  // namespace
}  // namespace lepton::conformance
