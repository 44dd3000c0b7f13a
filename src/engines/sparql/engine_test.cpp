// The engine against the reference evaluator on random graphs and queries, its limits and its plans.
#include "sparql/engine.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "sparql/random_queries.h"
#include "sparql/reference_evaluator.h"
#include "sparql/test_store.h"

namespace lepton::sparql {
namespace {

class EngineDifferential : public testing::TestWithParam<std::uint32_t> {};

TEST_P(EngineDifferential, AnswersAsTheSpecificationSays) {
  for (std::uint32_t graph = 0; graph < 4; ++graph) {
    Random random(GetParam() * 1000 + graph);
    auto const quads = random.quads();
    StoreOf const store(quads);
    auto const dataset = ReferenceDataset::of(quads);
    for (int i = 0; i < 60; ++i) {
      std::string const text = random.query();
      auto const expected = evaluate_reference(test_call(), parse_query(text), dataset);
      if (expected.rows.size() > 20000) continue;
      ASSERT_EQ(sorted_rows(store.run(text)), sorted_rows(expected)) << text;
    }
  }
}
INSTANTIATE_TEST_SUITE_P(Seeds, EngineDifferential, testing::Range(0U, 6U));

TEST(Engine, SortsForALimitAsItSortsAll) {
  for (std::uint32_t seed = 0; seed < 40; ++seed) {
    Random random(seed);
    StoreOf const store(random.quads());
    std::string const text = "SELECT ?a ?b ?c { ?a ?p ?b . OPTIONAL { ?b ?q ?c } } ORDER BY ?p DESC(?b) ?c STR(?a)";
    auto const all = store.run(text).rows;
    for (std::size_t limit = 0; limit < 12; ++limit) {
      auto const first = store.run(text + " LIMIT " + std::to_string(limit)).rows;
      ASSERT_EQ(first,
                std::vector(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(std::min(limit, all.size()))));
    }
  }
}

/// Statements of a few predicates, one of which has most of them, in two graphs that share some.
std::vector<rdf::Quad> uneven_quads() {
  std::vector<rdf::Quad> out;
  for (int i = 0; i < 40000; ++i) {
    std::optional<rdf::Term> graph;
    if (i % 3 == 0) graph = rdf::iri("e:g");
    auto const subject = rdf::iri(fmt::format("e:n{}", i / 2));
    auto const predicate = rdf::iri(i % 50 == 0 ? fmt::format("e:p{}", i % 7) : "e:p");
    out.emplace_back(subject, predicate, rdf::literal(std::to_string(i % 5), rdf::xsd_integer), graph);
    if (i % 9 == 0) out.emplace_back(subject, predicate, rdf::literal(std::to_string(i % 5), rdf::xsd_integer));
  }
  return out;
}

TEST(Engine, CountsWithoutRowsWhatTheRowsWouldBe) {
  StoreOf const store(uneven_quads());
  for (bool const all_graphs : {false, true}) {
    EngineOptions options;
    options.union_default_graph = all_graphs;
    std::map<std::string, std::int64_t> rows;
    std::map<std::string, std::set<std::string>> objects;
    std::set<std::string> subjects;
    for (auto const& row : store.run("SELECT ?s ?p ?o { ?s ?p ?o }", options).rows) {
      ++rows[row[1]->value];
      objects[row[1]->value].insert(row[2]->value);
      subjects.insert(row[0]->value);
    }
    auto const grouped =
        store.run("SELECT ?p (COUNT(*) AS ?n) (COUNT(DISTINCT ?o) AS ?m) { ?s ?p ?o } GROUP BY ?p", options);
    ASSERT_EQ(grouped.rows.size(), rows.size());
    auto const counted = store.run("SELECT ?p (COUNT(?s) AS ?n) { ?s ?p ?o } GROUP BY ?p", options);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      EXPECT_EQ(grouped.rows[i][1]->value, std::to_string(rows[grouped.rows[i][0]->value]));
      EXPECT_EQ(grouped.rows[i][2]->value, std::to_string(objects[grouped.rows[i][0]->value].size()));
      EXPECT_EQ(counted.rows[i][1]->value, std::to_string(rows[counted.rows[i][0]->value]));
    }
    EXPECT_EQ(store.run("SELECT DISTINCT ?p { ?s ?p ?o }", options).rows.size(), rows.size());
    EXPECT_EQ(store.run("SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }", options).rows.at(0).at(0)->value,
              std::to_string(subjects.size()));
  }
}

TEST(Engine, EndsQueriesThatAreTooLargeByTheirLimits) {
  StoreOf const store(chain(3000));
  EngineOptions options;
  options.limits.memory = 16 << 20;
  options.limits.rows = 100;
  EXPECT_EQ(reason_of(store, "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", options), "query_memory");
  EXPECT_EQ(reason_of(store, "SELECT * { ?a <e:p>* ?b }", options), "query_memory");
  EXPECT_EQ(reason_of(store, "SELECT * { ?a ?b ?c }", options), "result_rows");
  EXPECT_EQ(reason_of(store, "ASK { SERVICE <e:s> { ?a ?b ?c } }", options), "denied");
  std::string const bomb = "SELECT * { ?a ?b ?c FILTER REGEX(CONCAT(STR(?a), \"" + std::string(5000, 'a') +
                           "\"), \"(a|aa)+$|(a*)*b\") } LIMIT 1";
  EXPECT_EQ(reason_of(store, bomb, options), "");
}

TEST(Engine, FindsLiteralsByTheirWords) {
  std::vector<rdf::Quad> quads;
  auto const add = [&](std::string const& name, rdf::Term const& label) {
    quads.emplace_back(rdf::iri("e:" + name), rdf::iri("e:label"), label);
  };
  add("a", rdf::language_literal("Default of Credit Cards", "en"));
  add("b", rdf::literal("credit risk: 2008"));
  add("c", rdf::language_literal("信用卡违约预测", "zh"));
  add("d", rdf::iri("e:credit"));
  StoreOf const store(quads);
  auto const names = [&](std::string const& words) {
    return sorted_rows(store.run("SELECT ?s { ?s <e:label> ?l . ?l <urn:lepton:text:matches> \"" + words + "\" }"));
  };
  auto const of = [](std::string const& name) { return "0e:" + name + "^@ "; };
  EXPECT_THAT(names("CREDIT"), testing::ElementsAre(of("a"), of("b")));
  EXPECT_THAT(names("credit default"), testing::ElementsAre(of("a")));
  EXPECT_THAT(names("card"), testing::IsEmpty());
  EXPECT_THAT(names("card* def*"), testing::ElementsAre(of("a")));
  EXPECT_THAT(names("违约"), testing::ElementsAre(of("c")));
  EXPECT_EQ(store.run("SELECT * { ?l <urn:lepton:text:matches> \"credit\" }").rows.size(), 2U);
  EXPECT_EQ(reason_of(store, "ASK { ?l <urn:lepton:text:matches> ?w }", {}), "invalid");
}

TEST(Engine, AnswersLongChains) {
  StoreOf const store(chain(5));
  std::string optional = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o ";
  std::string alternatives = optional + "{ ?a ?b ?c }";
  for (int i = 0; i < 1500; ++i) {
    optional += "OPTIONAL { ?s <e:q> ?o } ";
    alternatives += " UNION { ?a <e:q> ?c }";
  }
  EXPECT_EQ(store.run(optional + "}").rows.at(0).at(0)->value, "5");
  EXPECT_EQ(store.run(alternatives + "}").rows.at(0).at(0)->value, "25");
}

TEST(Engine, StopsWhenTheCallMayNotGoOn) {
  StoreOf const store(chain(10));
  Call call = test_call();
  call.deadline = std::chrono::steady_clock::time_point::min();
  TemporaryDirectory const directory;
  auto const other = rdf::Store::open(directory.path() / "store");
  ResultCollector results;
  rdf::QuadCollector graph;
  EXPECT_THROW(run_query(call, parse_query("ASK { ?s ?p ?o }"), other->snapshot(), results, graph), Error);
}

TEST(Engine, ExplainsWithEstimatedAndRealRows) {
  StoreOf const store(chain(100));
  (void)store.run("SELECT ?b { <e:n3> <e:p> ?a . ?a <e:p> ?b FILTER(ISIRI(?b)) }");
  PlanNode const* node = &store.report.plan;
  EXPECT_EQ(node->operation, "project");
  node = &node->parts.at(0);
  EXPECT_EQ(node->operation, "filter");
  ASSERT_EQ(node->parts.size(), 3U);
  EXPECT_EQ(node->parts[0].operation, "scan");
  EXPECT_EQ(node->parts[0].detail, "<e:n3> <e:p> ?a");
  EXPECT_EQ(node->parts[0].estimated_rows, 1);
  EXPECT_EQ(node->parts[1].operation, "scan join");
  EXPECT_EQ(node->parts[2].detail, "ISIRI(?b)");
  EXPECT_EQ(store.report.rows, 1U);
}

/// The steps of the join below a count, as "operation detail".
std::vector<std::string> steps_of_count(StoreOf const& store, std::string const& pattern, std::string const& count) {
  EXPECT_EQ(store.run("SELECT (COUNT(*) AS ?n) { " + pattern + " }").rows.at(0).at(0)->value, count) << pattern;
  PlanNode const* node = &store.report.plan;
  while (node->operation != "group") node = &node->parts.at(0);
  std::vector<std::string> steps;
  for (auto const& part : node->parts) steps.push_back(part.operation + " " + part.detail);
  return steps;
}

TEST(Engine, TestsInequalityOfNodesWhileItJoins) {
  StoreOf const store({{rdf::iri("e:a"), rdf::iri("e:p"), rdf::literal("1", rdf::xsd_integer)},
                       {rdf::iri("e:b"), rdf::iri("e:p"), rdf::literal("1", rdf::xsd_integer)},
                       {rdf::iri("e:a"), rdf::iri("e:q"), rdf::literal("01", rdf::xsd_integer)},
                       {rdf::iri("e:a"), rdf::iri("e:q"), rdf::iri("e:a")}});
  using testing::ElementsAre;
  EXPECT_THAT(steps_of_count(store, "?a <e:p> ?x . ?b <e:p> ?x FILTER(?a != ?b)", "2"),
              ElementsAre("scan ?a <e:p> ?x", "counted scan join ?b <e:p> ?x, ?a != ?b"));
  EXPECT_THAT(steps_of_count(store, "?a <e:q> ?b FILTER(?b != ?a)", "1"),
              ElementsAre("scan ?a <e:q> ?b", "filter (?b != ?a)"));
  // Literals of one value are equal whatever their terms.
  EXPECT_THAT(steps_of_count(store, "?a <e:p> ?x ; <e:q> ?y FILTER(?x != ?y)", "1"), testing::SizeIs(3));
}

TEST(Engine, BeginsWithThePatternOfWhichAConditionKeepsLeast) {
  std::vector<rdf::Quad> quads;
  for (int i = 0; i < 5000; ++i) {
    auto const subject = rdf::iri(fmt::format("e:n{}", i));
    quads.emplace_back(subject, rdf::iri("e:p"), rdf::literal(std::to_string(i % 10), rdf::xsd_integer));
    quads.emplace_back(subject, rdf::iri("e:q"), rdf::literal(std::to_string(i % 100), rdf::xsd_integer));
  }
  StoreOf const store(quads);
  EXPECT_EQ(steps_of_count(store, "?s <e:p> ?x ; <e:q> ?y FILTER(?x < 9 && ?y < 3)", "150").front(),
            "scan ?s <e:q> ?y");
  EXPECT_EQ(steps_of_count(store, "?s <e:q> ?y ; <e:p> ?x FILTER(0 >= ?x && ?y < 90)", "450").front(),
            "scan ?s <e:p> ?x");
}

}  // namespace
}  // namespace lepton::sparql
