#include "inference/protocol.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>

#include "base/json.h"
#include "gateway/limits.h"
#include "gateway/schema.h"
#include "http/client.h"
#include "http/server.h"
#include "serving/test_serving.h"

namespace lepton::inference {
namespace {

using testing::HasSubstr;

constexpr std::string_view body =
    R"({"id":"r1","inputs":[{"name":"x","shape":[2,2],"datatype":"FP32","data":[1,2,3,4]}]})";

/// A server of the protocol on a port, with a deployment risk/score and a key that may call it.
class ProtocolTest : public serving::ServingTest {
 protected:
  void SetUp() override {
    ServingTest::SetUp();
    if (IsSkipped()) return;
    database().migrate(gateway::migrations());
    (void)server().deployments.deploy(as("ben"), score, spec("1"));
    auto& access = server().access;
    key_ = access.credentials.create_key(as("cara"), {.principal = "risk/loan-system", .name = "loans"}).token;
    gates_.emplace(server().metrics, clock_);
    limits_.emplace(database(), access, *gates_);
    log_.emplace(database(), access.authority, gates_->companion());
    inference_.emplace(serving::Inference::Parts{database(), access.authority, access.audit, server().fleet, *log_});
    pool_.emplace("test", 2, 100, server().log);
    protocol_.emplace(Protocol::Parts{*inference_, server().fleet, *gates_, access.credentials, *pool_, clock_, "1.2"});
    http::Router router;
    protocol_->mount(router);
    http_.emplace(http::ServerOptions{}, std::move(router), *pool_, server().log, server().metrics);
    client_.emplace(http::ClientOptions{.base_url = http_->url()});
  }
  void TearDown() override {
    if (IsSkipped()) return;
    http_.reset();
    server().fleet.stop();
    pool_.reset();
  }

  http::ClientResponse post(std::string const& target, std::string_view what = body) {
    return client_->send({.method = "POST",
                          .target = target,
                          .headers = {{"Authorization", "Bearer " + key_}},
                          .body = std::string(what)});
  }
  http::ClientResponse get(std::string const& target) {
    return client_->send({.target = target, .headers = {{"Authorization", "Bearer " + key_}}});
  }

  std::string key_;
  std::optional<gateway::Gates> gates_;
  std::optional<gateway::Limits> limits_;
  std::optional<serving::DecisionLog> log_;
  std::optional<serving::Inference> inference_;
  std::optional<ThreadPool> pool_;
  std::optional<Protocol> protocol_;
  std::optional<http::Server> http_;
  std::optional<http::Client> client_;
};
INSTANTIATE_TEST_SUITE_P(On, ProtocolTest, testing::ValuesIn(db::test_databases()), db::test_database_name);

TEST_P(ProtocolTest, AnswersWithADecisionThatIsRecorded) {
  for (std::string const target :
       {"/v2/models/score/infer", "/v2/models/risk%2Fscore/infer", "/v2/models/risk/score/infer",
        "/v2/models/score/versions/1/infer", "/v2/models/risk/score/versions/1/infer"}) {
    auto const response = post(target);
    ASSERT_EQ(response.status, 200) << target << " " << response.body;
    auto const answer = json::parse(response.body).as_object();
    EXPECT_EQ(answer.at("model_name"), "risk/score");
    EXPECT_EQ(answer.at("model_version"), "1");
    EXPECT_EQ(answer.at("id"), "r1");
    EXPECT_EQ(answer.at("outputs").as_array().at(0).at("shape").as_array().at(0), 2);
    serving::DecisionId const id{std::string(response.headers.find("Lepton-Decision-Id").value_or(""))};
    auto const decision = log_->get(as("ben"), id);
    EXPECT_EQ(decision.credential, "key loans");
    EXPECT_EQ(decision.model, "risk/default@1");
    EXPECT_EQ(decision.rows, 2);
  }
}

TEST_P(ProtocolTest, TellsWhatItServes) {
  auto const server_metadata = json::parse(get("/v2").body);
  EXPECT_EQ(server_metadata.at("name"), "lepton");
  EXPECT_EQ(server_metadata.at("version"), "1.2");
  EXPECT_EQ(get("/v2/health/live").status, 200);
  EXPECT_EQ(json::parse(get("/v2/health/ready").body).at("ready"), true);
  auto const metadata = json::parse(get("/v2/models/score").body);
  EXPECT_EQ(metadata.at("name"), "risk/score");
  EXPECT_EQ(json::write(metadata.at("versions")), R"(["1"])");
  EXPECT_EQ(json::write(metadata.at("inputs").at(0)), R"({"name":"income","datatype":"FP32","shape":[-1]})");
  EXPECT_EQ(get("/v2/models/risk/score/versions/1/ready").status, 200);
  EXPECT_EQ(get("/v2/models/score/versions/7").status, 404);
  EXPECT_EQ(get("/v2/models/other/ready").status, 404);
}

TEST_P(ProtocolTest, RefusesWithTheProtocolsError) {
  auto const refused = [&](http::ClientResponse const& response, int status, std::string const& part) {
    EXPECT_EQ(response.status, status) << response.body;
    EXPECT_THAT(std::string(json::parse(response.body).at("error").as_string()), HasSubstr(part));
  };
  refused(client_->send({.method = "POST", .target = "/v2/models/score/infer", .body = std::string(body)}), 401, "key");
  refused(post("/v2/models/none/infer"), 404, "none");
  refused(post("/v2/models/score/versions/2/infer"), 404, "version 2");
  refused(post("/v2/models/score/infer", "{"), 400, "line 1");
  refused(post("/v2/models/score/infer", "[]"), 400, "object");
  refused(post("/v2/models/score/infer", R"({"inputs":[]})"), 400, "inputs");
  refused(post("/v2/models/score/infer", R"({"inputs":[{"name":"x","shape":[3],"datatype":"FP32","data":[1]}]})"), 400,
          "/inputs/0");
  key_ = "lk_wrong_key";
  refused(post("/v2/models/score/infer"), 401, "");
}

TEST_P(ProtocolTest, TakesAndGivesBinaryTensors) {
  float const numbers[] = {1, 2, 3, 4};
  std::string const raw(reinterpret_cast<char const*>(numbers), sizeof numbers);
  auto const send = [&](std::string const& header, std::string const& bytes) {
    return client_->send({.method = "POST",
                          .target = "/v2/models/score/infer",
                          .headers = {{"Authorization", "Bearer " + key_},
                                      {"Inference-Header-Content-Length", std::to_string(header.size())}},
                          .body = header + bytes});
  };
  std::string const input = R"({"name":"x","shape":[2,2],"datatype":"FP32","parameters":{"binary_data_size":16}})";
  auto const response =
      send(R"({"inputs":[)" + input +
               R"(],"outputs":[{"name":"class"},{"name":"score","parameters":{"binary_data":true}}]})",
           raw);
  ASSERT_EQ(response.status, 200) << response.body;
  std::size_t const length =
      std::stoul(std::string(response.headers.find("Inference-Header-Content-Length").value_or("0")));
  auto const answer = json::parse(response.body.substr(0, length));
  EXPECT_EQ(response.body.size() - length, 8U);
  float scores[2];
  std::memcpy(scores, response.body.data() + length, sizeof scores);
  EXPECT_GT(scores[0], 0.5F);
  auto const plain = json::parse(post("/v2/models/score/infer").body);
  for (auto const& output : plain.at("outputs").as_array()) {
    if (output.at("name") != "score") continue;
    EXPECT_FLOAT_EQ(scores[1], output.at("data").at(1).to_number<float>());
  }
  EXPECT_THAT(response.body, HasSubstr(R"("parameters":{"binary_data_size":8})"));

  std::string const whole = R"({"inputs":[)" + input + "]}";
  EXPECT_EQ(send(whole, raw).status, 200);
  for (auto const& bytes : {raw.substr(1), raw + "x", std::string()}) EXPECT_EQ(send(whole, bytes).status, 400);
  EXPECT_EQ(
      send(R"({"inputs":[{"name":"x","shape":[2,3],"datatype":"FP32","parameters":{"binary_data_size":16}}]})", raw)
          .status,
      400);
  EXPECT_EQ(
      send(
          R"({"inputs":[{"name":"x","shape":[4294967296,4294967296],"datatype":"FP32","parameters":{"binary_data_size":0}}]})",
          "")
          .status,
      400);
}

TEST_P(ProtocolTest, HoldsKeysToTheirLimits) {
  (void)limits_->set(as("cara"), "risk/loan-system", "loans", {.quota = 2});
  EXPECT_EQ(post("/v2/models/score/infer").status, 200);
  EXPECT_EQ(post("/v2/models/score/infer", "{").status, 400);  // costs nothing
  EXPECT_EQ(post("/v2/models/score/infer").status, 200);
  auto const refused = post("/v2/models/score/infer");
  EXPECT_EQ(refused.status, 429);
  EXPECT_TRUE(refused.headers.find("Retry-After"));
  auto const usage = gateway::report_usage(database(), as("ben"), {});
  ASSERT_EQ(usage.size(), 1U);
  EXPECT_EQ(usage[0].requests, 2);
  EXPECT_EQ(usage[0].rows, 4);
}

TEST_P(ProtocolTest, ARevokedKeyIsRefusedAtOnce) {
  EXPECT_EQ(post("/v2/models/score/infer").status, 200);
  auto& credentials = server().access.credentials;
  credentials.revoke(as("cara"), credentials.keys(as("cara"), "risk/loan-system").at(0).id);
  EXPECT_EQ(post("/v2/models/score/infer").status, 401);
}

}  // namespace
}  // namespace lepton::inference
