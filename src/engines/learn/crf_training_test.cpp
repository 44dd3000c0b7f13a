#include "learn/crf_training.h"

#include <gtest/gtest.h>

#include <random>

namespace lepton::learn {
namespace {

/// Sentences whose labels follow from one feature a token; `common` stands at every token besides.
ChainExamples sentences(std::size_t count, std::size_t length, bool common) {
  ChainExamples out;
  std::mt19937 random(4);
  runtime::TagScheme const scheme({"A", "B"});
  for (std::size_t s = 0; s < count; ++s) {
    std::vector<runtime::TagSpan> spans;
    std::vector<std::uint32_t> kind(length);
    for (std::uint32_t i = 0; i + 2 < length; i += 3) {
      kind[i] = 1 + random() % 2;
      spans.push_back({i, i + 2, kind[i] - 1});
    }
    auto const labels = scheme.encode(length, spans);
    for (std::size_t i = 0; i < length; ++i) {
      out.features.push_back(kind[i]);
      if (common)
        for (std::uint32_t f = 3; f < 23; ++f) out.features.push_back(f);
      out.token_begin.push_back(out.features.size());
      out.labels.push_back(labels[i]);
    }
    out.sentence_begin.push_back(static_cast<std::uint32_t>(out.labels.size()));
  }
  return out;
}

TEST(CrfTraining, LearnsWhatFollowsFromFeaturesAndNeighbours) {
  SystemClock const clock;
  auto const examples = sentences(50, 12, false);
  std::vector<double> losses;
  CrfOptions const options{.rounds = 10};
  auto const weights = train_chain(system_call(clock), examples, 3, 9, options, [&](CrfRound const& round) {
    losses.push_back(round.loss);
    return true;
  });
  EXPECT_EQ(decode_chain(examples, weights), examples.labels);
  EXPECT_LT(losses.back(), losses.front() / 4);
}

/// Features that stand at every token of a long sentence move by the sum over all its tokens in one step.
TEST(CrfTraining, LongSentencesWithCommonFeaturesDoNotDiverge) {
  SystemClock const clock;
  auto const examples = sentences(40, 300, true);
  std::vector<double> losses;
  auto const weights = train_chain(system_call(clock), examples, 23, 9, {.rounds = 15}, [&](CrfRound const& round) {
    losses.push_back(round.loss);
    return true;
  });
  EXPECT_LT(losses.back(), losses.front() / 2);
  auto const found = decode_chain(examples, weights);
  std::size_t right = 0;
  for (std::size_t i = 0; i < found.size(); ++i) right += found[i] == examples.labels[i];
  EXPECT_GT(right, found.size() * 9 / 10);
}

TEST(CrfTraining, RoundsOfTheSecondHalfAreAveraged) {
  SystemClock const clock;
  auto const examples = sentences(20, 9, false);
  auto const weights_of = [&](int rounds, int last) {
    return train_chain(system_call(clock), examples, 3, 9, {.rounds = rounds},
                       [&](CrfRound const& round) { return round.number < last; })
        .rows;
  };
  auto const third = weights_of(4, 3), fourth = weights_of(6, 4), mean = weights_of(4, 4);
  ASSERT_NE(third, fourth);
  for (std::size_t i = 0; i < mean.size(); ++i) EXPECT_NEAR(mean[i], (third[i] + fourth[i]) / 2, 1e-5);
}

/// The judge's answers are given: what counts is which weights come back, and when it ends.
TEST(CrfTraining, EndsWhenTheJudgeIsNoLongerBetterPleasedAndKeepsTheBestWeights) {
  SystemClock const clock;
  auto const examples = sentences(20, 9, false);
  std::vector<double> const answers{0.5, 0.7, 0.6, 0.7, 0.9};
  std::vector<ChainWeights> shown;
  std::vector<bool> best;
  auto const judge = [&](ChainWeights const& weights) {
    shown.push_back(weights);
    return answers.at(shown.size() - 1);
  };
  auto const weights = train_chain(
      system_call(clock), examples, 3, 9, {.rounds = 9, .patience = 2},
      [&](CrfRound const& round) {
        EXPECT_EQ(round.judged, answers.at(best.size()));
        best.push_back(round.best);
        return true;
      },
      judge);
  EXPECT_EQ(best, (std::vector<bool>{true, true, false, false}));
  EXPECT_EQ(weights.rows, shown.at(1).rows);
  EXPECT_NE(weights.rows, shown.at(3).rows);
}

TEST(CrfTraining, ASinkEndsIt) {
  SystemClock const clock;
  int rounds = 0;
  (void)train_chain(system_call(clock), sentences(10, 6, false), 3, 9, {.rounds = 10}, [&](CrfRound const& round) {
    rounds = round.number;
    return rounds < 3;
  });
  EXPECT_EQ(rounds, 3);
}

}  // namespace
}  // namespace lepton::learn
