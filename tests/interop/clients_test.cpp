#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "company.h"
#include "data_work.h"
#include "script.h"

// Clients and validators that others wrote, unchanged.
namespace lepton::interop {
namespace {

using testing::HasSubstr;

class ClientsTest : public testing::Test {
 protected:
  void SetUp() override {
    server_.start();
    tokens_ = crash::found_company(server_);
  }
  Said python(std::string const& script, std::string const& token = "") {
    return run_script(directory_.path(), "python3 " LEPTON_INTEROP "/" + script + " $URL $TOKEN",
                      {{"URL", server_.url()}, {"TOKEN", token}});
  }
  /// A deployment risk/score of a small model, and a key for it.
  std::string deploy() {
    crash::TrainingWork().prepare(server_, tokens_);
    auto ben = server_.api(tokens_.at("ben"));
    auto cara = server_.api(tokens_.at("cara"));
    auto const deployed =
        ben.put("/v1/departments/risk/deployments/score", {{"spec", json::Object{{"model", "risk/model@1"}}}});
    EXPECT_TRUE(deployed.ok()) << deployed.text;
    auto const grant = cara.post(
        "/v1/grants",
        {{"subject", "service_account:risk/loan-system"}, {"path", "risk/score"}, {"actions", json::Array{"serve"}}});
    EXPECT_TRUE(grant.ok()) << grant.text;
    auto const key = cara.post("/v1/keys", {{"principal", "risk/loan-system"}, {"name", "k"}});
    EXPECT_EQ(key.status, 201) << key.text;
    return std::string(key.body.at("token").as_string());
  }

  TemporaryDirectory directory_;
  crash::RunningServer server_{directory_.path() / "data"};
  crash::Tokens tokens_;
};

TEST_F(ClientsTest, TritonsClientInfersWithJsonAndBinaryTensors) {
  if (!available("python3 -c 'import tritonclient.http'"))
    GTEST_SKIP() << "tritonclient is not installed: pip install 'tritonclient[http]'";
  auto const said = python("triton_client.py", deploy());
  EXPECT_EQ(said.code, 0) << said.text << server_.log();
  EXPECT_THAT(said.text, HasSubstr("JSON and binary answers agree"));
}

TEST_F(ClientsTest, TheDescriptionOfTheApiIsValidOpenApi) {
  if (!available("python3 -c 'import openapi_spec_validator'"))
    GTEST_SKIP() << "openapi_spec_validator is not installed: pip install openapi-spec-validator";
  auto const said = run_script(
      directory_.path(), "curl -s $URL/openapi.json > openapi.json && python3 -m openapi_spec_validator openapi.json",
      {{"URL", server_.url()}});
  EXPECT_EQ(said.code, 0) << said.text;
}

TEST_F(ClientsTest, PrometheusReadsTheMetrics) {
  if (!available("python3 -c 'import prometheus_client'"))
    GTEST_SKIP() << "prometheus_client is not installed: pip install prometheus-client";
  auto const said = python("prometheus.py", deploy());
  EXPECT_EQ(said.code, 0) << said.text;
}

}  // namespace
}  // namespace lepton::interop
