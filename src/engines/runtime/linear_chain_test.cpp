#include "runtime/linear_chain.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "base/error.h"

namespace lepton::runtime {
namespace {

constexpr std::size_t label_count = 9;  // two types
constexpr std::size_t tokens = 4;

struct Random {
  explicit Random(unsigned seed) : random(seed) {}
  std::int32_t score() { return static_cast<std::int32_t>(random() % 2001) - 1000; }
  std::mt19937 random;
};

struct Case {
  explicit Case(unsigned seed) {
    Random random(seed);
    auto const width = LinearChain::width_of(label_count);
    transitions.assign(LinearChain::transitions_of(label_count), LinearChain::forbidden);
    for (std::size_t i = 0; i < label_count; ++i) {
      auto const label = static_cast<std::uint8_t>(i);
      for (std::size_t j = 0; j < label_count; ++j)
        if (TagScheme::may_follow(label, static_cast<std::uint8_t>(j))) transitions[i * width + j] = random.score();
      if (TagScheme::may_begin(label)) transitions[width * width + i] = random.score();
      if (TagScheme::may_end(label)) transitions[width * width + width + i] = random.score();
    }
    scores.assign(tokens * width, 0);
    for (std::size_t token = 0; token < tokens; ++token)
      for (std::size_t j = 0; j < label_count; ++j) scores[token * width + j] = random.score();
  }
  [[nodiscard]] std::int64_t score_of(std::vector<std::uint8_t> const& sequence) const {
    auto const width = LinearChain::width_of(label_count);
    std::int64_t sum = transitions[width * width + sequence[0]] + transitions[width * width + width + sequence.back()];
    for (std::size_t i = 0; i < tokens; ++i) {
      sum += scores[i * width + sequence[i]];
      if (i > 0) sum += transitions[sequence[i - 1] * width + sequence[i]];
    }
    return sum;
  }
  std::vector<std::int32_t> transitions, scores;
};

/// Every sequence there is, best first.
std::vector<LinearChain::Sequence> all_sequences(Case const& given) {
  std::vector<LinearChain::Sequence> all;
  for (unsigned code = 0; code < 9 * 9 * 9 * 9; ++code) {
    std::vector<std::uint8_t> sequence;
    for (unsigned rest = code, i = 0; i < tokens; ++i, rest /= 9)
      sequence.push_back(static_cast<std::uint8_t>(rest % 9));
    if (auto const score = given.score_of(sequence); score > LinearChain::forbidden / 2)
      all.push_back({sequence, score});
  }
  std::sort(all.begin(), all.end(), [](auto& a, auto& b) { return a.score > b.score; });
  return all;
}

class LinearChainAgainstAll : public testing::TestWithParam<unsigned> {};

TEST_P(LinearChainAgainstAll, DecodesTheBestSequences) {
  Case const given(GetParam());
  LinearChain const chain(label_count, given.transitions);
  auto const all = all_sequences(given);
  std::vector<std::uint8_t> best;
  chain.decode(given.scores, best);
  EXPECT_EQ(best, all[0].labels);
  auto const ten = chain.decode_best(given.scores, 10);
  ASSERT_EQ(ten.size(), 10u);
  for (std::size_t i = 0; i < 10; ++i) EXPECT_EQ(ten[i].score, all[i].score) << i;
}

TEST_P(LinearChainAgainstAll, MarginalsAreSharesOfAllSequences) {
  Case const given(GetParam());
  LinearChain const chain(label_count, given.transitions);
  float const scale = 0.003f;
  LinearChain::Marginals const marginals(chain, given.scores, scale);
  double total = 0, of_label = 0, of_span = 0;
  TagSpan const span{1, 3, 1};
  for (auto const& [sequence, score] : all_sequences(given)) {
    double const weight = std::exp(static_cast<double>(score) * scale);
    total += weight;
    if (sequence[2] == 0) of_label += weight;
    auto const spans = TagScheme::decode(sequence);
    if (std::find(spans.begin(), spans.end(), span) != spans.end()) of_span += weight;
  }
  EXPECT_NEAR(marginals.of_label(2, 0), of_label / total, 1e-5);
  EXPECT_NEAR(marginals.of_span(span), of_span / total, 1e-5);
  auto const best = chain.decode_best(given.scores, 1)[0].score;
  EXPECT_NEAR(marginals.of_sequence(best), std::exp(static_cast<double>(best) * scale) / total, 1e-5);
}

INSTANTIATE_TEST_SUITE_P(Seeds, LinearChainAgainstAll, testing::Range(0u, 8u));

TEST(LinearChain, NothingAndWrongSizes) {
  Case const given(1);
  LinearChain const chain(label_count, given.transitions);
  std::vector<std::uint8_t> none;
  chain.decode({}, none);
  EXPECT_TRUE(none.empty());
  EXPECT_TRUE(chain.decode_best({}, 3).empty());
  EXPECT_THROW(LinearChain(5, given.transitions), Error);
}

/// Sums of a long text's scores are beyond 32 bits.
TEST(LinearChain, LongSequencesStayWhatTheyAre) {
  Case const given(3);
  LinearChain const chain(label_count, given.transitions);
  constexpr std::size_t length = 3000;
  std::vector<std::int32_t> scores(length * chain.width());
  std::vector<std::uint8_t> expected(length), found;
  for (std::size_t token = 0; token < length; ++token) {
    expected[token] = TagScheme::label(token % 3 == 0   ? TagScheme::begin
                                       : token % 3 == 1 ? TagScheme::inside
                                                        : TagScheme::last,
                                       token / 3 % 2);
    scores[token * chain.width() + expected[token]] = 3'000'000;
  }
  chain.decode(scores, found);
  EXPECT_EQ(found, expected);
}

TEST(LinearChain, TransitionsOutOfRangeAreRefused) {
  auto transitions = Case(1).transitions;
  transitions[0] = -LinearChain::forbidden + 1;
  EXPECT_THROW(LinearChain(label_count, transitions), Error);
}

}  // namespace
}  // namespace lepton::runtime
