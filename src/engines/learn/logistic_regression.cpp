#include "learn/logistic_regression.h"

#include <algorithm>
#include <cmath>

namespace lepton::learn {
namespace {

constexpr int newton_steps = 50;
constexpr double longest_step = 4;

/// A symmetric system of equations; only the lower half of the matrix is read.
struct Equations {
  explicit Equations(std::size_t of) : size(of), matrix(of * of), right(of) {}
  double& at(std::size_t row, std::size_t column) { return matrix[row * size + column]; }

  std::size_t size;
  std::vector<double> matrix, right;

  /// By Cholesky's decomposition, in place. A ridge keeps the matrix positive.
  [[nodiscard]] std::vector<double> solve() {
    for (std::size_t j = 0; j < size; ++j) {
      for (std::size_t k = 0; k < j; ++k) at(j, j) -= at(j, k) * at(j, k);
      at(j, j) = std::sqrt(std::max(at(j, j), 1e-12));
      for (std::size_t i = j + 1; i < size; ++i) {
        for (std::size_t k = 0; k < j; ++k) at(i, j) -= at(i, k) * at(j, k);
        at(i, j) /= at(j, j);
      }
    }
    auto x = right;
    for (std::size_t i = 0; i < size; ++i) {
      for (std::size_t k = 0; k < i; ++k) x[i] -= at(i, k) * x[k];
      x[i] /= at(i, i);
    }
    for (std::size_t i = size; i-- > 0;) {
      for (std::size_t k = i + 1; k < size; ++k) x[i] -= at(k, i) * x[k];
      x[i] /= at(i, i);
    }
    return x;
  }
};

}  // namespace

LogisticLine fit_logistic(Call const& call, runtime::Matrix const& values, std::span<float const> outcomes,
                          double ridge) {
  auto const columns = values.columns();
  std::vector<double> line(columns + 1);  // the last one is the shift
  for (int step = 0; step < newton_steps; ++step) {
    call.proceed();
    Equations newton(columns + 1);
    for (std::size_t i = 0; i < columns; ++i) {
      newton.at(i, i) = ridge;
      newton.right[i] = -ridge * line[i];
    }
    for (std::size_t row = 0; row < values.rows(); ++row) {
      auto const of_row = values.row(row);
      double odds = line.back();
      for (std::size_t i = 0; i < columns; ++i) odds += line[i] * of_row[i];
      double const expected = 1 / (1 + std::exp(-odds)), curve = expected * (1 - expected);
      double const error = outcomes[row] - expected;
      for (std::size_t i = 0; i <= columns; ++i) {
        double const value = i < columns ? of_row[i] : 1;
        newton.right[i] += error * value;
        for (std::size_t k = 0; k <= i; ++k) newton.at(i, k) += curve * value * (k < columns ? of_row[k] : 1);
      }
    }
    auto const move = newton.solve();
    double most = 0;
    for (std::size_t i = 0; i <= columns; ++i) {
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
