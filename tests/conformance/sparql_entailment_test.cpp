// The entailment regimes of SPARQL 1.1, against w3c/rdf-tests: each case under every regime that its manifest names, by
// the engine on a store whose inferred layer the reasoner keeps.
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/file.h"
#include "reason/class_descriptions.h"
#include "reason/store_reasoner.h"
#include "sparql/engine.h"
#include "sparql/parser.h"
#include "sparql_suite.h"

namespace lepton::conformance {
namespace {

using reason::Regime;

std::unique_ptr<rdf::Store> reasoned_store(std::filesystem::path const& directory, std::vector<rdf::Quad> const& data,
                                           Regime regime) {
  auto store = rdf::Store::open(directory);
  rdf::LoadOptions load;
  load.fresh_blank_nodes = false;
  store->load(
      test_call(),
      [&](rdf::QuadSink& sink) {
        for (auto const& quad : data) sink.quad(quad.view());
      },
      load);
  reason::StoreReasoner const reasoner(test_call(), *store, store->snapshot(), {}, regime);
  auto transaction = store->begin(test_call());
  reasoner.replace_inferred(test_call(), transaction);
  (void)transaction.commit();
  return store;
}

/// SPARQL 1.1 Entailment Regimes §7.1: variables stand for classes by name, not for descriptions of classes.
void drop_descriptions(Answer& answer, std::vector<rdf::Quad> const& data) {
  std::set<rdf::Term> descriptions;
  for (auto const place : reason::class_descriptions(data)) descriptions.insert(data[place].subject);
  std::erase_if(answer.rows, [&](sparql::Row const& row) {
    return std::ranges::any_of(row, [&](auto const& term) { return term && descriptions.contains(*term); });
  });
}

Answer evaluate(sparql::Query const& query, std::vector<rdf::Quad> data, Regime regime) {
  auto described = is_owl(regime) ? reason::take_descriptions(query, "described") : reason::DescribedQuery{query, {}};
  data.insert(data.end(), described.descriptions.begin(), described.descriptions.end());
  TemporaryDirectory const directory;
  auto const store = reasoned_store(directory.path() / "store", data, regime);
  sparql::ResultCollector results;
  rdf::QuadCollector graph;
  sparql::run_query(test_call(), described.query, store->snapshot(), results, graph);
  Answer answer{results.truth, std::move(results.names), std::move(results.rows), {}};
  if (is_owl(regime)) drop_descriptions(answer, data);
  return answer;
}

std::optional<std::string> check_case(EvaluationSuite const& suite, Case const& one) {
  static std::map<std::string, Regime> const regimes{{"RDF", Regime::rdf},
                                                     {"RDFS", Regime::rdfs_full},
                                                     {"D", Regime::rdfs_full},
                                                     {"OWL-RDF-Based", Regime::owl2_more},
                                                     {"OWL-Direct", Regime::owl2_more}};
  auto const test = suite.read(one.name);
  sparql::SyntaxOptions options;
  options.base = test.query_iri;
  auto const query = sparql::parse_query(read_file(suite.path_of(test.query_iri)), options);
  auto const expected = read_answer(test.result, test.query_iri);
  if (test.regimes.empty()) return "names no regime";
  for (auto const& name : test.regimes) {
    auto const regime = regimes.find(name);
    if (regime == regimes.end()) return "there is no reasoning under " + name;
    try {
      auto const actual = evaluate(query, test.data, regime->second);
      auto const difference = compare(expected, actual, !query.body.order_by.empty(), test.lax_cardinality);
      if (difference) return fmt::format("under {}: {}", name, *difference);
    } catch (Error const& error) {
      return fmt::format("under {}: {}", name, error.what());
    }
  }
  return std::nullopt;
}

TEST(SparqlEntailment, Suite) {
  auto const folder = find_suite("rdf-tests/sparql/sparql11/entailment");
  if (!folder) GTEST_SKIP() << "the suite sparql11 is not on this machine (LEPTON_SUITES)";
  EvaluationSuite const suite(*folder, "sparql11", "entailment");
  run_suite(suite.suite, [&](Case const& one) { return check_case(suite, one); });
}

}  // namespace
}  // namespace lepton::conformance
