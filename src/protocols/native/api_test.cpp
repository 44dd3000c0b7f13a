#include "native/api.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/file.h"
#include "native/openapi.h"
#include "native/page.h"
#include "native/schema.h"

namespace lepton::native {
namespace {

using testing::HasSubstr;

struct Greet {
  std::shared_ptr<int> runs = std::make_shared<int>(0);

  struct Input {
    std::string who;
    std::optional<int> times;
    std::optional<std::vector<std::string>> tags;
    static constexpr auto fields() {
      return std::tuple{required("who", &Input::who, "name"), optional("times", &Input::times, "how often"),
                        optional("tags", &Input::tags, "words")};
    }
  };
  struct Output {
    std::string text;
    [[nodiscard]] std::string etag() const { return "7"; }
    static constexpr auto fields() { return std::tuple{required("text", &Output::text, "the greeting")}; }
  };
  static constexpr Description description{.method = "POST",
                                           .path = "/v1/people/{who}:greet",
                                           .name = "greet",
                                           .tag = "people",
                                           .summary = "Greet",
                                           .example = R"({"who": "ana", "times": 2})",
                                           .status = 201};
  Output run(Call const& call, Input const& input) {
    ++*runs;
    if (input.who == "nobody") throw not_found("there is nobody");
    if (input.who == "secret") throw denied("not yours").with_access_request("banking/customers");
    if (input.who == "bug") throw std::logic_error("the inside");
    return {input.who + std::to_string(input.times.value_or(1)) + call.principal.name + call.purpose +
            (call.validate_only ? " rehearsed" : "")};
  }
};

struct Change {
  struct Input {
    std::string who, if_match;
    static constexpr auto fields() {
      return std::tuple{required("who", &Input::who, "name"), required("if_match", &Input::if_match, "ETag")};
    }
  };
  using Output = void;
  static constexpr Description description{.method = "DELETE",
                                           .path = "/v1/people/{who}",
                                           .name = "change",
                                           .tag = "people",
                                           .summary = "Change",
                                           .status = 204};
  void run(Call const&, Input const& input) {
    if (input.if_match != "\"7\"") throw conflict("changed meanwhile").with_reason("etag_mismatch");
  }
};

/// Changes something, and says how its key stands at that moment.
struct Act {
  db::Database& database;

  struct Input {
    std::string who;
    static constexpr auto fields() { return std::tuple{required("who", &Input::who, "name")}; }
  };
  struct Output {
    std::int64_t before = 0, after = 0;
    static constexpr auto fields() {
      return std::tuple{required("before", &Output::before, "state"), required("after", &Output::after, "state")};
    }
  };
  static constexpr Description description{
      .method = "POST", .path = "/v1/people/{who}:act", .name = "act", .tag = "people", .summary = "Act"};
  [[nodiscard]] std::int64_t state(Call const& call) const {
    return database.read(call, [](db::Transaction& tx) {
      return tx.query("SELECT status FROM native_idempotency WHERE idempotency_key = 'k4'").at(0).integer(0);
    });
  }
  Output run(Call const& call, Input const&) {
    auto const before = state(call);
    database.write(call, [](db::Transaction&) {});
    return {before, state(call)};
  }
};

class ApiTest : public testing::Test {
 protected:
  ApiTest() {
    database->migrate(migrations());
    api.table().add(Greet{runs});
    api.table().add(Change{});
    api.table().add(Act{*database});
  }

  http::Response send(std::size_t entry, http::Request request) {
    request.method = api.table().entries()[entry].description.method;
    if (!request.headers.find("Authorization")) request.headers.set("Authorization", "Bearer good");
    if (request.target.empty()) request.target = "/v1/people/x";
    return api.answer(api.table().entries()[entry], request);
  }
  http::Response greet(std::string const& who, std::string const& body = "", http::Headers headers = {}) {
    http::Request request;
    request.parameters = {{"who", who}};
    request.body = body;
    request.headers = std::move(headers);
    return send(0, std::move(request));
  }

  TemporaryDirectory directory;
  ManualClock clock;
  Log log{LogLevel::error};
  Metrics metrics;
  std::shared_ptr<int> runs = std::make_shared<int>(0);
  std::unique_ptr<db::Database> database = db::open_database((directory.path() / "meta.db").string(), clock);
  Api api{
      {.database = *database, .clock = clock, .log = log, .metrics = metrics, .authenticate = [](std::string_view h) {
         if (h != "Bearer good") throw unauthenticated("unknown key");
         return Principal{.id = PrincipalId("p1"), .name = "ana", .type = PrincipalType::user};
       }}};
};

TEST_F(ApiTest, PathAndBodyBecomeOneInput) {
  auto const response = greet("ben", R"({"times": 3})", {{"Lepton-Purpose", "fun"}});
  EXPECT_EQ(response.status, 201);
  EXPECT_EQ(response.body, R"({"text":"ben3anafun"})");
  EXPECT_EQ(response.headers.find("ETag"), "\"7\"");
}

TEST_F(ApiTest, EveryProblemIsPointedAt) {
  auto const response = greet("ben", R"({"times": "often", "tmes": 1})");
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(response.headers.find("Content-Type"), "application/problem+json");
  auto const problem = json::parse(response.body);
  EXPECT_EQ(problem.at("code"), "invalid");
  EXPECT_EQ(problem.at("errors").as_array().size(), 2U);
  EXPECT_EQ(problem.at("errors").as_array()[0].at("pointer"), "/times");
  EXPECT_EQ(problem.at("request_id").as_string(), *response.headers.find("X-Request-Id"));
}

TEST_F(ApiTest, ABodyThatContradictsThePathIsRefused) {
  EXPECT_THAT(greet("ben", R"({"who": "ana"})").body, HasSubstr("given twice"));
  EXPECT_EQ(greet("ben", R"({"who": "ben"})").status, 201);
}

TEST_F(ApiTest, MalformedJsonNamesLineAndColumn) {
  auto const response = greet("ben", "{\n  \"times\": ,}");
  EXPECT_EQ(response.status, 400);
  EXPECT_THAT(response.body, HasSubstr("line 2"));
}

TEST_F(ApiTest, UnknownQueryParametersAreRefused) {
  http::Request request;
  request.parameters = {{"who", "ben"}};
  request.query = {{"verbose", "1"}};
  EXPECT_THAT(send(0, request).body, HasSubstr("verbose"));
}

TEST_F(ApiTest, ErrorsKeepTheirKind) {
  EXPECT_EQ(greet("nobody").status, 404);
  auto const refused = greet("secret");
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(json::parse(refused.body).at("request_access").at("address"), "banking/customers");
  auto const bug = greet("bug");
  EXPECT_EQ(bug.status, 500);
  EXPECT_THAT(bug.body, testing::Not(HasSubstr("the inside")));
}

TEST_F(ApiTest, NobodyWithoutALogin) {
  http::Request request;
  request.headers.set("Authorization", "Bearer bad");
  EXPECT_EQ(send(0, request).status, 401);
  http::Request none;
  none.method = "POST";
  auto const response = api.answer(api.table().entries()[0], none);
  EXPECT_EQ(response.status, 401);
  EXPECT_TRUE(response.headers.find("WWW-Authenticate"));
}

TEST_F(ApiTest, ARepeatedKeyGetsTheSameAnswerAndRunsOnce) {
  auto const first = greet("ben", R"({"times": 3})", {{"Idempotency-Key", "k1"}});
  auto const second = greet("ben", R"({"times": 3})", {{"Idempotency-Key", "k1"}});
  EXPECT_EQ(*runs, 1);
  EXPECT_EQ(second.status, first.status);
  EXPECT_EQ(second.body, first.body);
  EXPECT_EQ(second.headers.find("ETag"), "\"7\"");
  EXPECT_EQ(second.headers.find("Idempotency-Replayed"), "true");
  auto const other = greet("ben", R"({"times": 4})", {{"Idempotency-Key", "k1"}});
  EXPECT_EQ(other.status, 422);
  EXPECT_EQ(json::parse(other.body).at("code"), "idempotency_mismatch");
}

TEST_F(ApiTest, WhatFailedOnOurSideMayBeRepeated) {
  EXPECT_EQ(greet("bug", "", {{"Idempotency-Key", "k2"}}).status, 500);
  EXPECT_EQ(greet("bug", "", {{"Idempotency-Key", "k2"}}).status, 500);
  EXPECT_EQ(*runs, 2);
}

TEST_F(ApiTest, AKeyIsTakenInTheTransactionOfTheEffect) {
  http::Request request;
  request.parameters = {{"who", "ben"}};
  request.headers.set("Idempotency-Key", "k4");
  EXPECT_EQ(send(2, request).body, R"({"before":0,"after":1})");
  EXPECT_EQ(send(2, request).body, R"({"before":0,"after":1})") << "replayed";
}

TEST_F(ApiTest, AKeyIsForgottenAfterADay) {
  greet("ben", "", {{"Idempotency-Key", "k3"}});
  clock.advance(std::chrono::hours(25));
  greet("ben", "", {{"Idempotency-Key", "k3"}});
  EXPECT_EQ(*runs, 2);
}

TEST_F(ApiTest, ValidateOnlyReachesTheCall) {
  http::Request request;
  request.parameters = {{"who", "ben"}};
  request.query = {{"validate_only", "true"}};
  EXPECT_THAT(send(0, request).body, HasSubstr("rehearsed"));
}

TEST_F(ApiTest, IfMatchIsRequiredAndCompared) {
  http::Request request;
  request.parameters = {{"who", "ben"}};
  EXPECT_EQ(send(1, request).status, 428);
  request.headers.set("If-Match", "\"6\"");
  EXPECT_EQ(send(1, request).status, 412);
  request.headers.set("If-Match", "\"7\"");
  auto const response = send(1, request);
  EXPECT_EQ(response.status, 204);
  EXPECT_EQ(response.body, "");
}

TEST_F(ApiTest, TracesAreContinuedWhenTheyAreValid) {
  std::string const trace = "0af7651916cd43dd8448eb211c80319c";
  auto const good = greet("ben", "", {{"traceparent", "00-" + trace + "-b7ad6b7169203331-01"}});
  EXPECT_THAT(std::string(*good.headers.find("traceparent")), HasSubstr(trace));
  auto const bad = greet("ben", "", {{"traceparent", "00-" + std::string(32, '0') + "-b7ad6b7169203331-01"}});
  EXPECT_THAT(std::string(*bad.headers.find("traceparent")), testing::Not(HasSubstr(std::string(32, '0'))));
}

TEST_F(ApiTest, ATimeoutMustBeADuration) {
  EXPECT_EQ(greet("ben", "", {{"Lepton-Timeout", "soon"}}).status, 400);
}

TEST_F(ApiTest, NobodyAsksForMoreTimeThanTheServerGives) {
  http::Request request;
  request.parameters = {{"who", "ben"}};
  request.longest_call = std::chrono::hours(1);
  request.headers.set("Lepton-Timeout", "61m");
  auto const refused = send(0, request);
  EXPECT_EQ(refused.status, 400);
  EXPECT_THAT(refused.body, HasSubstr("at most 1h on this server"));
  request.headers.set("Lepton-Timeout", "60m");
  EXPECT_EQ(send(0, request).status, 200);
}

TEST_F(ApiTest, OpenApiSaysWhereEachFieldStands) {
  auto const document = openapi(api.table(), "1");
  EXPECT_EQ(document.at("openapi"), "3.1.0");
  auto const& operation = document.at("paths").at("/v1/people/{who}:greet").at("post");
  EXPECT_EQ(operation.at("operationId"), "greet");
  EXPECT_EQ(operation.at("parameters").as_array()[0].at("in"), "path");
  auto const& media = operation.at("requestBody").at("content").at("application/json");
  EXPECT_TRUE(media.at("schema").at("properties").as_object().contains("times"));
  EXPECT_FALSE(media.at("schema").at("properties").as_object().contains("who"));
  EXPECT_EQ(media.at("example").at("times"), 2);
  EXPECT_TRUE(operation.at("responses").as_object().contains("201"));
  EXPECT_TRUE(document.at("paths").at("/v1/people/{who}").at("delete").at("responses").as_object().contains("428"));
}

}  // namespace
}  // namespace lepton::native
