#include "learn/logistic_regression.h"

#include <algorithm>
#include <cmath>

#include "recommend/positive_definite.h"

namespace lepton::learn {
namespace {

constexpr int newton_steps = 50;
constexpr double longest_step = 4;

}  // namespace

LogisticLine fit_logistic(Call const& call, runtime::Matrix const& values, std::span<float const> outcomes,
                          double ridge) {
  auto const columns = values.columns(), size = columns + 1;
  std::vector<double> line(size);  // the last one is the shift
  std::vector<double> curvature(size * size), move(size);
  for (int step = 0; step < newton_steps; ++step) {
    call.proceed();
    std::fill(curvature.begin(), curvature.end(), 0.0);
    for (std::size_t i = 0; i < columns; ++i) {
      curvature[i * size + i] = ridge;
      move[i] = -ridge * line[i];
    }
    move.back() = 0;
    for (std::size_t row = 0; row < values.rows(); ++row) {
      auto const of_row = values.row(row);
      double odds = line.back();
      for (std::size_t i = 0; i < columns; ++i) odds += line[i] * of_row[i];
      double const expected = 1 / (1 + std::exp(-odds)), curve = expected * (1 - expected);
      double const error = outcomes[row] - expected;
      for (std::size_t i = 0; i < size; ++i) {
        double const value = i < columns ? of_row[i] : 1;
        move[i] += error * value;
        for (std::size_t k = i; k < size; ++k) curvature[i * size + k] += curve * value * (k < columns ? of_row[k] : 1);
      }
    }
    if (!recommend::solve_positive_definite(curvature.data(), size, move)) break;  // the likelihood is flat here
    double most = 0;
    for (std::size_t i = 0; i < size; ++i) {
      line[i] += std::clamp(move[i], -longest_step, longest_step);
      most = std::max(most, std::abs(move[i]));
    }
    if (most < 1e-8) break;
  }
  LogisticLine out;
  out.shift = line.back();
  line.pop_back();
  out.slopes = std::move(line);
  return out;
}

}  // namespace lepton::learn
