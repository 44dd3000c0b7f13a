#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "company.h"
#include "db/test_database.h"
#include "scenario.h"

namespace lepton::scenarios {
namespace {

struct Case {
  std::filesystem::path file;
  bool postgresql = false;
};

void PrintTo(Case const& one, std::ostream* out) {
  *out << one.file.filename().string();
}

std::vector<Case> cases() {
  std::vector<Case> all;
  for (auto const& entry : std::filesystem::directory_iterator(LEPTON_SCENARIOS))
    if (entry.path().extension() == ".test")
      for (bool const postgresql : {false, true}) all.push_back({entry.path(), postgresql});
  std::sort(all.begin(), all.end(), [](auto const& a, auto const& b) {
    return std::pair(a.file, a.postgresql) < std::pair(b.file, b.postgresql);
  });
  return all;
}

class Scenario : public testing::TestWithParam<Case> {};

TEST_P(Scenario, Holds) {
  auto const steps = read_scenario(GetParam().file);
  TemporaryDirectory directory;
  crash::RunningServer server(directory.path() / "data");
  std::optional<db::TestCluster> cluster;
  if (GetParam().postgresql) {
    if (auto const missing = db::TestCluster::missing()) GTEST_SKIP() << *missing;
    cluster.emplace();
    server.use_database(cluster->create_database());
  }
  server.start();
  Player player(server.url(), crash::found_company(server));
  for (auto const& step : steps) {
    auto const problem = player.play(step);
    ASSERT_EQ(problem, "") << GetParam().file.filename() << "\n" << server.log();
  }
  EXPECT_EQ(server.stop(), 0);
}

std::string name_of(testing::TestParamInfo<Case> const& one) {
  std::string name = one.param.file.stem().string() + (one.param.postgresql ? "_postgresql" : "_sqlite");
  std::replace_if(
      name.begin(), name.end(), [](char c) { return !std::isalnum(static_cast<unsigned char>(c)); }, '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(All, Scenario, testing::ValuesIn(cases()), name_of);

}  // namespace
}  // namespace lepton::scenarios
