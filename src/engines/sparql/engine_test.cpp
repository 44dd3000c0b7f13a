// The engine against the reference evaluator on random graphs and queries, its limits and its plans.
#include "sparql/engine.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

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
    if (below(3) == 0) return aggregates(below(2) == 0 ? triples() : group(2));
    if (below(8) == 0)
      return fmt::format("SELECT DISTINCT {} {{ {} }}", below(2) == 0 ? variable() : "?b ?a", triples());
    return fmt::format("SELECT {}* {{ {} }}", modifier, group(3));
  }

 private:
  std::string aggregates(std::string const& body) {
    std::string out = "SELECT";
    std::string const key = below(2) == 0 ? "" : variable();
    out += " " + key;
    for (int i = below(3); i >= 0; --i) {
      std::string const distinct = below(2) == 0 ? "DISTINCT " : "";
      switch (below(6)) {
        case 0:
          out += fmt::format(" (COUNT(*) AS ?n{})", i);
          break;
        case 1:
          out += fmt::format(" (SUM({}{}) AS ?n{})", distinct, variable(), i);
          break;
        case 2:
          out += fmt::format(" (AVG({}{}) AS ?n{})", distinct, variable(), i);
          break;
        case 3:
          out += fmt::format(" (MIN(STR({})) AS ?n{})", variable(), i);
          break;
        default:
          out += fmt::format(" (COUNT({}{}) AS ?n{})", distinct, variable(), i);
      }
    }
    return out + fmt::format(" {{ {} }}", body) + (key.empty() ? "" : " GROUP BY " + key);
  }

  int below(int n) { return std::uniform_int_distribution<int>(0, n - 1)(engine_); }

  rdf::Term object() {
    switch (below(7)) {
      case 6:
        return odd_value();
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
  /// Values whose comparison has a catch: types, time zones, numbers that are none.
  rdf::Term odd_value() {
    static std::vector<rdf::Term> const values{
        rdf::literal("2.5", rdf::xsd_decimal),
        rdf::literal("2.0E0", rdf::xsd_double),
        rdf::literal("NaN", rdf::xsd_double),
        rdf::literal("2", "http://www.w3.org/2001/XMLSchema#float"),
        rdf::literal("300", "http://www.w3.org/2001/XMLSchema#byte"),
        rdf::literal("true", rdf::xsd_boolean),
        rdf::literal("2008-06-01T00:00:00", "http://www.w3.org/2001/XMLSchema#dateTime"),
        rdf::literal("2008-06-01T01:00:00+01:00", "http://www.w3.org/2001/XMLSchema#dateTime"),
        rdf::literal("2008-06-01T00:00:00Z", "http://www.w3.org/2001/XMLSchema#dateTime"),
        rdf::literal("2008-06-01", "http://www.w3.org/2001/XMLSchema#date"),
        rdf::literal("2")};
    return values[static_cast<std::size_t>(below(static_cast<int>(values.size())))];
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
    switch (below(11)) {
      case 8:
        return fmt::format("{} + {} >= {} * 2", variable(), below(3), variable());
      case 9:
        return fmt::format("{} > {} || !BOUND({}) && {} != {}", variable(), variable(), variable(), variable(),
                           variable());
      case 10:
        return fmt::format("{} <= \"2008-06-01T00:00:00\"^^<http://www.w3.org/2001/XMLSchema#dateTime>", variable());
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
