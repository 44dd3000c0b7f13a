#include "learn/bootstrap.h"

#include <algorithm>

namespace lepton::learn {

std::size_t bootstrap_samples(std::size_t rows) {
  constexpr std::size_t most_draws = 2'000'000;
  return std::clamp<std::size_t>(most_draws / rows, 100, 1000);
}

std::pair<double, double> percentile_interval(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  auto const at = [&](double share) {
    return values[static_cast<std::size_t>(share * static_cast<double>(values.size()))];
  };
  return {at(0.025), at(0.975)};
}

}  // namespace lepton::learn
