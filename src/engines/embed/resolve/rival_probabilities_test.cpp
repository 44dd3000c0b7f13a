#include "embed/resolve/rival_probabilities.h"

#include <gmock/gmock.h>

#include <cmath>
#include <numeric>

namespace lepton::embed {
namespace {

/// By looking at every set of matches in which no record comes twice, with all odds multiplied by `factor`.
std::vector<double> by_hand(std::vector<CandidatePair> const& pairs, std::vector<double> const& log_odds,
                            double factor) {
  std::vector<double> with(pairs.size(), 0);
  double all = 0;
  for (std::size_t set = 0; set < std::size_t{1} << pairs.size(); ++set) {
    double weight = 1;
    std::uint64_t taken = 0;
    for (std::size_t i = 0; i < pairs.size(); ++i) {
      if ((set >> i & 1) == 0) continue;
      std::uint64_t const both = std::uint64_t{1} << pairs[i].left | std::uint64_t{1} << pairs[i].right;
      weight = (taken & both) == 0 ? weight * factor * std::exp(log_odds[i]) : 0;
      taken |= both;
    }
    all += weight;
    for (std::size_t i = 0; i < pairs.size(); ++i) with[i] += (set >> i & 1) != 0 ? weight : 0;
  }
  for (auto& weight : with) weight /= all;
  return with;
}

double total(std::vector<double> const& probabilities) {
  return std::accumulate(probabilities.begin(), probabilities.end(), 0.0);
}

std::vector<CandidatePair> const chain{{0, 5}, {0, 6}, {1, 6}, {1, 7}, {2, 7}, {3, 8}};
std::vector<double> const odds_of_chain{2, 1, 1.5, -1, 0.5, -2};

TEST(RivalProbabilities, OfAChainOfRivalsAreThoseOfAllSetsOfMatches) {
  RivalProbabilities rivals(chain, 9);
  auto const matches = total(by_hand(chain, odds_of_chain, 1));
  auto const found = rivals.adding_up_to(matches, 4, odds_of_chain);
  auto const right = by_hand(chain, odds_of_chain, 1);
  for (std::size_t i = 0; i < chain.size(); ++i) EXPECT_NEAR(found[i], right[i], 0.01) << i;
}

TEST(RivalProbabilities, AddUpToAsManyMatchesAsThereAre) {
  for (double const matches : {0.5, 2.0, 3.5}) {
    RivalProbabilities rivals(chain, 9);
    auto const found = rivals.adding_up_to(matches, 4, odds_of_chain);
    EXPECT_NEAR(total(found), matches, 0.02);
    for (auto const p : found) EXPECT_THAT(p, testing::AllOf(testing::Ge(0), testing::Le(1)));
  }
}

TEST(RivalProbabilities, WhereEveryRecordHasAMatchManyRivalsDoNotHideIt) {
  std::vector<CandidatePair> pairs;
  std::vector<double> log_odds;
  constexpr std::uint32_t each = 30;
  for (std::uint32_t left = 0; left < each; ++left)
    for (std::uint32_t right = 0; right < each; ++right) {
      pairs.push_back({left, each + right});
      log_odds.push_back(left == right ? 1 : -2);
    }
  RivalProbabilities rivals(pairs, 2 * each);
  auto const found = rivals.adding_up_to(each - 0.1, each, log_odds);
  EXPECT_NEAR(total(found), each, 0.2);
  EXPECT_GT(found[0], 0.4);
  EXPECT_LT(found[1], 0.1);
}

TEST(RivalProbabilities, NoPairsHaveNone) {
  EXPECT_TRUE(RivalProbabilities({}, 3).adding_up_to(1, 1, {}).empty());
}

}  // namespace
}  // namespace lepton::embed
