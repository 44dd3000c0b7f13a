#include "serving/decision_packs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

#include "db/test_database.h"
#include "serving/schema.h"

namespace lepton::serving {
namespace {

using testing::ElementsAre;

class DecisionPacks : public db::DatabaseTest {
 protected:
  void SetUp() override {
    DatabaseTest::SetUp();
    if (!IsSkipped()) database().migrate(migrations());
  }

  /// A decision at a moment; its latency is a number to know it by.
  static NewDecision decision(std::int64_t micros, int number = 0) {
    NewDecision out;
    auto& facts = out.facts;
    facts.at = Timestamp{1'700'000'000'000'000 + micros};
    facts.deployment_id = access::AssetId("score");
    facts.deployment = "risk/score";
    facts.revision = 3;
    facts.model = "risk/default@1";
    facts.principal = "risk/loan-system";
    facts.principal_id = PrincipalId("p1");
    facts.credential = "key loans";
    facts.purpose = "lending";
    facts.request_id = fmt::format("request \"{}\"", number);
    facts.trace_id = "abc";
    facts.route = "POST /v2/models/score/infer";
    facts.rows = 1;
    facts.latency = Duration(number);
    facts.grounds = {{"grant", "g1", "approved by ana"}};
    out.inputs = R"([{"name":"x","data":[1.5]}])";
    out.outputs = R"([{"name":"score","data":[0.25]}])";
    return out;
  }
  void write(std::vector<NewDecision>& decisions) {
    std::vector<NewDecision*> pointers;
    for (auto& one : decisions) pointers.push_back(&one);
    database().write(call_, [&](db::Transaction& tx) { insert(tx, pointers); });
  }
  [[nodiscard]] std::optional<Decision> found(DecisionId const& id) {
    return database().read(call_, [&](db::Transaction& tx) { return find_decision(tx, id); });
  }
  [[nodiscard]] std::int64_t packs() {
    return database().read(
        call_, [](db::Transaction& tx) { return tx.find("SELECT COUNT(*) FROM serving_decision_packs")->integer(0); });
  }
  /// All pages, as their numbers.
  [[nodiscard]] std::vector<std::int64_t> listed(DecisionQuery query) {
    std::vector<std::int64_t> numbers;
    while (true) {
      auto const page = database().read(call_, [&](db::Transaction& tx) { return list_decisions(tx, query); });
      for (auto const& one : page) numbers.push_back(one.latency.count());
      if (std::ssize(page) < query.limit) return numbers;
      query.before = {page.back().at, page.back().id};
    }
  }
};
INSTANTIATE_TEST_SUITE_P(On, DecisionPacks, testing::ValuesIn(db::test_databases()), db::test_database_name);

TEST_P(DecisionPacks, GiveBackWhatWasWritten) {
  std::vector<NewDecision> decisions{decision(0, 1), decision(5, 2)};
  decisions[1].facts.lookups = {{"banking/customers@1", "c1", {"age"}, true, "digest", {{"role", "r", "reads"}}}};
  decisions[0].facts.lookups = {
      {"",
       "17",
       {"exposure"},
       true,
       "digest",
       {{"grant", "g", "by ana"}},
       FactReference{"risk/exposure", 3, {"banking/customers@1"}, json::Object{{"exposure", 7}}}}};
  write(decisions);
  for (auto const& written : decisions) {
    auto expected = written.facts;
    expected.inputs = json::parse(written.inputs);
    expected.outputs = json::parse(written.outputs);
    auto const read = found(written.facts.id);
    ASSERT_TRUE(read.has_value());
    EXPECT_EQ(json::write(to_json(*read)), json::write(to_json(expected)));
    EXPECT_EQ(read->deployment_id, expected.deployment_id);
    EXPECT_EQ(read->principal_id, expected.principal_id);
  }
  EXPECT_EQ(packs(), 1);
}

TEST_P(DecisionPacks, KnowNoOtherIds) {
  std::vector<NewDecision> decisions{decision(0, 1)};
  write(decisions);
  auto const id = decisions[0].facts.id.str();
  EXPECT_FALSE(found(DecisionId(id.substr(0, 16) + "00000000")).has_value());
  EXPECT_FALSE(found(DecisionId("z" + id.substr(1))).has_value());
  EXPECT_FALSE(found(DecisionId(id.substr(0, 16))).has_value());
  EXPECT_FALSE(found(DecisionId("")).has_value());
}

TEST_P(DecisionPacks, HoldOneContextAndOneMoment) {
  std::vector<NewDecision> decisions;
  for (int i = 0; i < 6; ++i) decisions.push_back(decision(i, i));
  decisions[1].facts.purpose = "marketing";
  decisions[2].facts.grounds[0].id = "g2";
  decisions[3].facts.at = decisions[0].facts.at + std::chrono::seconds(1);
  write(decisions);
  EXPECT_EQ(packs(), 5);  // one of them because grounds do not take part in the order
  EXPECT_EQ(found(decisions[1].facts.id)->purpose, "marketing");
  EXPECT_EQ(found(decisions[2].facts.id)->grounds.at(0).id, "g2");
  EXPECT_EQ(found(decisions[4].facts.id)->grounds.at(0).id, "g1");
}

TEST_P(DecisionPacks, StayShort) {
  std::vector<NewDecision> decisions;
  for (int i = 0; i < 6; ++i) {
    decisions.push_back(decision(i, i));
    decisions.back().inputs = fmt::format("[\"{}\"]", std::string(100'000, 'x'));
  }
  write(decisions);
  EXPECT_EQ(packs(), 2);
  EXPECT_THAT(listed({}), ElementsAre(5, 4, 3, 2, 1, 0));
}

TEST_P(DecisionPacks, AreListedNewestFirstHoweverTheyOverlap) {
  std::vector<std::int64_t> expected(200);
  std::iota(expected.begin(), expected.end(), 0);
  for (int part = 0; part < 40; ++part) {  // each commit holds five that began among those of others
    std::vector<NewDecision> decisions;
    for (int i = part; i < 200; i += 40) decisions.push_back(decision(i * 1000 / 3, i));
    write(decisions);
  }
  std::reverse(expected.begin(), expected.end());
  EXPECT_EQ(listed({}), expected);
  for (int const limit : {1, 3, 7, 100, 1000}) EXPECT_EQ(listed({.limit = limit}), expected) << limit;
}

TEST_P(DecisionPacks, AreFoundByMomentDeploymentAndCaller) {
  std::vector<NewDecision> decisions;
  for (int i = 0; i < 10; ++i) decisions.push_back(decision(i * 1000, i));
  decisions[2].facts.deployment_id = access::AssetId("other");
  decisions[3].facts.principal_id = PrincipalId("p2");
  write(decisions);
  auto const at = [&](std::size_t i) { return decisions[i].facts.at; };
  EXPECT_THAT(listed({.from = at(4), .to = at(6)}), ElementsAre(6, 5, 4));
  EXPECT_THAT(listed({.deployment = access::AssetId("other")}), ElementsAre(2));
  EXPECT_THAT(listed({.principal = PrincipalId("p2")}), ElementsAre(3));
  EXPECT_THAT(listed({.deployment = access::AssetId("score"), .principal = PrincipalId("p1"), .to = at(4)}),
              ElementsAre(4, 1, 0));
}

TEST_P(DecisionPacks, IdsAscendInTime) {
  std::vector<NewDecision> earlier{decision(0, 1)};
  std::vector<NewDecision> later{decision(2000, 2)};
  write(later);
  write(earlier);
  EXPECT_LT(earlier[0].facts.id, later[0].facts.id);
}

class DecisionsBefore : public db::DatabaseTest {};
INSTANTIATE_TEST_SUITE_P(On, DecisionsBefore, testing::ValuesIn(db::test_databases()), db::test_database_name);

TEST_P(DecisionsBefore, ADecisionOfTheFirstSchemaIsStillFound) {
  database().migrate(migrations().first(1));
  DecisionId const id("0123456789abcdefghjkmnpq");
  database().write(call_, [&](db::Transaction& tx) {
    tx.execute(
        "INSERT INTO serving_decisions (id, at, asset_id, deployment, revision, model, principal, principal_id, "
        "credential, purpose, request_id, trace_id, route, rows_count, inputs, outputs, latency, lookups, grounds) "
        "VALUES ($1, 1700000000000001, 'a1', 'risk/score', 3, 'risk/default@1', 'ben', 'p1', 'key k', 'lending', "
        "'r1', 't1', 'POST /', 2, '[1]', '[2]', 300, '[]', '[{\"kind\":\"grant\",\"id\":\"g1\",\"text\":\"by ana\"}]')",
        {id});
  });
  database().migrate(migrations());
  auto const decision = database().read(call_, [&](db::Transaction& tx) { return find_decision(tx, id); });
  ASSERT_TRUE(decision.has_value());
  EXPECT_EQ(json::write(to_json(*decision)),
            R"({"id":"0123456789abcdefghjkmnpq","at":"2023-11-14T22:13:20.000001Z","deployment":"risk/score",)"
            R"("revision":3,"model":"risk/default@1","principal":"ben","credential":"key k","purpose":"lending",)"
            R"("request_id":"r1","trace_id":"t1","route":"POST /","rows":2,"inputs":[1],"outputs":[2],)"
            R"("latency_us":300,"lookups":[],"grounds":[{"kind":"grant","id":"g1","text":"by ana"}]})");
}

}  // namespace
}  // namespace lepton::serving
