// The engine against the reference evaluator on random graphs and queries, its limits and its plans.
#include "sparql/engine.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <random>

#include "base/error.h"
#include "base/file.h"
#include "sparql/parser.h"
#include "sparql/reference_evaluator.h"

namespace lepton::sparql {
namespace {

SystemClock const system_clock;

Call test_call() {
  return system_call(system_clock);
}

class StoreOf {
 public:
  explicit StoreOf(std::vector<rdf::Quad> const& quads) : store_(rdf::Store::open(directory_.path() / "store")) {
    rdf::LoadOptions options;
    options.fresh_blank_nodes = false;
    store_->load(
        test_call(),
        [&](rdf::QuadSink& sink) {
          for (auto const& quad : quads) sink.quad(quad.view());
        },
        options);
  }
  [[nodiscard]] ResultCollector run(std::string const& text, EngineOptions const& options = {}) const {
    ResultCollector results;
    rdf::QuadCollector graph;
    report = run_query(test_call(), parse_query(text), store_->snapshot(), results, graph, options);
    return results;
  }
  mutable ExecutionReport report;

 private:
  TemporaryDirectory directory_;
  std::unique_ptr<rdf::Store> store_;
};

std::vector<std::string> sorted_rows(ResultCollector const& results) {
  std::vector<std::string> rows;
  for (auto const& row : results.rows) {
    std::string text;
    for (auto const& term : row)
      text +=
          term ? fmt::format("{}{}^{}@{} ", static_cast<int>(term->kind), term->value, term->datatype, term->language)
               : "- ";
    rows.push_back(std::move(text));
  }
  std::ranges::sort(rows);
  return rows;
}

/// Random graphs over few terms, and queries over few variables, so that things meet.
class Random {
 public:
  explicit Random(std::uint32_t seed) : engine_(seed) {}

  std::vector<rdf::Quad> quads() {
    std::vector<rdf::Quad> out;
    int const count = below(40);
    for (int i = 0; i < count; ++i) {
      std::optional<rdf::Term> graph;
      if (below(3) == 0) graph = rdf::iri(fmt::format("e:g{}", below(2)));
      out.emplace_back(rdf::iri(fmt::format("e:n{}", below(5))), rdf::iri(fmt::format("e:p{}", below(3))), object(),
                       graph);
    }
    return out;
  }

  std::string query() {
    std::string const modifier = below(4) == 0 ? "DISTINCT " : "";
    if (below(6) == 0) {
      return fmt::format("SELECT ?a (COUNT({}) AS ?n) (MIN(?c) AS ?m) {{ {} }} GROUP BY ?a", below(2) == 0 ? "?b" : "*",
                         group(2));
    }
    return fmt::format("SELECT {}* {{ {} }}", modifier, group(3));
  }

 private:
  int below(int n) { return std::uniform_int_distribution<int>(0, n - 1)(engine_); }

  rdf::Term object() {
    switch (below(6)) {
      case 0:
        return rdf::literal(std::to_string(below(4)), rdf::xsd_integer);
      case 1:
        return rdf::literal(below(2) == 0 ? "01" : "1.0", below(2) == 0 ? rdf::xsd_integer : rdf::xsd_decimal);
      case 2:
        return rdf::language_literal("w", below(2) == 0 ? "en" : "de");
      default:
        return rdf::iri(fmt::format("e:n{}", below(5)));
    }
  }
  std::string variable() { return fmt::format("?{}", static_cast<char>('a' + below(4))); }
  std::string node() { return below(4) == 0 ? fmt::format("<e:n{}>", below(5)) : variable(); }
  std::string predicate() {
    std::string const link = fmt::format("<e:p{}>", below(3));
    switch (below(14)) {
      case 0:
        return variable();
      case 1:
        return link + "*";
      case 2:
        return link + "+";
      case 3:
        return fmt::format("(^{}|<e:p0>)", link);
      case 4:
        return fmt::format("({}/<e:p1>?)", link);
      case 5:
        return fmt::format("!({}|^<e:p2>)", link);
      default:
        return link;
    }
  }
  std::string triples() {
    std::string out;
    for (int i = below(3); i >= 0; --i) out += fmt::format("{} {} {} . ", node(), predicate(), node());
    return out;
  }
  std::string condition(int depth) {
    switch (below(8)) {
      case 0:
        return fmt::format("BOUND({})", variable());
      case 1:
        return fmt::format("{} = {}", variable(), variable());
      case 2:
        return fmt::format("{} < {}", variable(), below(3));
      case 3:
        return fmt::format("{} != <e:n1> || !({} = 1)", variable(), variable());
      case 4:
        return fmt::format("EXISTS {{ {} }}", group(depth - 1));
      case 5:
        return fmt::format("NOT EXISTS {{ {} }}", triples());
      case 6:
        return fmt::format("ISIRI({}) && {} IN (<e:n0>, 1, {})", variable(), variable(), variable());
      default:
        return fmt::format("COALESCE({} + 1, 2) > 1", variable());
    }
  }
  std::string group(int depth) {
    std::string out = below(5) == 0 ? "" : triples();
    if (depth <= 0) return out;
    for (int i = below(3); i > 0; --i) {
      switch (below(9)) {
        case 0:
        case 1:
          out += fmt::format("OPTIONAL {{ {} }} ", group(depth - 1));
          break;
        case 2:
          out += fmt::format("{{ {} }} UNION {{ {} }} ", group(depth - 1), group(depth - 1));
          break;
        case 3:
          out += fmt::format("MINUS {{ {} }} ", group(depth - 1));
          break;
        case 4:
          out += fmt::format("FILTER({}) ", condition(depth));
          break;
        case 5:
          out += fmt::format("GRAPH {} {{ {} }} ", below(2) == 0 ? "<e:g0>" : variable(), group(depth - 1));
          break;
        case 6:
          out += fmt::format("VALUES ({} ?v{}) {{ (<e:n1> 1) (UNDEF 2) (<e:n2> UNDEF) }} ", variable(), below(9));
          break;
        case 7:
          out += fmt::format("{{ SELECT {}?a {{ {} }} }} ", below(2) == 0 ? "DISTINCT " : "", group(depth - 1));
          break;
        default:
          out += fmt::format("{{ {} FILTER({}) }} ", group(depth - 1), condition(depth - 1));
      }
    }
    return out;
  }

  std::mt19937 engine_;
};

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

std::vector<rdf::Quad> chain(int length) {
  std::vector<rdf::Quad> out;
  for (int i = 0; i < length; ++i) {
    out.emplace_back(rdf::iri(fmt::format("e:n{}", i)), rdf::iri("e:p"), rdf::iri(fmt::format("e:n{}", i + 1)));
  }
  return out;
}

std::string reason_of(StoreOf const& store, std::string const& text, EngineOptions const& options) {
  try {
    (void)store.run(text, options);
  } catch (Error const& error) {
    return std::string(error.reason());
  }
  return "";
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

}  // namespace
}  // namespace lepton::sparql
