#include "embed/link/ranking.h"

#include <gmock/gmock.h>

#include "base/time.h"

namespace lepton::embed {
namespace {

/// Four entities on a line and one relation that moves by 1, in the first coordinate of 32.
struct Line {
  std::vector<float> entities = std::vector<float>(4 * 32), relation = std::vector<float>(32);
  EmbeddingView view;

  Line() {
    for (std::size_t i = 0; i < 4; ++i) entities[i * 32] = static_cast<float>(i);
    relation[0] = 1;
    view = {Scoring::transe, false, 4, 1, 32, entities.data(), relation.data()};
  }
};

TEST(QueryIndex, AnswersBothWays) {
  std::vector<Triple> const triples{{0, 0, 1}, {0, 0, 2}, {0, 0, 1}, {3, 1, 2}};
  QueryIndex const index(triples, 2);
  EXPECT_EQ(index.size(), 5u);
  EXPECT_EQ(index.total_answers(), 6u);
  EXPECT_THAT(index.find({0, 0}), testing::ElementsAre(1, 2));
  EXPECT_THAT(index.find({2, 2}), testing::ElementsAre(0));
  EXPECT_THAT(index.find({2, 3}), testing::ElementsAre(3));
  EXPECT_TRUE(index.find({1, 0}).empty());
  EXPECT_TRUE(index.contains({3, 1, 2}));
  EXPECT_FALSE(index.contains({2, 1, 3}));
  EXPECT_EQ(index.of_relation(0), std::pair(std::size_t{0}, std::size_t{1}));
  EXPECT_EQ(index.of_relation(2).second - index.of_relation(2).first, 2u);
}

TEST(Ranking, RanksAreCountedFromTheNearest) {
  SystemClock const clock;
  Line const line;
  std::vector<Triple> const triples{{0, 0, 3}};
  auto const report = rank_triples(system_call(clock), line.view, triples, QueryIndex(triples, 1), 2);
  // Tail of (0, r): 1 is nearest, then 0 and 2, then 3. Head of (r, 3): 2, then 1 and 3, then 0.
  EXPECT_EQ(report.ranks, 2u);
  EXPECT_DOUBLE_EQ(report.mean_rank, 4);
  EXPECT_DOUBLE_EQ(report.mrr, 0.25);
}

TEST(Ranking, OtherKnownAnswersDoNotCountAndTiesShareTheirPlaces) {
  SystemClock const clock;
  Line const line;
  std::vector<Triple> const triples{{0, 0, 2}};
  std::vector<Triple> const known{{0, 0, 2}, {0, 0, 1}};
  auto const report = rank_triples(system_call(clock), line.view, triples, QueryIndex(known, 1), 1);
  // Tail: 1 is known, 0 and 2 tie: place 1.5. Head of (r, 2): 1 is best, 0 and 2 tie: place 2.5.
  EXPECT_DOUBLE_EQ(report.mean_rank, 2);
  EXPECT_DOUBLE_EQ(report.mrr, (1 / 1.5 + 1 / 2.5) / 2);
  EXPECT_DOUBLE_EQ(report.hits_at_1, 0);
  EXPECT_DOUBLE_EQ(report.hits_at_3, 1);
}

}  // namespace
}  // namespace lepton::embed
