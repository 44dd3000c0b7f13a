// One query on several threads: the same answers in the same sequence, and the same limits.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "sparql/random_queries.h"
#include "sparql/reference_evaluator.h"
#include "sparql/test_store.h"

namespace lepton::sparql {
namespace {

class Parallel : public testing::Test {
 protected:
  /// Threads take part from the second row on.
  [[nodiscard]] EngineOptions shared(std::size_t morsel_rows) {
    EngineOptions options;
    options.parallelism = {&pool_, 2, morsel_rows};
    return options;
  }
  /// Work is cut in the same way, and done by the caller.
  [[nodiscard]] EngineOptions alone(std::size_t morsel_rows) {
    EngineOptions options;
    options.parallelism = {&nobody_, 2, morsel_rows};
    return options;
  }
  MorselPool pool_{3};
  MorselPool nobody_{0};
};

class ParallelDifferential : public Parallel, public testing::WithParamInterface<std::uint32_t> {};

TEST_P(ParallelDifferential, AnswersAsTheSpecificationSaysWhateverTheThreads) {
  for (std::uint32_t graph = 0; graph < 4; ++graph) {
    Random random(GetParam() * 1000 + graph);
    auto const quads = random.quads();
    StoreOf const store(quads);
    auto const dataset = ReferenceDataset::of(quads);
    for (int i = 0; i < 60; ++i) {
      std::string const text = random.query();
      auto const expected = evaluate_reference(test_call(), parse_query(text), dataset);
      if (expected.rows.size() > 20000) continue;
      auto const morsel_rows = static_cast<std::size_t>(1 + i % 9);
      auto const answer = store.run(text, shared(morsel_rows));
      ASSERT_EQ(sorted_rows(answer), sorted_rows(expected)) << text;
      ASSERT_EQ(text_rows(answer), text_rows(store.run(text, alone(morsel_rows)))) << text;
    }
  }
}
INSTANTIATE_TEST_SUITE_P(Seeds, ParallelDifferential, testing::Range(100U, 106U));

/// People of some age and town, who know others.
std::vector<rdf::Quad> people(int count) {
  std::vector<rdf::Quad> out;
  for (int i = 0; i < count; ++i) {
    auto const person = rdf::iri(fmt::format("e:person{}", i));
    out.emplace_back(person, rdf::iri("e:name"), rdf::literal(fmt::format("somebody called {}", i * 7919 % count)));
    out.emplace_back(person, rdf::iri("e:age"), rdf::literal(std::to_string(i % 90), rdf::xsd_integer));
    out.emplace_back(person, rdf::iri("e:town"), rdf::iri(fmt::format("e:town{}", i % 12)));
    for (int j = 1; j < 4; ++j)
      out.emplace_back(person, rdf::iri("e:knows"), rdf::iri(fmt::format("e:person{}", (i * j + 1) % count)));
  }
  return out;
}

TEST_F(Parallel, GivesTheSameRowsInTheSameSequenceWhateverTheThreads) {
  StoreOf const store(people(3000));
  for (std::string const text : {
           "SELECT * { ?a <e:knows> ?b . ?b <e:knows> ?c . ?c <e:town> ?t . ?a <e:town> ?t }",
           "SELECT (COUNT(*) AS ?n) { ?a <e:knows> ?b . ?b <e:knows> ?c . ?c <e:town> ?t }",
           "SELECT * { ?a <e:age> ?x ; <e:name> ?n FILTER(?x > 30 && REGEX(?n, \"7$\")) }",
           "SELECT * { ?a <e:name> ?n FILTER(CONTAINS(UCASE(?n), \"D 12\")) }",
           "SELECT ?a ?l { ?a <e:name> ?n BIND(CONCAT(?n, \"!\") AS ?l) } ORDER BY DESC(?l)",
           "SELECT ?t (COUNT(?a) AS ?n) (MIN(?l) AS ?m) (AVG(?x) AS ?y) (COUNT(DISTINCT ?x) AS ?d) "
           "(GROUP_CONCAT(STR(?x)) AS "
           "?g) { ?a <e:town> ?t ; <e:age> ?x ; <e:name> ?l } GROUP BY ?t",
           "SELECT ?k (SUM(?x / 7.0e0) AS ?s) { ?a <e:name> ?n ; <e:age> ?x } GROUP BY (STRLEN(?n) AS ?k)",
           "SELECT DISTINCT ?t ?x { ?a <e:town> ?t ; <e:age> ?x }",
           "SELECT * { ?a <e:town> ?t OPTIONAL { ?a <e:knows> ?b . ?b <e:age> ?x FILTER(?x < 9) } }",
           "SELECT * { ?a <e:town> ?t MINUS { ?a <e:age> 7 } FILTER NOT EXISTS { ?a <e:knows> <e:person1> } }",
           "SELECT ?a ?x { ?a <e:age> ?x } ORDER BY ?x DESC(?a)",
           "SELECT ?a ?x { ?a <e:age> ?x ; <e:knows> ?b } ORDER BY ?x DESC(?b) LIMIT 7",
           "SELECT * { { SELECT ?t (MAX(?x) AS ?m) { ?a <e:town> ?t ; <e:age> ?x } GROUP BY ?t } ?b <e:town> ?t ; "
           "<e:age> ?m }",
       }) {
    auto const rows = text_rows(store.run(text, shared(100)));
    ASSERT_FALSE(rows.empty()) << text;
    EXPECT_EQ(rows, text_rows(store.run(text, alone(100)))) << text;
    EXPECT_EQ(rows.size(), store.run(text).rows.size()) << text;
  }
}

TEST_F(Parallel, MakesDifferentRandomValuesAndBlankNodes) {
  StoreOf const store(people(500));
  for (std::string const function : {"UUID()", "BNODE()", "BNODE(STR(?a))"}) {
    auto const rows =
        store.run(fmt::format("SELECT DISTINCT ?u {{ ?a <e:town> ?t BIND({} AS ?u) }}", function), shared(10)).rows;
    EXPECT_EQ(rows.size(), 500U) << function;
  }
}

TEST_F(Parallel, EndsByTheLimitsOnMemoryAndRows) {
  StoreOf const store(people(3000));
  EngineOptions options = shared(50);
  options.limits.memory = 2 << 20;
  options.limits.rows = 100;
  std::string const triangle = "{ ?a <e:town> ?t . ?b <e:town> ?t . ?c <e:town> ?t }";
  EXPECT_EQ(reason_of(store, "SELECT * " + triangle, options), "query_memory");
  EXPECT_EQ(reason_of(store, "SELECT (GROUP_CONCAT(?n) AS ?g) { ?a <e:name> ?n . ?b <e:age> 3 }", options),
            "query_memory");
  EXPECT_EQ(reason_of(store, "SELECT * { ?a <e:town> ?t . ?a <e:age> ?x }", options), "result_rows");
  EXPECT_EQ(reason_of(store, "SELECT * { ?a <e:town> ?t . ?a <e:age> 3 }", options), "");
}

TEST_F(Parallel, EndsWhenTheCallIsCancelledOrLateWhileThreadsWork) {
  StoreOf const store(people(3000));
  std::string const text = "SELECT (COUNT(*) AS ?n) { ?a <e:town> ?t . ?b <e:town> ?t . ?c <e:town> ?t }";
  for (int const looks : {20, 100, 400}) {
    CountingClock cancelling(looks);
    std::stop_source source;
    cancelling.then = [&] { source.request_stop(); };
    Call cancelled = test_call();
    cancelled.clock = &cancelling;
    cancelled.stop = source.get_token();
    try {
      (void)store.run(text, shared(20), cancelled);
      ADD_FAILURE() << "was not cancelled";
    } catch (Error const& error) {
      EXPECT_EQ(error.code(), Code::cancelled);
    }
    CountingClock const passing(looks);
    Call late = test_call();
    late.clock = &passing;
    late.deadline = std::chrono::steady_clock::time_point(std::chrono::hours(1));
    EXPECT_EQ(reason_of(store, text, shared(20), late), "deadline_exceeded");
  }
}

TEST_F(Parallel, RunsManyQueriesAtOnceOnOnePool) {
  StoreOf const store(people(2000));
  std::string const text =
      "SELECT ?t (COUNT(*) AS ?n) { ?a <e:knows> ?b . ?b <e:town> ?t FILTER(STRLEN(STR(?a)) > 9) } GROUP BY ?t";
  auto const expected = store.run(text).rows;
  std::vector<std::thread> callers;
  for (int caller = 0; caller < 4; ++caller) {
    callers.emplace_back([&] {
      for (int i = 0; i < 5; ++i) {
        ResultCollector results;
        rdf::QuadCollector graph;
        run_query(test_call(), parse_query(text), store.snapshot(), results, graph, shared(50));
        EXPECT_EQ(results.rows, expected);
      }
    });
  }
  for (auto& caller : callers) caller.join();
}

}  // namespace
}  // namespace lepton::sparql
