#include <gtest/gtest.h>

#include "company.h"

namespace lepton::crash {
namespace {

class RefusalTest : public testing::Test {
 protected:
  void SetUp() override {
    server_.start();
    tokens_ = found_company(server_);
  }
  Api as(std::string const& name) { return server_.api(tokens_.at(name)); }

  TemporaryDirectory directory_;
  RunningServer server_{directory_.path() / "data"};
  Tokens tokens_;
};

std::string const kPolicy = "/v1/departments/banking/policies/share";

json::Value policy(json::Value const& effect) {
  return {{"policy", {{"effect", effect}}}};
}

TEST_F(RefusalTest, OfTwoPeopleWhoChangeOnePolicyTheSecondIsTold) {
  Api ana = as("ana"), anton = as("anton");
  ASSERT_EQ(ana.put(kPolicy, policy({{"discover", true}})).status / 100, 2);
  auto const seen_by_ana = ana.get(kPolicy), seen_by_anton = anton.get(kPolicy);
  ASSERT_FALSE(seen_by_ana.etag.empty());
  EXPECT_EQ(seen_by_ana.etag, seen_by_anton.etag);

  auto const first = ana.put(kPolicy, policy({{"min_group_size", 5}}), seen_by_ana.etag);
  EXPECT_TRUE(first.ok()) << first.text;
  auto const second = anton.put(kPolicy, policy({{"min_group_size", 1}}), seen_by_anton.etag);
  EXPECT_TRUE(second.status == 412 || second.status == 409) << second.status << second.text;
  EXPECT_NE(second.text.find("changed by ana"), std::string::npos) << second.text;
  EXPECT_EQ(anton.put(kPolicy, policy({{"min_group_size", 1}})).ok(), false) << "without If-Match";
  EXPECT_EQ(anton.get(kPolicy).body.at("policy").at("effect").at("min_group_size"), 5);
  EXPECT_TRUE(anton.put(kPolicy, policy({{"min_group_size", 1}}), anton.get(kPolicy).etag).ok());
}

TEST_F(RefusalTest, ARevokedKeyFailsOnTheNextCallAndAfterARestart) {
  Api cara = as("cara");
  auto const key = cara.post("/v1/keys", {{"principal", "risk/loan-system"}, {"name", "k"}});
  ASSERT_EQ(key.status, 201) << key.text;
  std::string const token(key.body.at("token").as_string());
  Api machine = server_.api(token);
  EXPECT_EQ(machine.get("/v1/me").status, 200);
  ASSERT_TRUE(cara.remove("/v1/keys/" + std::string(key.body.at("id").as_string())).ok());
  auto const refused = machine.get("/v1/me");
  EXPECT_EQ(refused.status, 401);
  EXPECT_NE(refused.text.find("revoked"), std::string::npos) << refused.text;
  server_.kill();
  server_.start();
  EXPECT_EQ(server_.api(token).get("/v1/me").status, 401);
}

TEST_F(RefusalTest, AnExpiredKeyFails) {
  Api cara = as("cara");
  auto const key = cara.post("/v1/keys", {{"principal", "risk/loan-system"}, {"name", "k"}, {"valid_for", "1ms"}});
  ASSERT_EQ(key.status, 201) << key.text;
  // At most the few milliseconds until its expiry are answered.
  Api machine = server_.api(std::string(key.body.at("token").as_string()));
  Answer answer = machine.get("/v1/me");
  for (int i = 0; i < 1000 && answer.status == 200; ++i) answer = machine.get("/v1/me");
  EXPECT_EQ(answer.status, 401);
  EXPECT_NE(answer.text.find("expired"), std::string::npos) << answer.text;
}

TEST_F(RefusalTest, TheTokenOfTheFirstStartWorksOnce) {
  Api nobody = server_.api("");
  EXPECT_EQ(nobody
                .post("/v1/sessions:redeem",
                      {{"token", *server_.admin_token()}, {"name", "eve"}, {"password", "another password"}})
                .status,
            401);
  EXPECT_EQ(server_.api(*server_.admin_token()).get("/v1/me").status, 401);
  EXPECT_EQ(nobody.get("/v1/me").status, 401);
}

TEST_F(RefusalTest, NobodyReachesWhatIsNotTheirs) {
  Api ben = as("ben"), root = as("root");
  EXPECT_EQ(ben.post("/v1/departments", {{"name", "mine"}}).status, 403);
  EXPECT_EQ(ben.put("/v1/departments/banking/roles/viewer/ben", json::Object{}).status, 403);
  EXPECT_EQ(ben.put(kPolicy, policy({{"discover", true}})).status, 403);
  EXPECT_EQ(root.put(kPolicy, policy({{"discover", true}})).status, 403) << "the platform's admin owns no data";
  EXPECT_EQ(root.put("/v1/departments/banking/roles/viewer/root", json::Object{}).status, 403);
  EXPECT_EQ(ben.post("/v1/keys", {{"principal", "risk/loan-system"}, {"name", "k"}}).status, 403);
  EXPECT_EQ(ben.get("/v1/audit").status, 403);
}

}  // namespace
}  // namespace lepton::crash
