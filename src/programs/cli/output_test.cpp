#include "cli/output.h"

#include <gtest/gtest.h>

#include "base/file.h"
#include "cli/commands.h"
#include "cli/profile.h"
#include "cli/target.h"
#include "cli/width.h"

#include <sys/stat.h>

namespace lepton::cli {
namespace {

TEST(Width, CountsColumnsNotBytes) {
  EXPECT_EQ(display_width("abc"), 3U);
  EXPECT_EQ(display_width("银行"), 4U);
  EXPECT_EQ(display_width("Pérez"), 5U);
  EXPECT_EQ(display_width("Pe\u0301rez"), 5U);
  EXPECT_EQ(display_width("ｱ"), 1U);
  EXPECT_EQ(display_width("Ａ"), 2U);
}

TEST(Width, CutsBetweenCharacters) {
  EXPECT_EQ(fit("银行客户", 5), "银行…");
  EXPECT_EQ(fit("银行客户", 4), "银…");
  EXPECT_EQ(fit("abc", 3), "abc");
}

TEST(Table, AlignsWideTextAndNumbers) {
  EXPECT_EQ(render_table({"NAME", "ROWS"}, {{"银行", "5"}, {"risk", "120"}}, {false, true}, 0),
            "NAME  ROWS\n"
            "银行     5\n"
            "risk   120\n");
}

TEST(Table, NeverLetsDataCommandTheTerminal) {
  json::Value const value("a\x1b[31mb\nc");
  EXPECT_EQ(cell(&value), "a [31mb c");
}

TEST(Item, IndentsWhatIsInsideAndLeavesOutWhatIsEmpty) {
  auto const value =
      json::parse(R"({"id":"j1","note":"","tags":[],"result":{"run":"r1","metrics":{"auc":0.79,"ks":0.44}},)"
                  R"("inputs":[{"dataset":"a/b","name":"b.csv"},{"dataset":"a/c"}],"aliases":["x","y"]})");
  EXPECT_EQ(fields_text(value.as_object(), 0),
            "id       j1\n"
            "result\n"
            "  run  r1\n"
            "  metrics\n"
            "    auc  0.79\n"
            "    ks   0.44\n"
            "inputs\n"
            "  - dataset  a/b\n"
            "    name     b.csv\n"
            "  - dataset  a/c\n"
            "aliases  x, y\n");
}

TEST(Cell, LeavesOutWhatIsEmpty) {
  auto const value = json::parse(R"({"path":"banking/*","tags":[],"masks":{},"note":null})");
  EXPECT_EQ(cell(&value), "path: banking/*");
}

TEST(Csv, QuotesWhatNeedsIt) {
  EXPECT_EQ(csv_field("plain"), "plain");
  EXPECT_EQ(csv_field("a,\"b\""), "\"a,\"\"b\"\"\"");
}

TEST(Target, EscapesPartsAndLeavesOutWhatIsAbsent) {
  EXPECT_EQ(Target("/v1/groups/{}/members/{}", {"risk/analysts", "ben"})
                .with("a", "x y")
                .with("b", std::nullopt)
                .with("c", "1")
                .str(),
            "/v1/groups/risk%2Fanalysts/members/ben?a=x%20y&c=1");
}

TEST(Place, ReadsAnAddress) {
  auto const place = place_of("banking/customers@3");
  EXPECT_EQ(place.department, "banking");
  EXPECT_EQ(place.name, "customers");
  EXPECT_EQ(place.version, "3");
  EXPECT_ANY_THROW((void)place_of("customers"));
  EXPECT_ANY_THROW((void)place_of("a/b/c"));
}

TEST(Profiles, AreReadableByTheirOwnerOnly) {
  TemporaryDirectory directory;
  auto const file = directory.path() / "lepton" / "profiles.yaml";
  auto profiles = Profiles::load(file);
  profiles.set("ana",
               {.url = "http://127.0.0.1:1", .token = "ls_1", .user = "ana", .certificate_authority = "/ca.pem"});
  profiles.use("ana");
  profiles.save();
  struct stat status {};
  ASSERT_EQ(::stat(file.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600);
  auto const again = Profiles::load(file);
  EXPECT_EQ(again.current(), "ana");
  EXPECT_EQ(again.find("ana").token, "ls_1");
  EXPECT_EQ(again.find("ana").certificate_authority, "/ca.pem");
}

}  // namespace
}  // namespace lepton::cli
