#include "models/registry.h"

#include <gmock/gmock.h>

#include "models/test_models.h"

namespace lepton::models {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class RegistryTest : public ModelsTest {
 protected:
  Promotion request(std::string const& who, std::string const& version, std::string const& alias = "production",
                    std::optional<std::int64_t> revision = {}) {
    return promotions().request(as(who), at(version), {alias, "better KS"}, revision);
  }
};
INSTANTIATE_TEST_SUITE_P(On, RegistryTest, testing::ValuesIn(db::test_databases()), db::test_database_name);

TEST_P(RegistryTest, NumbersVersionsAndKeepsThem) {
  auto const first = registered(R"({"v":1})"), second = registered(R"({"v":2})");
  EXPECT_EQ(first.address.str(), "risk/default-risk@1");
  EXPECT_EQ(second.address.str(), "risk/default-risk@2");
  EXPECT_NE(first.digest, second.digest);
  EXPECT_EQ(registry().version(as("ben"), at("risk/default-risk")).number, 2);
  EXPECT_EQ(registry().version(as("ben"), at("risk/default-risk@1")).digest, first.digest);
  EXPECT_EQ(registry().artifact(as("ben"), at("risk/default-risk@1"), "model.json"), R"({"v":1})");
  EXPECT_EQ(registry().versions(as("ben"), at("risk/default-risk")).size(), 2u);
  EXPECT_EQ(registry().get(as("ben"), at("risk/default-risk")).latest, 2);
  EXPECT_EQ(refusal_of([&] { return registry().version(as("ben"), at("risk/default-risk@3")); }),
            "not_found not_found");
}

TEST_P(RegistryTest, EqualContentIsOneVersion) {
  auto const first = registered(), again = registered();
  EXPECT_EQ(again.number, 1);
  EXPECT_EQ(again.run, first.run);
  EXPECT_EQ(registered(R"({"other":true})").number, 2) << "no number was lost";
  EXPECT_THAT(audited("model.register"), ElementsAre("risk/default-risk@2", "risk/default-risk@1"));
}

TEST_P(RegistryTest, RegistersOnlyWhatAFinishedRunLeft) {
  auto const running = new_run();
  EXPECT_EQ(refusal_of([&] {
              registry().add_version(as("ben"), {"risk/m", running.id, ""});
            }),
            "conflict run_not_finished");
  runs().finish(as("ben"), running.id, RunStatus::finished);
  EXPECT_EQ(refusal_of([&] {
              return registry().add_version(as("ben"), {"risk/m", running.id, ""});
            }),
            "invalid invalid");
  EXPECT_EQ(refusal_of([&] {
              registry().add_version(as("ben"), {"banking/m", trained_run().id, ""});
            }),
            "denied denied");
  EXPECT_EQ(refusal_of([&] {
              registry().add_version(as("ana"), {"banking/m", trained_run().id, ""});
            }),
            "not_found not_found");
}

TEST_P(RegistryTest, TracesAVersionToItsRun) {
  auto const version = registered();
  auto const walk =
      database().read(call_, [&](db::Transaction& tx) { return platform_->lineage.upstream(tx, node_of(version)); });
  ASSERT_EQ(walk.steps.size(), 1u);
  EXPECT_EQ(walk.steps[0].edge.from, node_of(version.run));
}

TEST_P(RegistryTest, AProtectedAliasWaitsForAnotherSteward) {
  registered();
  auto const wish = request("ben", "risk/default-risk@1");
  EXPECT_EQ(wish.state, PromotionState::pending);
  EXPECT_EQ(refusal_of([&] { return registry().version(as("ben"), at("risk/default-risk@production")); }),
            "not_found not_found");
  EXPECT_EQ(promotions().pending(as("cara")).size(), 1u);
  EXPECT_EQ(refusal_of([&] { return promotions().approve(as("ben"), wish.id); }), "denied denied");
  EXPECT_EQ(refusal_of([&] { return promotions().approve(as("ana"), wish.id); }), "not_found not_found");

  auto const approved = promotions().approve(as("cara"), wish.id, "checked");
  EXPECT_EQ(approved.state, PromotionState::approved);
  auto const version = registry().version(as("ben"), at("risk/default-risk@production"));
  EXPECT_EQ(version.number, 1);
  EXPECT_THAT(version.aliases, ElementsAre("production"));
  EXPECT_EQ(refusal_of([&] { return promotions().approve(as("cara"), wish.id); }), "conflict wrong_state");
  EXPECT_THAT(audited("model.promote"), ElementsAre("risk/default-risk@1"));
  auto const servable = database().read(
      call_, [&](db::Transaction& tx) { return registry().resolve(tx, at("risk/default-risk@production")); });
  ASSERT_EQ(servable.grounds.size(), 1u);
  EXPECT_EQ(servable.grounds[0].text, "promoted to 'production' by cara on request of ben: better KS");
}

TEST_P(RegistryTest, AStewardDoesNotApproveTheirOwnWish) {
  registered();
  auto const wish = request("cara", "risk/default-risk@1");
  EXPECT_EQ(wish.state, PromotionState::pending);
  EXPECT_EQ(refusal_of([&] { return promotions().approve(as("cara"), wish.id); }), "denied denied");
}

TEST_P(RegistryTest, AnotherAliasMovesAtOnce) {
  registered();
  EXPECT_EQ(request("ben", "risk/default-risk@1", "candidate").state, PromotionState::approved);
  EXPECT_EQ(registry().version(as("ben"), at("risk/default-risk@candidate")).number, 1);
  EXPECT_EQ(refusal_of([&] { return request("ben", "risk/default-risk@1", "7"); }), "invalid invalid");
  EXPECT_EQ(refusal_of([&] { return request("ben", "risk/default-risk@1", "latest"); }), "invalid invalid");
}

TEST_P(RegistryTest, WhoMovesAnAliasMustHaveSeenWhereItIs) {
  registered("{}");
  registered(R"({"v":2})");
  request("ben", "risk/default-risk@1", "candidate");
  EXPECT_EQ(refusal_of([&] { return request("ben", "risk/default-risk@2", "candidate"); }),
            "conflict revision_mismatch");
  request("ben", "risk/default-risk@2", "candidate", 1);
  EXPECT_EQ(refusal_of([&] { return request("cara", "risk/default-risk@1", "candidate", 1); }),
            "conflict revision_mismatch");
  EXPECT_EQ(registry().get(as("ben"), at("risk/default-risk")).aliases[0].revision, 2);
  EXPECT_EQ(refusal_of([&] { return promotions().remove_alias(as("ben"), at("risk/default-risk"), "candidate", 1); }),
            "conflict revision_mismatch");
  promotions().remove_alias(as("ben"), at("risk/default-risk"), "candidate", 2);
  EXPECT_EQ(refusal_of([&] { return registry().version(as("ben"), at("risk/default-risk@candidate")); }),
            "not_found not_found");
}

TEST_P(RegistryTest, ApprovalIsOfWhatWasSeen) {
  registered("{}");
  registered(R"({"v":2})");
  auto const one = request("ben", "risk/default-risk@1"), two = request("ben", "risk/default-risk@2");
  promotions().approve(as("cara"), two.id);
  EXPECT_EQ(refusal_of([&] { return promotions().approve(as("cara"), one.id); }), "conflict revision_mismatch");
  EXPECT_EQ(promotions().get(as("ben"), one.id).state, PromotionState::pending) << "a refused approval decides nothing";
  EXPECT_EQ(registry().version(as("ben"), at("risk/default-risk@production")).number, 2);
}

TEST_P(RegistryTest, AWishLapsesIsRejectedOrCancelled) {
  registered();
  auto const old = request("ben", "risk/default-risk@1");
  time_.advance(std::chrono::hours(24 * 8));
  EXPECT_EQ(promotions().get(as("ben"), old.id).state, PromotionState::lapsed);
  EXPECT_EQ(refusal_of([&] { return promotions().approve(as("cara"), old.id); }), "conflict wrong_state");

  auto const wish = request("ben", "risk/default-risk@1");
  EXPECT_EQ(promotions().reject(as("cara"), wish.id, "KS too low").comment, "KS too low");
  auto const other = request("ben", "risk/default-risk@1");
  EXPECT_EQ(refusal_of([&] { return promotions().cancel(as("cara"), other.id); }), "denied denied");
  EXPECT_EQ(promotions().cancel(as("ben"), other.id).state, PromotionState::cancelled);
  EXPECT_EQ(promotions().list(as("ben"), at("risk/default-risk")).size(), 3u);
  EXPECT_TRUE(promotions().pending(as("cara")).empty());
}

TEST_P(RegistryTest, OnlyStewardsSayWhichAliasesAreProtected) {
  registered();
  auto const model = registry().get(as("cara"), at("risk/default-risk"));
  EXPECT_EQ(
      refusal_of([&] { return registry().protect(as("ben"), at("risk/default-risk"), {}, model.asset.revision); }),
      "denied denied");
  auto const changed = registry().protect(as("cara"), at("risk/default-risk"), {"live"}, model.asset.revision);
  EXPECT_THAT(changed.protected_aliases, ElementsAre("live"));
  EXPECT_EQ(
      refusal_of([&] { return registry().protect(as("cara"), at("risk/default-risk"), {}, model.asset.revision); }),
      "conflict revision_mismatch");
  EXPECT_EQ(request("ben", "risk/default-risk@1", "live").state, PromotionState::pending);
  EXPECT_EQ(request("ben", "risk/default-risk@1", "production").state, PromotionState::approved);
}

TEST_P(RegistryTest, ModelsOfOthersDoNotExist) {
  registered();
  EXPECT_EQ(refusal_of([&] { return registry().get(as("ana"), at("risk/default-risk")); }), "not_found not_found");
  EXPECT_TRUE(registry().list(as("ana")).empty());
  EXPECT_EQ(registry().list(as("ben"), "risk").size(), 1u);
}

TEST(MerkleRoot, IsThatOfRfc9162) {
  auto const leaf = [](std::string const& bytes) { return sha256(std::string(1, '\0') + bytes); };
  auto const node = [](Digest const& a, Digest const& b) {
    return sha256(std::string(1, '\1') + std::string(a.view()) + std::string(b.view()));
  };
  auto const entry = [](std::string const& name) { return name + std::string(1, '\0') + "d" + name; };
  std::vector<Leaf> leaves{{"c", "dc"}, {"a", "da"}, {"b", "db"}};
  EXPECT_EQ(merkle_root(leaves), node(node(leaf(entry("a")), leaf(entry("b"))), leaf(entry("c"))));
  std::swap(leaves[0], leaves[2]);
  EXPECT_EQ(merkle_root(leaves), node(node(leaf(entry("a")), leaf(entry("b"))), leaf(entry("c"))));
  EXPECT_EQ(merkle_root({{"a", "da"}}), leaf(entry("a")));
}

}  // namespace
}  // namespace lepton::models
