#include "anomaly/seasonal_forecast.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/error.h"

namespace lepton::anomaly {
namespace {

using Weights = std::array<double, 3>;

/// Level, trend and season of the first two seasons.
SeasonalModel first_state(std::span<double const> values, std::size_t period) {
  auto const mean = [&](std::size_t from) {
    auto const part = values.subspan(from, period);
    return std::accumulate(part.begin(), part.end(), 0.0) / static_cast<double>(period);
  };
  SeasonalModel model;
  double const first = mean(0), second = mean(period);
  model.trend = (second - first) / static_cast<double>(period);
  double const middle = static_cast<double>(period - 1) / 2;
  model.level = first - model.trend * (middle + 1);  // one step before the first value
  for (std::size_t i = 0; i < period; ++i)
    model.season.push_back(period == 1 ? 0 : values[i] - model.level - model.trend * (static_cast<double>(i) + 1));
  return model;
}

/// One step at a place of the season; answers by how much the model was wrong.
double step(SeasonalModel& model, std::size_t place, double value) {
  double& season = model.season[place];
  double const error = value - model.level - model.trend - season;
  model.level += model.trend + model.level_weight * error;
  model.trend += model.level_weight * model.trend_weight * error;
  if (model.season.size() > 1) season += model.season_weight * (1 - model.level_weight) * error;
  return error;
}

/// What comes after `steps` more steps stands first.
void turn(SeasonalModel& model, std::size_t steps) {
  std::rotate(model.season.begin(), model.season.begin() + static_cast<std::ptrdiff_t>(steps % model.season.size()),
              model.season.end());
}

/// Runs through the values; answers the sum of the squared errors one step ahead, after the first season.
double run(SeasonalModel& model, std::span<double const> values) {
  auto const period = model.season.size();
  double sum = 0;
  for (std::size_t t = 0; t < values.size(); ++t) {
    double const error = step(model, t % period, values[t]);
    if (t >= period) sum += error * error;
  }
  turn(model, values.size());
  return sum;
}

SeasonalModel with_weights(SeasonalModel model, Weights const& weights) {
  model.level_weight = weights[0];
  model.trend_weight = weights[1];
  model.season_weight = weights[2];
  return model;
}

/// The weights at the corners and middles of a cube about the best so far, which shrinks.
Weights best_weights(SeasonalModel const& start, std::span<double const> values) {
  Weights best{0.5, 0.5, 0.5};
  double least = std::numeric_limits<double>::infinity();
  for (double reach = 0.5; reach > 0.004; reach /= 2) {
    auto const centre = best;
    for (int corner = 0; corner < 125; ++corner) {
      Weights weights{};
      int left = corner;
      for (std::size_t i = 0; i < weights.size(); ++i, left /= 5)
        weights[i] = std::clamp(centre[i] + reach * (left % 5 - 2) / 2, 0.0, 1.0);
      auto model = with_weights(start, weights);
      double const sum = run(model, values);
      if (sum < least) std::tie(least, best) = std::pair(sum, weights);
    }
  }
  return best;
}

}  // namespace

SeasonalModel fit_seasonal(std::span<double const> values, std::size_t period) {
  if (period == 0) throw invalid("a season has no steps, expected at least 1");
  if (values.size() < 3 || (values.size() - 3) / 2 < period)
    throw invalid(fmt::format("{} values are too few for seasons of {}: expected at least two seasons and three more",
                              values.size(), period));
  for (std::size_t i = 0; i < values.size(); ++i)
    if (!std::isfinite(values[i]))
      throw invalid(fmt::format("value {} of the series is {}, expected a finite number", i, values[i]));
  auto const start = first_state(values, period);
  auto model = with_weights(start, best_weights(start, values));
  double const sum = run(model, values);
  model.deviation = std::sqrt(sum / static_cast<double>(values.size() - period));
  return model;
}

void advance(SeasonalModel& model, double value) {
  if (!std::isfinite(value)) throw invalid(fmt::format("a series goes on with {}, expected a finite number", value));
  (void)step(model, 0, value);
  turn(model, 1);
}

std::vector<Forecast> forecast(SeasonalModel const& model, std::size_t steps, double beyond) {
  if (!(beyond > 0 && beyond < 0.5))
    throw invalid(fmt::format("the chance to be beyond a bound is {}", beyond), {{"/beyond", "expected 0 to 0.5"}});
  auto const period = model.season.size();
  double const z = normal_quantile(beyond);
  double variance = 1;
  std::vector<Forecast> out;
  for (std::size_t h = 1; h <= steps; ++h) {
    double const mean = model.level + static_cast<double>(h) * model.trend + model.season[(h - 1) % period];
    double const reach = z * model.deviation * std::sqrt(variance);
    out.push_back({mean, mean - reach, mean + reach});
    double c = model.level_weight * (1 + model.trend_weight * static_cast<double>(h));
    if (period > 1 && h % period == 0) c += model.season_weight * (1 - model.level_weight);
    variance += c * c;
  }
  return out;
}

double normal_quantile(double beyond) {
  double low = -40, high = 40;
  for (int i = 0; i < 100; ++i) {  // the tail falls: halve until floats end
    double const middle = (low + high) / 2;
    (std::erfc(middle / std::sqrt(2.0)) / 2 > beyond ? low : high) = middle;
  }
  return (low + high) / 2;
}

}  // namespace lepton::anomaly
