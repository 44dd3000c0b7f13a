#include "learn/linear_svm.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

namespace lepton::learn {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

class DualDescent {
 public:
  DualDescent(SparseRows const& rows, std::size_t columns, std::span<std::int8_t const> side, SvmOptions const& options)
      : rows_(rows), side_(side), options_(options), weights_(columns + 1), alpha_(rows.rows()), active_(rows.rows()) {
    diagonal_ = 0.5 / options.cost;
    squares_.resize(rows.rows());
    for (std::size_t i = 0; i < rows.rows(); ++i) {
      double sum = diagonal_ + 1;
      for (auto at = rows.begin[i]; at < rows.begin[i + 1]; ++at)
        sum += static_cast<double>(rows.value[at]) * rows.value[at];
      squares_[i] = sum;
      active_[i] = static_cast<std::uint32_t>(i);
    }
  }

  std::vector<float> run(Call const& call) {
    std::mt19937_64 random(options_.seed);
    std::size_t size = active_.size();
    double upper = infinity;
    for (int round = 0; round < options_.rounds; ++round) {
      call.proceed();
      for (std::size_t i = size; i > 1; --i) std::swap(active_[i - 1], active_[random() % i]);
      double most = -infinity, least = infinity;
      for (std::size_t s = 0; s < size; ++s) {
        auto const i = active_[s];
        double const gradient = side_[i] * product(i) - 1 + diagonal_ * alpha_[i];
        double projected = gradient;
        if (alpha_[i] == 0) {
          if (gradient > upper) {  // it will stay where it is: leave it out for now
            std::swap(active_[s--], active_[--size]);
            continue;
          }
          projected = std::min(gradient, 0.0);
        }
        most = std::max(most, projected);
        least = std::min(least, projected);
        if (std::abs(projected) > 1e-12) step(i, gradient);
      }
      bool const done = most - least <= options_.tolerance;
      if (done && size == active_.size()) break;
      if (done) {
        size = active_.size();
        upper = infinity;
        continue;
      }
      upper = most <= 0 ? infinity : most;
    }
    return {weights_.begin(), weights_.end()};
  }

 private:
  [[nodiscard]] double product(std::size_t i) const {
    double sum = weights_.back();
    for (auto at = rows_.begin[i]; at < rows_.begin[i + 1]; ++at) sum += weights_[rows_.column[at]] * rows_.value[at];
    return sum;
  }
  void step(std::size_t i, double gradient) {
    double const before = alpha_[i];
    alpha_[i] = std::max(before - gradient / squares_[i], 0.0);
    auto const change = static_cast<float>((alpha_[i] - before) * side_[i]);
    for (auto at = rows_.begin[i]; at < rows_.begin[i + 1]; ++at)
      weights_[rows_.column[at]] += change * rows_.value[at];
    weights_.back() += change;
  }

  SparseRows const& rows_;
  std::span<std::int8_t const> side_;
  SvmOptions options_;
  std::vector<float> weights_;
  std::vector<double> alpha_, squares_;
  std::vector<std::uint32_t> active_;
  double diagonal_ = 0;
};

}  // namespace

std::vector<float> train_svm(Call const& call, SparseRows const& rows, std::size_t columns,
                             std::span<std::int8_t const> side, SvmOptions const& options) {
  return DualDescent(rows, columns, side, options).run(call);
}

}  // namespace lepton::learn
