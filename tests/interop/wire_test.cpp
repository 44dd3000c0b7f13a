#include <gtest/gtest.h>

#include "company.h"
#include "data_work.h"
#include "script.h"

// TLS, streams of events and file modes, as curl and the file system see them.
namespace lepton::interop {
namespace {

class WireTest : public testing::Test {
 protected:
  std::filesystem::path folder() { return directory_.path(); }
  TemporaryDirectory directory_;
  crash::RunningServer server_{directory_.path() / "data"};
};

constexpr char kCertificate[] =
    "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout key.pem -out cert.pem -days 2 "
    "-subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1 2>/dev/null";

TEST_F(WireTest, ServesTlsToCurlAndToItsOwnClient) {
  if (!available("curl --version && openssl version")) GTEST_SKIP() << "curl or openssl is not installed";
  ASSERT_EQ(run_script(folder(), kCertificate).code, 0);
  server_.set("LEPTON_TLS_CERT", folder() / "cert.pem");
  server_.set("LEPTON_TLS_KEY", folder() / "key.pem");
  server_.start();
  ASSERT_EQ(server_.url().substr(0, 8), "https://");
  std::map<std::string, std::string> const with{{"URL", server_.url()}, {"TOKEN", server_.admin_token().value()}};
  EXPECT_EQ(run_script(folder(), "curl -s --cacert cert.pem $URL/v2/health/live", with).text, R"({"live":true})");
  EXPECT_NE(run_script(folder(), "curl -s $URL/health", with).code, 0) << "a certificate that nobody vouches for";
  EXPECT_NE(run_script(folder(), "curl -s --cacert cert.pem --tls-max 1.1 $URL/health", with).code, 0);
  EXPECT_NE(run_script(folder(), "curl -s ${URL/https/http}/health", with).code, 0) << "plain HTTP on the same port";
  auto const login = run_script(
      folder(),
      "lepton status --url $URL; echo 'root has a long password' | lepton login --url $URL --ca cert.pem --admin-token "
      "$TOKEN --user root --password-stdin -q && cd / && lepton whoami -o csv",
      with);
  EXPECT_NE(login.text.find("not trusted"), std::string::npos) << login.text;
  EXPECT_NE(login.text.find("\nroot,user"), std::string::npos) << "the profile remembers the authority: " << login.text;
}

TEST_F(WireTest, RefusesOtherAddressesWithoutTls) {
  auto const refused = run_script(folder(), "lepton serve --data d --listen 0.0.0.0:0");
  EXPECT_EQ(refused.code, 1);
  EXPECT_NE(refused.text.find("--tls-cert and --tls-key, or --insecure"), std::string::npos) << refused.text;
}

TEST_F(WireTest, KeepsWhatItWritesFromOtherUsers) {
  server_.start();
  auto const tokens = crash::found_company(server_);
  auto ana = server_.api(tokens.at("ana"));
  ASSERT_EQ(ana.upload("POST", "/v1/departments/banking/datasets/a:import?format=csv", "text/csv", "id\n1\n").status,
            201);
  EXPECT_EQ(run_script(folder(), "find data -perm /077 ! -type l").text, "");
}

TEST_F(WireTest, StreamsTheEventsOfAnOperation) {
  if (!available("curl --version")) GTEST_SKIP() << "curl is not installed";
  server_.start();
  auto const tokens = crash::found_company(server_);
  crash::TrainingWork().prepare(server_, tokens);
  auto const jobs = server_.api(tokens.at("ben")).get("/v1/jobs");
  ASSERT_EQ(jobs.status, 200) << jobs.text;
  std::string const id(jobs.body.at("items").at(0).at("id").as_string());
  auto const events = run_script(folder(),
                                 "curl -sN -m 30 -H \"Authorization: Bearer $TOKEN\" -H 'Accept: text/event-stream' -i "
                                 "$URL/v1/operations/" +
                                     id,
                                 {{"URL", server_.url()}, {"TOKEN", tokens.at("ben")}});
  EXPECT_EQ(events.code, 0) << events.text;
  EXPECT_NE(events.text.find("text/event-stream"), std::string::npos) << events.text;
  EXPECT_NE(events.text.find("event: operation\ndata: {\"id\":\"" + id), std::string::npos) << events.text;
  EXPECT_NE(events.text.find("\"state\":\"succeeded\""), std::string::npos) << events.text;
}

}  // namespace
}  // namespace lepton::interop
