#include "anomaly/burst_detector.h"

#include <gmock/gmock.h>

#include <cmath>
#include <random>

#include "base/error.h"

namespace lepton::anomaly {
namespace {

using testing::ElementsAre;

/// The tail by multiplying out Pólya's urn, draw by draw.
double urn_tail(std::uint64_t count, std::uint64_t total, double a, double b) {
  std::vector<double> chance{1};
  for (std::uint64_t draw = 0; draw < total; ++draw) {
    std::vector<double> next(draw + 2);
    for (std::uint64_t k = 0; k <= draw; ++k) {
      double const red = (a + static_cast<double>(k)) / (a + b + static_cast<double>(draw));
      next[k + 1] += chance[k] * red;
      next[k] += chance[k] * (1 - red);
    }
    chance = next;
  }
  double sum = 0;
  for (auto k = count; k <= total; ++k) sum += chance[k];
  return sum;
}

TEST(BetaBinomialTail, IsThatOfPolyasUrn) {
  for (double const a : {0.5, 3.0, 40.0})
    for (std::uint64_t const count : {0u, 1u, 5u, 11u, 12u})
      EXPECT_NEAR(beta_binomial_tail(count, 12, a, 7.5), urn_tail(count, 12, a, 7.5), 1e-9) << a << " " << count;
}

TEST(BetaBinomialTail, OfVeryManyThingsIsSummedInStrides) {
  // With a and b this large, nearly normal about 2·10⁹ with a deviation of some 10⁶.
  double const a = 3e6, b = 12e6, mean = 2e9;
  double const deviation = std::sqrt(1e10 * 0.2 * 0.8 * (a + b + 1e10) / (a + b + 1));
  for (double const z : {-3.0, 0.5, 2.0, 4.0}) {
    auto const count = static_cast<std::uint64_t>(mean + z * deviation);
    EXPECT_NEAR(beta_binomial_tail(count, 10'000'000'000, a, b) / (std::erfc(z / std::sqrt(2.0)) / 2), 1, 0.02) << z;
  }
  EXPECT_LT(beta_binomial_tail(900'000'000'000, 1'000'000'000'000, 3, 12), 1e-6);
  EXPECT_NEAR(beta_binomial_tail(40'000, 200'000, 30, 120) - beta_binomial_tail(60'000, 200'000, 30, 120),
              beta_binomial_tail(200, 1000, 30, 120) - beta_binomial_tail(300, 1000, 30, 120), 0.005);
}

TEST(Discoveries, AreTheLargestRankThatStaysBelowItsLine) {
  std::vector<double> const p{0.04, 0.001, 0.5, 0.02};
  EXPECT_THAT(discoveries(p, 0.05), ElementsAre(1, 3));
  EXPECT_THAT(discoveries(p, 0.06), ElementsAre(1, 3, 0));
  EXPECT_THAT(discoveries(p, 0.003), ElementsAre());
  EXPECT_THAT(discoveries({}, 0.05), ElementsAre());
}

TEST(BurstDetector, FindsABurstAndNotABusyDay) {
  BurstDetector detector(2, {});
  std::mt19937_64 random(1);
  std::size_t false_alarms = 0;
  for (int day = 0; day < 200; ++day) {
    std::uint64_t const total = day % 10 == 0 ? 3000 : 300;
    std::vector<std::uint64_t> const counts{std::binomial_distribution<std::uint64_t>(total, 0.01)(random),
                                            std::binomial_distribution<std::uint64_t>(total, 0.2)(random)};
    false_alarms += detector.next(total, counts).size();
  }
  EXPECT_LE(false_alarms, 1u);
  std::vector<std::uint64_t> const burst{15, 60};
  auto const found = detector.next(300, burst);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].series, 0u);
  EXPECT_NEAR(found[0].expected, 3, 0.6);
  EXPECT_LT(found[0].p_value, 1e-4);
}

TEST(BurstDetector, ARestlessSeriesNeedsMore) {
  BurstDetector calm(1, {}), restless(1, {});
  for (std::uint64_t day = 0; day < 100; ++day) {
    std::vector<std::uint64_t> const even{10}, uneven{day % 2 == 0 ? 18u : 2u};
    (void)calm.next(1000, even);
    (void)restless.next(1000, uneven);
  }
  std::vector<std::uint64_t> const high{26};
  EXPECT_EQ(calm.next(1000, high).size(), 1u);
  EXPECT_EQ(restless.next(1000, high).size(), 0u);
}

TEST(BurstDetector, ASurgeThatGoesOnStaysOne) {
  BurstDetector detector(1, {});
  std::vector<std::uint64_t> const usual{5}, high{30};
  for (int day = 0; day < 60; ++day) (void)detector.next(100, usual);
  for (int day = 0; day < 3; ++day) EXPECT_EQ(detector.next(100, high).size(), 1u) << day;
}

TEST(BurstDetector, GoesOnFromItsPast) {
  BurstDetector whole(2, {});
  std::vector<std::uint64_t> const first{5, 20}, second{9, 18};
  for (int day = 0; day < 20; ++day) (void)whole.next(100, day % 2 == 0 ? first : second);
  BurstDetector again(whole.past(), {});
  std::vector<std::uint64_t> const high{40, 20};
  auto const expected = whole.judge(100, high);
  ASSERT_EQ(expected.size(), 1u);
  EXPECT_EQ(again.next(100, high).at(0).p_value, expected[0].p_value);
  BurstPast past = whole.past();
  past.counts[0] = past.total + 1;
  EXPECT_THROW(BurstDetector(past, {}), Error);
  past = whole.past();
  past.weight.pop_back();
  EXPECT_THROW(BurstDetector(past, {}), Error);
  past = whole.past();
  past.excess[1] = NAN;
  EXPECT_THROW(BurstDetector(past, {}), Error);
}

TEST(BurstDetector, WhatCannotBeCountedIsRefused) {
  EXPECT_THROW(BurstDetector(0, {}), Error);
  EXPECT_THROW(BurstDetector(1, {NAN, 0.9, 1}), Error);
  EXPECT_THROW(BurstDetector(1, {0.01, 0, 1}), Error);
  BurstDetector detector(1, {});
  std::vector<std::uint64_t> const too_many{5}, two{1, 1}, none{0};
  EXPECT_THROW((void)detector.next(4, too_many), Error);
  EXPECT_THROW((void)detector.next(4, two), Error);
  EXPECT_TRUE(detector.next(0, none).empty());
}

}  // namespace
}  // namespace lepton::anomaly
