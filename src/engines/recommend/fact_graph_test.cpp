#include "recommend/fact_graph.h"

#include <gmock/gmock.h>

#include <map>

#include "base/error.h"
#include "recommend/recommend_testing.h"

namespace lepton::recommend {
namespace {

using testing::HasSubstr;

/// Films 0, 1 and 2 with director (relation 0) 3, who was born in (1) 4, where film 2 is set (2).
FactGraph films() {
  return {{{0, 0, 3}, {1, 0, 3}, {3, 1, 4}, {2, 2, 4}, {0, 0, 3}}, 3, 5, 3};
}

std::map<std::uint32_t, std::vector<FactPath>> paths_from(FactGraph const& graph, std::uint32_t item,
                                                          std::size_t steps) {
  std::map<std::uint32_t, std::vector<FactPath>> paths;
  graph.for_each_path(item, steps, [&](FactPath const& path) { paths[path.end()].push_back(path); });
  return paths;
}

TEST(FactGraph, HoldsEachFactOnceFromBothSides) {
  auto const graph = films();
  EXPECT_EQ(graph.facts().size(), 4u);
  ASSERT_EQ(graph.of(3).size(), 3u);
  EXPECT_EQ(graph.of(3)[0].node, 0u);
  EXPECT_EQ(graph.of(3)[0].relation, 1u);  // from object to subject
  EXPECT_EQ(graph.of(0)[0].relation, 0u);
}

TEST(FactGraph, WalksFromItemToItemAndPassesNothingTwice) {
  auto const two = paths_from(films(), 0, 2);
  EXPECT_EQ(two.size(), 1u);
  ASSERT_EQ(two.at(1).size(), 1u);
  EXPECT_NEAR(two.at(1)[0].rarity, 1 / std::sqrt(3.0), 1e-9);
  auto const three = paths_from(films(), 0, 3);
  EXPECT_EQ(three.size(), 2u);
  ASSERT_EQ(three.at(2).size(), 1u);
  auto const& far = three.at(2)[0];
  EXPECT_EQ(far.length, 3u);
  EXPECT_EQ(far.steps[1].node, 4u);
  EXPECT_NEAR(far.rarity, 1 / std::sqrt(6.0), 1e-9);
}

TEST(FactGraph, APathIsOfOneKindFromEitherEnd) {
  auto const graph = films();
  auto const there = paths_from(graph, 0, 3).at(2)[0], back = paths_from(graph, 2, 3).at(0)[0];
  EXPECT_EQ(there.kind(), back.kind());
  EXPECT_NE(there.kind(), paths_from(graph, 0, 3).at(1)[0].kind());
  auto const reversed = there.reversed(0);
  EXPECT_EQ(reversed.end(), 0u);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(reversed.steps[i].node, back.steps[i].node);
    EXPECT_EQ(reversed.steps[i].relation, back.steps[i].relation);
  }
}

TEST(FactGraph, DoesNotWalkThroughWhatNearlyAllFactsName) {
  std::vector<embed::Triple> facts;
  std::uint32_t const items = FactGraph::most_met + 1;
  for (std::uint32_t item = 0; item < items; ++item) facts.push_back({item, 0, items});
  EXPECT_TRUE(paths_from({facts, items, items + 1, 1}, 0, 3).empty());
  facts.pop_back();
  EXPECT_EQ(paths_from({facts, items, items + 1, 1}, 0, 3).size(), FactGraph::most_met - 1);
}

TEST(FactGraph, RefusesNumbersOutside) {
  EXPECT_EQ(error_of([] { (void)FactGraph({{0, 0, 5}}, 3, 5, 1); }).code(), Code::invalid);
  EXPECT_EQ(error_of([] { (void)FactGraph({{0, 1, 4}}, 3, 5, 1); }).code(), Code::invalid);
  EXPECT_THAT(error_of([] { (void)FactGraph({}, 3, 2, 1); }).what(), HasSubstr("3 items have 2 nodes"));
}

}  // namespace
}  // namespace lepton::recommend
