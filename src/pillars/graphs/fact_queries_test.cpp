#include "graphs/fact_queries.h"

#include "graphs/mappings_test.h"
#include "graphs/saved_queries.h"

namespace lepton::graphs {
namespace {

using access::code_of;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr char kGuaranteed[] =
    "PREFIX b: <http://b/> SELECT (COUNT(?other) AS ?guarantees) WHERE { ?who b:id ?id . ?who b:guarantees+ ?other }";

class FactQueriesTest : public MappingsTest {
 protected:
  void SetUp() override {
    MappingsTest::SetUp();
    if (IsSkipped()) return;
    map(ben());
    facts_.emplace(*graphs_, sparql::EngineLimits());
    queries_.emplace(Queries::Parts{*graphs_, database(), access().audit, {}});
    saved_.emplace(
        SavedQueries::Parts{*queries_, *datasets_, database(), access().authority, access().assets, lineage_});
  }
  FoundFacts find(Call const& call, std::string const& query, std::vector<int> const& ids) {
    std::vector<rdf::Term> terms;
    for (int const id : ids) terms.push_back(rdf::literal(std::to_string(id), rdf::xsd_integer));
    return facts_->find(call, exposure, query, "id", terms);
  }
  datasets::ImportResult save(Call const& call, std::string const& query) {
    return saved_->save(
        call, exposure,
        {.query = query, .target = access::parse_address("risk/guaranteed"), .description = "", .key = "id"},
        directory_.path() / "table.csv");
  }

  std::optional<FactQueries> facts_;
  std::optional<Queries> queries_;
  std::optional<SavedQueries> saved_;
};
INSTANTIATE_TEST_SUITE_P(On, FactQueriesTest, testing::ValuesIn(db::test_databases()), db::test_database_name);

TEST_P(FactQueriesTest, AsksAboutOneThingAtATime) {
  auto const found = find(ben(), kGuaranteed, {1, 3});
  ASSERT_EQ(found.facts.size(), 2u);
  EXPECT_EQ(found.facts[0].values.at("guarantees"), json::Value(2));
  EXPECT_EQ(found.facts[1].values.at("guarantees"), json::Value(0));
  EXPECT_THAT(found.sources, ElementsAre("banking/guarantees@1", "banking/people@1"));
  EXPECT_EQ(found.commit, graphs_->get(ben(), exposure).commit);
  EXPECT_THAT(found.grounds, testing::Contains(testing::Field(&access::Ground::id, people_.id.str())));
}

TEST_P(FactQueriesTest, OneRowOrNone) {
  std::string const names = "PREFIX b: <http://b/> SELECT ?name WHERE { ?who b:id ?id ; b:name ?name }";
  auto const found = find(ben(), names, {1, 3});
  EXPECT_EQ(found.facts[0].values.at("name"), json::Value("Ann"));
  EXPECT_FALSE(found.facts[1].found);
  std::string const all = "PREFIX b: <http://b/> SELECT ?p WHERE { ?who b:id ?id ; ?p ?o }";
  EXPECT_EQ(error_of([&] { return find(ben(), all, {1}); }).reason(), "several_rows");
}

TEST_P(FactQueriesTest, WhatIsHiddenIsARefusalAndNoAbsence) {
  access().grants.revoke(as("ana"), guarantees_.id, "no more");
  auto const error = error_of([&] { return find(ben(), kGuaranteed, {1}); });
  EXPECT_EQ(error.code(), Code::denied);
  EXPECT_THAT(error.what(), testing::Not(HasSubstr("banking")));
}

TEST_P(FactQueriesTest, QueriesThatCannotBeAreRefused) {
  EXPECT_THAT(facts_->variables(kGuaranteed, "id"), ElementsAre("guarantees"));
  EXPECT_EQ(code_of([&] { return facts_->variables(kGuaranteed, "customer"); }), Code::invalid);
  EXPECT_EQ(code_of([&] { return facts_->variables("ASK { ?id ?p ?o }", "id"); }), Code::invalid);
  EXPECT_EQ(code_of([&] { return facts_->variables("SELECT * WHERE { ?id ?p ?o }", "id"); }), Code::invalid);
  EXPECT_EQ(code_of([&] { return facts_->variables("SELECT ?id WHERE { ?id ?p ?o }", "id"); }), Code::invalid);
}

TEST_P(FactQueriesTest, ASelectBecomesATableWithItsLineage) {
  auto const saved =
      save(ben(),
           "PREFIX b: <http://b/> SELECT ?id ?name (COUNT(?to) * 0.5 AS ?half) WHERE { ?who b:id ?id "
           "OPTIONAL { ?who b:name ?name } OPTIONAL { ?who b:guarantees ?to } } GROUP BY ?id ?name ORDER BY ?id");
  EXPECT_EQ(saved.version.rows, 3);
  EXPECT_EQ(query(ben(), "SELECT id, name, half, typeof(id), typeof(half) FROM risk.guaranteed ORDER BY id"),
            "[1,\"Ann\",0.5,\"BIGINT\",\"DOUBLE\"]\n[2,\"Bo \\\"B\\\" Li\",0.5,\"BIGINT\",\"DOUBLE\"]\n"
            "[3,null,0.0,\"BIGINT\",\"DOUBLE\"]\n");
  EXPECT_THAT(datasets_->get(ben(), access::parse_address("risk/guaranteed")).tags, ElementsAre("pii"));
  auto const steps = database().read(ben(), [&](db::Transaction& tx) {
    return lineage_.upstream(tx, lineage::Node{"dataset_version", "risk/guaranteed@1"}).steps;
  });
  std::set<std::string> sources;
  for (auto const& step : steps) sources.insert(step.edge.from.key);
  EXPECT_TRUE(sources.contains("banking/people@1"));
  EXPECT_TRUE(sources.contains("banking/guarantees@1"));
  access().directory.assign_role(company_->system(), "risk", "cara", "admin");
  EXPECT_EQ(error_of([&] {
              graphs_->remove(as("cara"), exposure);
              return 0;
            }).reason(),
            "referenced");
}

TEST_P(FactQueriesTest, OnlyRowsAndOnlyIntoTablesThatOneMayWrite) {
  EXPECT_EQ(code_of([&] { return save(ben(), "ASK { ?s ?p ?o }"); }), Code::invalid);
  EXPECT_THAT(code_of([&] {
                return saved_->save(
                    ben(), exposure,
                    {.query = kGuaranteed, .target = access::parse_address("banking/x"), .description = "", .key = ""},
                    directory_.path() / "table.csv");
              }),
              testing::AnyOf(Code::denied, Code::not_found));
}

}  // namespace
}  // namespace lepton::graphs
