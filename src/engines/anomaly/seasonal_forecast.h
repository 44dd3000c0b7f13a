#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace lepton::anomaly {

/// Holt–Winters' additive method (Winters 1960): level, trend and a season, each smoothed exponentially. A plain value.
struct SeasonalModel {
  double level_weight = 0, trend_weight = 0, season_weight = 0;  ///< α, β (of α) and γ (of 1 − α), 0 to 1
  double level = 0, trend = 0;
  std::vector<double> season;  ///< what is added at the next places of the season, the first for the next step
  double deviation = 0;        ///< standard deviation of the errors one step ahead
};

/// What is to come at a step: mean, and the bounds that it stays within with the chance asked for.
struct Forecast {
  double mean = 0, low = 0, high = 0;
};

/// Fits the three weights by least squared error one step ahead, on a grid that is refined about its best. `period` is
/// the length of the season in steps; 1: none. Deterministic. Throws Error{invalid} that names the place of a value
/// that is no finite number, and for fewer values than two seasons and three more.
[[nodiscard]] SeasonalModel fit_seasonal(std::span<double const> values, std::size_t period);

/// Takes the next value into the model, its weights kept. Throws Error{invalid} for one that is no finite number.
void advance(SeasonalModel& model, double value);

/// Forecasts the next `steps` values; the chance of leaving the bounds to one side is `beyond` (0 to ½) if errors are
/// normal and independent (Hyndman et al. 2008, class 1). Throws Error{invalid} for `beyond` out of range.
[[nodiscard]] std::vector<Forecast> forecast(SeasonalModel const& model, std::size_t steps, double beyond);

/// The z with P(Z > z) = beyond for a standard normal Z and `beyond` between 0 and 1.
[[nodiscard]] double normal_quantile(double beyond);

}  // namespace lepton::anomaly
