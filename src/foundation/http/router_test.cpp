#include "http/router.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"

namespace lepton::http {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

class RouterTest : public ::testing::Test {
 protected:
  void add(std::string const& method, std::string const& path) {
    router_.add(method, path, [](Request&) { return Response(); });
  }
  [[nodiscard]] std::string route(std::string_view method, std::string_view path) const {
    auto const match = router_.match(method, path);
    return match.route ? match.route->path : "";
  }

  Router router_;
};

TEST_F(RouterTest, BindsOneSegmentPerParameter) {
  add("POST", "/v2/models/{model}/versions/{version}/infer");
  auto const match = router_.match("POST", "/v2/models/risk%2Fscore/versions/3/infer");
  ASSERT_NE(match.route, nullptr);
  EXPECT_THAT(match.parameters, ElementsAre(Pair("model", "risk/score"), Pair("version", "3")));
  EXPECT_EQ(route("POST", "/v2/models/a/b/versions/3/infer"), "");
  EXPECT_EQ(route("POST", "/v2/models//versions/3/infer"), "");
}

TEST_F(RouterTest, PrefersLiteralsThenSuffixesThenParametersThenTheRest) {
  add("GET", "/jobs/latest");
  add("GET", "/jobs/{job}:cancel");
  add("GET", "/jobs/{job}");
  add("GET", "/{path...}");
  EXPECT_EQ(route("GET", "/jobs/latest"), "/jobs/latest");
  EXPECT_EQ(route("GET", "/jobs/7:cancel"), "/jobs/{job}:cancel");
  EXPECT_EQ(route("GET", "/jobs/7"), "/jobs/{job}");
  EXPECT_EQ(route("GET", "/jobs/7/logs"), "/{path...}");
  EXPECT_THAT(router_.match("GET", "/a/b%20c").parameters, ElementsAre(Pair("path", "a/b c")));
}

TEST_F(RouterTest, TriesTheOtherWayWhenTheLiteralLeadsNowhere) {
  add("GET", "/a/b/c");
  add("GET", "/a/{x}/d");
  EXPECT_EQ(route("GET", "/a/b/d"), "/a/{x}/d");
}

TEST_F(RouterTest, TellsWhichMethodsThereAre) {
  add("GET", "/a");
  add("PUT", "/a");
  auto const match = router_.match("POST", "/a");
  EXPECT_EQ(match.route, nullptr);
  EXPECT_THAT(match.allowed, ElementsAre("GET", "PUT"));
  EXPECT_THAT(router_.match("POST", "/b").allowed, IsEmpty());
}

TEST_F(RouterTest, FindsTheRouteOfGetForHead) {
  add("GET", "/a");
  EXPECT_EQ(route("HEAD", "/a"), "/a");
}

TEST_F(RouterTest, RefusesBrokenEscapesAndTemplates) {
  add("GET", "/{x}");
  EXPECT_EQ(route("GET", "/%zz"), "");
  EXPECT_THROW(add("GET", "/{x"), Error);
  EXPECT_THROW(add("GET", "/{x}"), Error);
  EXPECT_THROW(add("GET", "/{x...}/y"), Error);
}

TEST_F(RouterTest, LetsRoutesNameTheSameSegmentDifferently) {
  add("GET", "/d/{department}");
  add("GET", "/d/{name}/assets");
  EXPECT_THAT(router_.match("GET", "/d/risk/assets").parameters, ElementsAre(Pair("name", "risk")));
}

}  // namespace
}  // namespace lepton::http
