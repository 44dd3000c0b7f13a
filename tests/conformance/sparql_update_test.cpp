// Evaluation of SPARQL 1.1 updates against w3c/rdf-tests, on a store.
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/file.h"
#include "rdf/canonical.h"
#include "sparql/engine.h"
#include "sparql/parser.h"
#include "sparql_suite.h"

namespace lepton::conformance {
namespace {

std::vector<rdf::Quad> all_quads(rdf::Snapshot const& snapshot) {
  std::vector<rdf::Quad> out;
  auto const& dictionary = snapshot.dictionary();
  for (auto scan = snapshot.scan({}, rdf::Order::spo); scan.next();) {
    auto const& block = scan.block();
    for (std::size_t row = 0; row < block.rows; ++row) {
      rdf::TermId const graph = block.column(rdf::Part::graph)[row];
      out.emplace_back(dictionary.term(block.column(rdf::Part::subject)[row]),
                       dictionary.term(block.column(rdf::Part::predicate)[row]),
                       dictionary.term(block.column(rdf::Part::object)[row]),
                       graph == rdf::TermId::default_graph() ? std::nullopt : std::optional(dictionary.term(graph)));
    }
  }
  return out;
}

std::optional<std::string> check_update(EvaluationSuite const& suite, Case const& one) {
  EvaluationCase const test = suite.read(one.name);
  try {
    TemporaryDirectory const directory;
    auto const store = rdf::Store::open(directory.path() / "store");
    rdf::LoadOptions load;
    load.fresh_blank_nodes = false;
    store->load(
        test_call(),
        [&](rdf::QuadSink& sink) {
          for (auto const& quad : test.data) sink.quad(quad.view());
        },
        load);
    sparql::SyntaxOptions options;
    options.base = test.query_iri;
    auto const update = sparql::parse_update(read_file(suite.path_of(test.query_iri)), options);
    auto transaction = store->begin(test_call());
    sparql::run_update(test_call(), update, transaction);
    transaction.commit();
    auto const actual = all_quads(store->snapshot());
    if (rdf::isomorphic(test_call(), actual, test.result_data)) return std::nullopt;
    return "other statements than expected:\n" + rdf::canonicalize(test_call(), actual).nquads + "instead of\n" +
           rdf::canonicalize(test_call(), test.result_data).nquads;
  } catch (Error const& error) {
    return error.what();
  }
}

class Sparql11Update : public testing::TestWithParam<char const*> {};
TEST_P(Sparql11Update, Suite) {
  std::string const name = GetParam();
  auto const folder = find_suite("rdf-tests/sparql/sparql11/" + name);
  if (!folder) GTEST_SKIP() << "the suite sparql11 is not on this machine (LEPTON_SUITES)";
  EvaluationSuite suite(*folder, "sparql11", name);
  std::erase_if(suite.suite.cases, [](Case const& one) { return !one.type.starts_with("Update"); });
  suite.suite.name += "-update";
  run_suite(suite.suite, [&](Case const& one) { return check_update(suite, one); });
}
INSTANTIATE_TEST_SUITE_P(W3c, Sparql11Update,
                         testing::Values("add", "basic-update", "clear", "copy", "delete", "delete-data",
                                         "delete-insert", "delete-where", "drop", "move", "update-silent"));

}  // namespace
}  // namespace lepton::conformance
