#include "anomaly/seasonal_forecast.h"

#include <gmock/gmock.h>

#include <cmath>
#include <random>

#include "base/error.h"

namespace lepton::anomaly {
namespace {

double weekly(std::size_t day) {
  constexpr double week[] = {5, 6, 7, 6, 5, -14, -15};
  return 100 + 0.5 * static_cast<double>(day) + week[day % 7];
}

TEST(SeasonalForecast, ContinuesATrendWithASeason) {
  std::vector<double> values;
  for (std::size_t day = 0; day < 40; ++day) values.push_back(weekly(day));
  auto const model = fit_seasonal(values, 7);
  auto const next = forecast(model, 9, 0.01);
  for (std::size_t h = 0; h < 9; ++h) {
    EXPECT_NEAR(next[h].mean, weekly(40 + h), 0.1) << h;
    EXPECT_LE(next[h].low, next[h].mean);
  }
}

TEST(SeasonalForecast, BoundsHoldAsOftenAsTheySay) {
  std::mt19937 random(3);
  std::normal_distribution<double> noise(0, 4);
  std::size_t beyond = 0, all = 0;
  for (int series = 0; series < 60; ++series) {
    std::vector<double> values;
    for (std::size_t day = 0; day < 105; ++day) values.push_back(weekly(day) + noise(random));
    auto const model = fit_seasonal(std::span(values).first(98), 7);
    auto const next = forecast(model, 7, 0.05);
    for (std::size_t h = 0; h < 7; ++h, ++all) beyond += values[98 + h] > next[h].high ? 1 : 0;
  }
  EXPECT_GT(beyond, all / 50);  // 5 % are expected
  EXPECT_LT(beyond, all / 8);
}

TEST(SeasonalForecast, AdvancingIsFittingOnWithTheSameWeights) {
  std::vector<double> values;
  for (std::size_t day = 0; day < 40; ++day) values.push_back(weekly(day));
  auto model = fit_seasonal(std::span(values).first(35), 7);
  for (std::size_t day = 35; day < 40; ++day) {
    EXPECT_NEAR(forecast(model, 1, 0.01)[0].mean, values[day], 0.1);
    advance(model, values[day]);
  }
  EXPECT_NEAR(forecast(model, 7, 0.01)[6].mean, weekly(46), 0.1);
  EXPECT_THROW(advance(model, NAN), Error);
}

TEST(SeasonalForecast, WithoutASeasonItIsALine) {
  std::vector<double> const values{1, 2, 3, 4, 5, 6, 7, 8};
  auto const next = forecast(fit_seasonal(values, 1), 3, 0.1);
  EXPECT_NEAR(next[0].mean, 9, 1e-6);
  EXPECT_NEAR(next[2].mean, 11, 1e-6);
  EXPECT_NEAR(next[2].high, 11, 1e-6);
}

TEST(SeasonalForecast, QuantilesAreThoseOfTheNormalDistribution) {
  EXPECT_NEAR(normal_quantile(0.5), 0, 1e-9);
  EXPECT_NEAR(normal_quantile(0.025), 1.959964, 1e-6);
  EXPECT_NEAR(normal_quantile(0.001), 3.090232, 1e-6);
}

TEST(SeasonalForecast, WhatCannotBeFittedIsRefused) {
  std::vector<double> values(16, 1.0);
  EXPECT_THROW((void)fit_seasonal(values, 7), Error);
  EXPECT_THROW((void)fit_seasonal(values, 0), Error);
  EXPECT_THROW((void)fit_seasonal({}, 1), Error);
  EXPECT_NO_THROW((void)fit_seasonal(values, 6));
  EXPECT_THROW((void)forecast(fit_seasonal(values, 1), 1, 0.5), Error);
  values[3] = NAN;
  EXPECT_THROW((void)fit_seasonal(values, 1), Error);
}

}  // namespace
}  // namespace lepton::anomaly
