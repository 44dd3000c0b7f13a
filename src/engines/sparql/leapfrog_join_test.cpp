#include "sparql/leapfrog_join.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <random>

#include "sparql/leapfrog_plan.h"
#include "sparql/reference_evaluator.h"
#include "sparql/test_store.h"

namespace lepton::sparql {
namespace {

/// Graphs of few nodes and many edges, and patterns with cycles among them.
class RandomCycles {
 public:
  explicit RandomCycles(std::uint32_t seed) : engine_(seed) {}

  std::vector<rdf::Quad> quads() {
    std::vector<rdf::Quad> out;
    int const count = 20 + below(80);
    for (int i = 0; i < count; ++i) {
      std::optional<rdf::Term> graph;
      if (below(3) == 0) graph = rdf::iri(fmt::format("e:g{}", below(2)));
      // Some nodes have most of the edges.
      out.emplace_back(rdf::iri(fmt::format("e:n{}", below(1 + below(12)))), rdf::iri(fmt::format("e:p{}", below(2))),
                       rdf::iri(fmt::format("e:n{}", below(1 + below(12)))), graph);
    }
    return out;
  }

  /// A cycle, sometimes with chords, ends that lead away from it, and what restricts a variable.
  std::string patterns() {
    int const length = 3 + below(3);
    std::string out;
    for (int i = 0; i < length; ++i) out += triple(variable(i), variable((i + 1) % length));
    for (int i = below(3); i > 0; --i) out += triple(variable(below(length)), variable(below(length)));
    for (int i = below(2); i > 0; --i) out += triple(variable(below(length)), "?end");
    for (int i = below(2); i > 0; --i) out += triple(variable(below(length)), fmt::format("<e:n{}>", below(3)));
    return out;
  }
  int below(int n) { return std::uniform_int_distribution<int>(0, n - 1)(engine_); }

 private:
  static std::string variable(int i) { return fmt::format("?{}", static_cast<char>('a' + i)); }
  std::string triple(std::string a, std::string b) {
    if (below(2) == 0) std::swap(a, b);
    return fmt::format("{} <e:p{}> {} . ", a, below(2), b);
  }

  std::mt19937 engine_;
};

class LeapfrogDifferential : public testing::TestWithParam<std::uint32_t> {};

TEST_P(LeapfrogDifferential, AnswersAsTheSpecificationSays) {
  MorselPool pool(2);
  std::size_t leaps = 0;
  for (std::uint32_t graph = 0; graph < 4; ++graph) {
    RandomCycles random(GetParam() * 1000 + graph);
    auto const quads = random.quads();
    StoreOf const store(quads);
    auto const dataset = ReferenceDataset::of(quads);
    for (int i = 0; i < 40; ++i) {
      std::string const body =
          random.below(4) == 0 ? fmt::format("GRAPH <e:g0> {{ {} }}", random.patterns()) : random.patterns();
      EngineOptions options;
      if (i % 2 == 0) options.parallelism = {&pool, 2, 3};
      std::string const text = "SELECT * { " + body + "}";
      auto const expected = evaluate_reference(test_call(), parse_query(text), dataset);
      ASSERT_EQ(sorted_rows(store.run(text, options)), sorted_rows(expected)) << text;
      auto const counted = store.run("SELECT (COUNT(*) AS ?n) { " + body + "}", options);
      ASSERT_EQ(counted.rows.at(0).at(0)->value, std::to_string(expected.rows.size())) << text;
      leaps += uses(store.report.plan, "leapfrog") ? 1 : 0;
      auto const one = store.run(text + " LIMIT 1", options);
      ASSERT_EQ(one.rows.size(), std::min<std::size_t>(1, expected.rows.size())) << text;
    }
  }
  EXPECT_GT(leaps, 20U);
}
INSTANTIATE_TEST_SUITE_P(Seeds, LeapfrogDifferential, testing::Range(0U, 5U));

TEST(LeapfrogJoin, MergesTheGraphsOfTheDefaultGraph) {
  auto const edge = [](int a, int b, char const* graph) {
    return rdf::Quad(rdf::iri(fmt::format("e:n{}", a)), rdf::iri("e:p"), rdf::iri(fmt::format("e:n{}", b)),
                     rdf::iri(graph));
  };
  StoreOf const store({edge(0, 1, "e:g"), edge(0, 1, "e:h"), edge(1, 2, "e:h"), edge(2, 0, "e:g"), edge(2, 0, "e:i")});
  EngineOptions options;
  options.union_default_graph = true;
  std::string const triangle = "SELECT * { ?a <e:p> ?b . ?b <e:p> ?c . ?c <e:p> ?a }";
  EXPECT_EQ(store.run(triangle, options).rows.size(), 3U);
  EXPECT_TRUE(uses(store.report.plan, "leapfrog join"));
  EXPECT_EQ(store.run("SELECT * FROM <e:g> FROM <e:h> { ?a <e:p> ?b . ?b <e:p> ?c . ?c <e:p> ?a }").rows.size(), 3U);
  EXPECT_EQ(store.run("SELECT * FROM <e:g> FROM <e:i> { ?a <e:p> ?b . ?b <e:p> ?c . ?c <e:p> ?a }").rows.size(), 0U);
}

/// A hub that everybody knows and that knows everybody: paths of two steps are many, triangles few.
std::vector<rdf::Quad> hub(int count) {
  std::vector<rdf::Quad> out;
  auto const knows = [&](int a, int b) {
    out.emplace_back(rdf::iri(fmt::format("e:n{}", a)), rdf::iri("e:knows"), rdf::iri(fmt::format("e:n{}", b)));
  };
  for (int i = 1; i < count; ++i) {
    knows(0, i);
    knows(i, 0);
  }
  knows(1, 2);
  return out;
}

TEST(LeapfrogJoin, MakesNoPathsThatCloseNoTriangle) {
  StoreOf const store(hub(3000));
  EngineOptions options;
  options.limits.memory = 4 << 20;  // nine million such paths would not fit
  auto const answer = store.run("SELECT * { ?a <e:knows> ?b . ?b <e:knows> ?c . ?c <e:knows> ?a }", options);
  EXPECT_EQ(answer.rows.size(), 3U);
  PlanNode const& node = store.report.plan.parts.at(0).parts.at(0);
  EXPECT_EQ(node.operation, "leapfrog join");
  EXPECT_THAT(node.detail, testing::EndsWith("in ?a <e:knows> ?b . ?b <e:knows> ?c . ?c <e:knows> ?a"));
  EXPECT_GT(node.estimated_rows, 0);
  EXPECT_EQ(node.rows, 3U);
}

TEST(LeapfrogJoin, KeepsToTheLimitsOfItsCall) {
  std::vector<rdf::Quad> complete;
  for (int i = 0; i < 120 * 120; ++i)
    complete.emplace_back(rdf::iri(fmt::format("e:n{}", i / 120)), rdf::iri("e:p"),
                          rdf::iri(fmt::format("e:n{}", i % 120)));
  StoreOf const store(complete);
  std::string const triangle = "{ ?a <e:p> ?b . ?b <e:p> ?c . ?c <e:p> ?a }";
  EXPECT_EQ(store.run("SELECT (COUNT(*) AS ?n) " + triangle).rows.at(0).at(0)->value, "1728000");
  EXPECT_TRUE(uses(store.report.plan, "counted leapfrog join"));
  EngineOptions options;
  options.limits.memory = 16 << 20;
  EXPECT_EQ(reason_of(store, "SELECT * " + triangle, options), "query_memory");
  CountingClock const passing(200);
  Call late = test_call();
  late.clock = &passing;
  late.deadline = std::chrono::steady_clock::time_point(std::chrono::hours(1));
  EXPECT_EQ(reason_of(store, "SELECT (COUNT(*) AS ?n) " + triangle, {}, late), "deadline_exceeded");
}

class WithCycle : public testing::Test {
 protected:
  /// The parts of this group, with those on a cycle made one.
  std::optional<std::vector<JoinPart>> parts(std::string const& group, std::size_t memory = 1 << 20) {
    query_ = parse_query("SELECT * { " + group + "}");
    algebra_ = translate(query_.body, query_.variables);
    Algebra const* bgp = &algebra_;
    while (bgp->kind != Algebra::Kind::bgp) bgp = &bgp->parts.at(0);
    std::vector<JoinPart> all;
    auto const call = test_call();
    EngineOptions const options;
    Execution execution(call, store_.snapshot(), options, {}, query_.variables, "");
    for (auto const& triple : bgp->triples) {
      JoinPart part;
      part.pattern = execution.bind(triple);
      for (auto const& variable : part.pattern.variables)
        if (variable) part.variables.push_back(*variable);
      std::ranges::sort(part.variables);
      part.variables.erase(std::ranges::unique(part.variables).begin(), part.variables.end());
      estimate(store_.snapshot(), part);
      all.push_back(std::move(part));
    }
    return with_cycle(all, memory);
  }

 private:
  StoreOf store_{hub(20)};
  Query query_;
  Algebra algebra_;
};

TEST_F(WithCycle, FindsCyclesOfThreeVariablesAndMore) {
  auto const triangle =
      parts("?a <e:knows> ?b . ?c <e:knows> ?b . ?c <e:knows> ?a . ?a <e:knows> ?end . ?b <e:knows> <e:n0>");
  ASSERT_TRUE(triangle);
  ASSERT_EQ(triangle->size(), 2U);  // the end and the cycle
  EXPECT_EQ(triangle->back().cycle.size(), 4U);
  EXPECT_EQ(triangle->back().order.size(), 3U);
  EXPECT_TRUE(parts("?a <e:knows> ?b . ?b <e:knows> ?c . ?c <e:knows> ?d . ?d <e:knows> ?a"));
}

TEST_F(WithCycle, LeavesTheRestToJoinsOfTwo) {
  EXPECT_FALSE(parts("?a <e:knows> ?b . ?b <e:knows> ?c . ?c <e:knows> ?d"));
  EXPECT_FALSE(parts("?a <e:knows> ?b . ?b <e:knows> ?a . ?b <e:knows> ?c"));
  EXPECT_FALSE(parts("?a <e:knows> ?b . ?b ?p ?c . ?c <e:knows> ?a"));
  EXPECT_FALSE(parts("?a <e:knows> ?b . ?b <e:knows> ?c . ?c <e:knows> ?a", 100));
}

}  // namespace
}  // namespace lepton::sparql
