#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/test_disk.h"
#include "company.h"
#include "work.h"

namespace lepton::crash {
namespace {

TEST(FullDiskTest, AFullDiskRefusesWritesAnswersReadsAndHeals) {
  TestDisk const disk(24u << 20);
  if (auto const reason = disk.missing()) GTEST_SKIP() << *reason;
  RunningServer server(disk.path() / "data");
  server.start();
  Tokens const tokens = found_company(server);
  Api root = server.api(tokens.at("root"));

  disk.fill(0);
  std::set<std::string> acknowledged;
  Answer answer;
  int written = 0;
  // Pages that the database has allocated already take some writes yet.
  for (; written < 20'000; ++written) {
    std::string const name = "full" + std::to_string(written);
    answer = root.post("/v1/departments/risk/groups", {{"name", name}, {"title", std::string(500, 't')}});
    if (!answer.ok()) break;
    acknowledged.insert("risk/" + name);
  }
  EXPECT_TRUE(answer.status == 429 || answer.status == 507) << answer.status << " " << answer.text;
  EXPECT_NE(answer.text.find("disk"), std::string::npos) << "the words say what is wrong: " << answer.text;
  EXPECT_EQ(root.get("/v1/departments").status, 200) << "reads go on";

  auto const groups = [&] {
    std::set<std::string> names;
    std::string next;
    do {
      auto const page = root.get("/v1/departments/risk/groups?page_size=1000&page_token=" + next);
      EXPECT_EQ(page.status, 200) << page.text;
      if (!page.ok()) return names;
      for (auto const& item : page.body.at("items").as_array()) names.emplace(item.at("name").as_string());
      auto const* token = page.body.as_object().if_contains("next_page_token");
      next = token != nullptr && token->is_string() ? std::string(token->as_string()) : "";
    } while (!next.empty());
    return names;
  };
  EXPECT_EQ(groups(), acknowledged);

  disk.empty();
  EXPECT_EQ(root.post("/v1/departments/risk/groups", {{"name", "after"}}).status, 201) << "it heals by itself";
  acknowledged.insert("risk/after");
  server.kill();
  server.start();
  root = server.api(tokens.at("root"));
  EXPECT_EQ(groups(), acknowledged);
  EXPECT_EQ(server.stop(), 0);
}

TEST(FullDiskTest, AnImportThatDoesNotFitLeavesNothing) {
  TestDisk const disk(32u << 20);
  if (auto const reason = disk.missing()) GTEST_SKIP() << *reason;
  RunningServer server(disk.path() / "data");
  server.start();
  Tokens const tokens = found_company(server);
  Api ben = server.api(tokens.at("ben"));
  std::string csv = "id,text\n";
  for (int i = 0; csv.size() < (4u << 20); ++i) csv += fmt::format("{},{:x}\n", i, i * 2654435761u);
  std::string const path = "/v1/departments/risk/datasets/large:import?format=csv";

  // Room for the upload alone, or for not even that.
  for (std::size_t const room : {(4u << 20) + (256u << 10), 1u << 20}) {
    disk.fill(room);
    auto const refused = ben.upload("POST", path, "text/csv", csv);
    EXPECT_TRUE(refused.status == 429 || refused.status == 507) << room << ": " << refused.status << refused.text;
    EXPECT_EQ(ben.get("/v1/departments/risk/datasets/large").status, 404) << "half an import";
    disk.empty();
  }
  auto const imported = ben.upload("POST", path, "text/csv", csv);
  EXPECT_EQ(imported.status, 201) << imported.text;
  EXPECT_EQ(server.stop(), 0);
}

}  // namespace
}  // namespace lepton::crash
