#pragma once

#include <cstddef>
#include <random>
#include <utility>
#include <vector>

namespace lepton::learn {

/// How many samples of so many rows (at least one) are worth their time: 100 to 1,000.
[[nodiscard]] std::size_t bootstrap_samples(std::size_t rows);

/// A number below `size`, by multiplication (Lemire 2019), whose bias is below 2⁻³² · size.
[[nodiscard]] inline std::size_t draw_below(std::mt19937_64& random, std::size_t size) {
  return static_cast<std::size_t>((random() >> 32) * size >> 32);
}

/// The 95 % interval that the samples' values (at least one) span: their 2.5 and 97.5 percentiles.
[[nodiscard]] std::pair<double, double> percentile_interval(std::vector<double> values);

}  // namespace lepton::learn
