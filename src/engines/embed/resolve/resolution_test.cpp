#include "embed/resolve/resolution.h"

#include <gmock/gmock.h>

#include <random>
#include <set>

#include "base/error.h"
#include "embed/resolve/clustering.h"

namespace lepton::embed {
namespace {

/// Products that two shops write in their own way; `shared` of them are in both.
struct Shops {
  RecordTable left{{"name", "price"}}, right{{"name", "price"}};

  explicit Shops(std::size_t products, std::size_t shared, unsigned seed = 1) {
    static constexpr std::array<std::string_view, 8> makers{"sony",    "bose",    "canon",  "epson",
                                                            "linksys", "netgear", "yamaha", "denon"};
    static constexpr std::array<std::string_view, 8> things{"turntable", "speaker", "printer",  "scanner",
                                                            "router",    "switch",  "receiver", "tuner"};
    std::mt19937 random(seed);
    for (std::size_t i = 0; i < products; ++i) {
      auto const maker = makers[random() % 8], thing = things[random() % 8];
      auto const code = fmt::format("{}{}{}", static_cast<char>('a' + random() % 26),
                                    static_cast<char>('a' + random() % 26), 100 + random() % 900);
      auto const price = 10 + random() % 500;
      add(left, fmt::format("{} {} {}", maker, thing, code), std::to_string(price));
      if (i < shared)
        add(right, fmt::format("{} - {} {} black", thing, maker, code), std::to_string(price + random() % 3));
      else
        add(right,
            fmt::format("{} {} {}{} silver", makers[random() % 8], things[random() % 8], code.substr(0, 1),
                        1000 + random() % 9000),
            std::to_string(10 + random() % 500));
    }
  }
  static void add(RecordTable& table, std::string const& name, std::string const& price) {
    std::vector<std::string_view> const values{name, price};
    table.add(values);
  }
};

double f1_of(Resolution const& resolution, std::size_t shared) {
  std::size_t right = 0;
  for (auto const& merge : resolution.merges) right += merge.left == merge.right && merge.left < shared ? 1 : 0;
  return 2.0 * static_cast<double>(right) / static_cast<double>(resolution.merges.size() + shared);
}

TEST(LinkTables, FindsWhatIsInBothWithoutLabels) {
  SystemClock const clock;
  Shops const shops(300, 200);
  auto const resolution = link_tables(system_call(clock), shops.left, shops.right);
  EXPECT_GT(f1_of(resolution, 200), 0.95);
  EXPECT_GT(resolution.compared, 300u);
  EXPECT_GT(resolution.expected_precision, 0.8);
  std::set<std::uint32_t> left, right;
  for (auto const& merge : resolution.merges) {
    EXPECT_TRUE(left.insert(merge.left).second && right.insert(merge.right).second) << "one to one";
    EXPECT_EQ(resolution.clusters[300 + merge.right], resolution.clusters[merge.left]);
  }
}

TEST(LinkTables, EachMergeSaysWhatSpokeForIt) {
  SystemClock const clock;
  Shops const shops(300, 200);
  auto const resolution = link_tables(system_call(clock), shops.left, shops.right);
  ASSERT_FALSE(resolution.merges.empty());
  for (auto const& merge : resolution.merges) {
    double sum = merge.prior, before = 1e9;
    for (auto const& evidence : merge.evidence) {
      sum += evidence.log_odds;
      EXPECT_LE(std::abs(evidence.log_odds), before);
      before = std::abs(evidence.log_odds);
      EXPECT_FALSE(evidence.comparison.empty());
    }
    EXPECT_NEAR(sum, merge.log_odds, 1e-4);
  }
  for (auto const& weight : resolution.model.weights) {
    EXPECT_GE(weight.weight, 0);
    EXPECT_TRUE(std::is_sorted(weight.log_ratio.begin(), weight.log_ratio.end()))
        << "more agreement never speaks against";
  }
}

TEST(LinkTables, ThreadsChangeNothing) {
  SystemClock const clock;
  Shops const shops(200, 150);
  auto const one = link_tables(system_call(clock), shops.left, shops.right, {.threads = 1});
  auto const three = link_tables(system_call(clock), shops.left, shops.right, {.threads = 3});
  EXPECT_EQ(one.clusters, three.clusters);
  ASSERT_EQ(one.merges.size(), three.merges.size());
  for (std::size_t i = 0; i < one.merges.size(); ++i) EXPECT_EQ(one.merges[i].log_odds, three.merges[i].log_odds);
}

TEST(FindDuplicates, PutsRecordsOfOneThingTogether) {
  SystemClock const clock;
  Shops const shops(200, 200);
  RecordTable both({"name", "price"});
  for (auto const* table : {&shops.left, &shops.right})
    for (std::size_t i = 0; i < table->size(); ++i) {
      std::vector<std::string_view> const values{table->value(i, 0), table->value(i, 1)};
      both.add(values);
    }
  auto const resolution = find_duplicates(system_call(clock), both);
  std::size_t right = 0, wrong = 0;
  for (std::size_t i = 0; i < 400; ++i)
    for (std::size_t j = i + 1; j < 400; ++j)
      if (resolution.clusters[i] == resolution.clusters[j]) ++(j == i + 200 ? right : wrong);
  EXPECT_GT(right, 180u);
  EXPECT_LT(wrong, 10u);
}

TEST(Resolution, EmptyAndBrokenTablesGiveNothing) {
  SystemClock const clock;
  RecordTable const empty({"name"});
  EXPECT_TRUE(link_tables(system_call(clock), empty, empty).merges.empty());
  EXPECT_TRUE(find_duplicates(system_call(clock), empty).clusters.empty());
  RecordTable blank({"name"}), broken({"name"});
  std::vector<std::string_view> const nothing{""}, bytes{"\xff\xfe\x80"};
  for (int i = 0; i < 5; ++i) {
    blank.add(nothing);
    broken.add(bytes);
  }
  EXPECT_TRUE(link_tables(system_call(clock), blank, broken).merges.empty());
  EXPECT_EQ(find_duplicates(system_call(clock), blank).merges.size(), 0u);
  EXPECT_THROW((void)find_duplicates(system_call(clock), blank, {.nearest = 0}), Error);
  EXPECT_THROW((void)find_duplicates(system_call(clock), blank, {.threads = 0}), Error);
  std::stop_source stop;
  stop.request_stop();
  EXPECT_THROW((void)link_tables(system_call(clock, stop.get_token()), blank, broken), Error);
}

TEST(Clustering, AChainOfLikenessesIsNotOneThing) {
  // 0–1 and 1–2 look alike, 0 and 2 do not.
  std::vector<CandidatePair> const pairs{{0, 1}, {0, 2}, {1, 2}};
  LearntMatches matches;
  matches.log_odds = {3, -6, 2};
  matches.probability = {0.95, 0.01, 0.9};
  auto const assignment = assign_clusters(matches, pairs, 3);
  EXPECT_THAT(assignment.merged, testing::ElementsAre(0u));
  EXPECT_THAT(clusters_of(assignment.merged, pairs, 3), testing::ElementsAre(0u, 0u, 2u));
  matches.log_odds[1] = -1;
  EXPECT_THAT(assign_clusters(matches, pairs, 3).merged, testing::ElementsAre(0u, 2u));
}

TEST(Clustering, OneToOneStopsWhereThePromiseOfF1IsHighest) {
  std::vector<CandidatePair> const pairs{{0, 3}, {0, 4}, {1, 4}, {2, 5}};
  LearntMatches matches;
  matches.log_odds = {5, 4, 3, -4};
  matches.probability = {0.9, 0.05, 0.8, 0.02};
  auto const assignment = assign_one_to_one(matches, pairs, 6);
  EXPECT_THAT(assignment.merged, testing::ElementsAre(0u, 2u));
  EXPECT_DOUBLE_EQ(assignment.least_probability, 0.8);
  EXPECT_DOUBLE_EQ(assignment.expected_precision, 0.85);
}

}  // namespace
}  // namespace lepton::embed
