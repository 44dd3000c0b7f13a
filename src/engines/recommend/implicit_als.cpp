#include "recommend/implicit_als.h"

#include <algorithm>
#include <cmath>
#include <random>

#include "base/error.h"
#include "embed/dense_product.h"
#include "embed/option_problems.h"
#include "embed/thread_team.h"
#include "recommend/positive_definite.h"

namespace lepton::recommend {
namespace {

/// weight · YᵀY, `dimension` squared; rows are summed in their order whatever the number of threads.
std::vector<float> gram_of(std::span<float const> rows, std::size_t dimension, float weight, embed::Team& team) {
  std::vector<float> gram(dimension * dimension);
  team.run([&](std::size_t thread) {
    auto const share = embed::share_of(dimension, thread, team.threads());
    embed::add_product(share.end - share.begin, dimension, rows.size() / dimension,
                       {rows.data() + share.begin, 1, dimension}, {rows.data(), dimension},
                       {gram.data() + share.begin * dimension, dimension});
  });
  for (auto& value : gram) value *= weight;
  return gram;
}

/// λ·(n + α₀·others)^ν: how much a row with n interactions is held back.
float row_regularisation(AlsOptions const& options, std::size_t interactions, std::size_t others) {
  double const seen = static_cast<double>(interactions) + options.unobserved * static_cast<double>(others);
  return static_cast<float>(options.regularisation * std::pow(seen, options.scaling));
}

float dot(float const* a, float const* b, std::size_t size) {
  float lanes[8] = {};
  std::size_t i = 0;
  for (; i + 8 <= size; i += 8)
    for (std::size_t lane = 0; lane < 8; ++lane) lanes[lane] += a[i + lane] * b[i + lane];
  float sum = 0;
  for (; i < size; ++i) sum += a[i] * b[i];
  for (float const lane : lanes) sum += lane;
  return sum;
}

/// Improves the rows of one side while the other stays: one thread's workspace.
class RowSolver {
 public:
  RowSolver(AlsOptions const& options, std::span<float const> others, std::span<float const> gram)
      : options_(options),
        others_(others),
        gram_(gram),
        dimension_(static_cast<std::size_t>(options.dimension)),
        system_(static_cast<std::size_t>(options.block) * static_cast<std::size_t>(options.block)) {}

  /// A Newton step for each block of dimensions in turn, which solves it exactly, the others kept.
  void improve(std::span<Taken const> taken, float* row) {
    gather(taken);
    errors_.resize(taken.size());
    for (std::size_t n = 0; n < taken.size(); ++n)
      errors_[n] = dot(row, gathered_.data() + n * dimension_, dimension_) - 1;
    float const held = row_regularisation(options_, taken.size(), others_.size() / dimension_);
    for (std::size_t first = 0; first < dimension_; first += static_cast<std::size_t>(options_.block))
      step(taken, row, first, std::min(static_cast<std::size_t>(options_.block), dimension_ - first), held);
  }

 private:
  void gather(std::span<Taken const> taken) {
    gathered_.resize(taken.size() * dimension_);
    weighted_.resize(taken.size() * dimension_);
    for (std::size_t n = 0; n < taken.size(); ++n) {
      float const* const other = others_.data() + taken[n].item * dimension_;
      std::copy_n(other, dimension_, gathered_.data() + n * dimension_);
      for (std::size_t d = 0; d < dimension_; ++d) weighted_[n * dimension_ + d] = taken[n].value * other[d];
    }
  }

  void step(std::span<Taken const> taken, float* row, std::size_t first, std::size_t block, float held) {
    gradient_.assign(block, 0.0f);
    for (std::size_t i = 0; i < block; ++i) {
      float const* const gram = gram_.data() + (first + i) * dimension_;
      std::copy_n(gram + first, block, system_.data() + i * block);
      system_[i * block + i] += held;
      gradient_[i] = dot(gram, row, dimension_) + held * row[first + i];
    }
    embed::add_product(block, block, taken.size(), {weighted_.data() + first, 1, dimension_},
                       {gathered_.data() + first, dimension_}, {system_.data(), block});
    for (std::size_t n = 0; n < taken.size(); ++n)
      for (std::size_t i = 0; i < block; ++i) gradient_[i] += errors_[n] * weighted_[n * dimension_ + first + i];
    if (!solve_positive_definite(system_.data(), block, gradient_)) return;  // keeps the row as it is
    for (std::size_t i = 0; i < block; ++i) row[first + i] -= gradient_[i];
    if (first + block < dimension_)
      for (std::size_t n = 0; n < taken.size(); ++n)
        errors_[n] -= dot(gradient_.data(), gathered_.data() + n * dimension_ + first, block);
  }

  AlsOptions const& options_;
  std::span<float const> others_, gram_;
  std::size_t dimension_;
  std::vector<float> system_, gathered_, weighted_, errors_, gradient_;
};

void improve_side(AlsOptions const& options, Interactions const& taken, std::span<float const> others,
                  std::vector<float>& rows, embed::Team& team) {
  auto const dimension = static_cast<std::size_t>(options.dimension);
  auto const gram = gram_of(others, dimension, static_cast<float>(options.unobserved), team);
  team.run([&](std::size_t thread) {
    RowSolver solver(options, others, gram);
    auto const share = embed::share_of(taken.users(), thread, team.threads());
    for (auto row = share.begin; row < share.end; ++row)
      solver.improve(taken.of(static_cast<std::uint32_t>(row)), rows.data() + row * dimension);
  });
}

}  // namespace

void check_options(AlsOptions const& options) {
  embed::OptionProblems problems;
  problems.whole("dimension", options.dimension, 16, 1024);
  problems.whole("block", options.block, 16, 1024);
  problems.whole("dimension", options.dimension % 16, 0, 0);
  problems.whole("block", options.block % 16, 0, 0);
  problems.whole("rounds", options.rounds, 1, 10'000);
  problems.whole("seed", options.seed, 0, std::numeric_limits<std::int64_t>::max());
  problems.whole("threads", options.threads, 1, 256);
  problems.real("unobserved", options.unobserved, 1e-6, 1e3);
  problems.real("regularisation", options.regularisation, 1e-9, 1e6);
  problems.real("scaling", options.scaling, 0, 2);
  problems.real("spread", options.spread, 1e-6, 10);
  problems.require_none("implicit ALS");
}

ItemFactors train_als(Call const& call, Interactions const& interactions, AlsOptions const& options) {
  check_options(options);
  require_counts(interactions);
  auto const dimension = static_cast<std::size_t>(options.dimension);
  auto const by_item = interactions.transposed();
  std::mt19937_64 random(static_cast<std::uint64_t>(options.seed));
  std::normal_distribution<float> draw(
      0, static_cast<float>(options.spread / std::sqrt(static_cast<double>(options.dimension))));
  ItemFactors factors{options, interactions.items(), std::vector<float>(interactions.items() * dimension)};
  for (auto& value : factors.rows) value = draw(random);
  std::vector<float> users(interactions.users() * dimension);
  embed::Team team(static_cast<std::size_t>(options.threads));
  for (std::int64_t round = 0; round < options.rounds; ++round) {
    call.proceed();
    improve_side(options, interactions, factors.rows, users, team);
    call.proceed();
    improve_side(options, by_item, users, factors.rows, team);
  }
  return factors;
}

FactorScorer::FactorScorer(AlsOptions const& options, std::span<float const> rows)
    : options_(options),
      dimension_(static_cast<std::size_t>(options.dimension)),
      items_(static_cast<std::uint32_t>(rows.size() / dimension_)),
      rows_(rows) {
  embed::Team alone(1);
  gram_ = gram_of(rows, dimension_, static_cast<float>(options.unobserved), alone);
}

std::vector<float> FactorScorer::system_of(std::span<Taken const> history) const {
  auto system = gram_;
  float const held = row_regularisation(options_, history.size(), items_);
  for (std::size_t i = 0; i < dimension_; ++i) system[i * dimension_ + i] += held;
  std::vector<float> gathered(history.size() * dimension_), weighted(gathered.size());
  for (std::size_t n = 0; n < history.size(); ++n)
    for (std::size_t d = 0; d < dimension_; ++d) {
      gathered[n * dimension_ + d] = row(history[n].item)[d];
      weighted[n * dimension_ + d] = history[n].value * row(history[n].item)[d];
    }
  embed::add_product(dimension_, dimension_, history.size(), {weighted.data(), 1, dimension_},
                     {gathered.data(), dimension_}, {system.data(), dimension_});
  return system;
}

void FactorScorer::solve(std::vector<float>& system, std::span<float> right) const {
  if (!solve_positive_definite(system.data(), dimension_, right))
    throw invalid("the vectors of the model are none that a training gives: a history cannot be folded in");
}

std::vector<float> FactorScorer::fold_in(std::span<Taken const> history) const {
  std::vector<float> vector(dimension_);
  for (auto const& [item, value] : history)
    for (std::size_t d = 0; d < dimension_; ++d) vector[d] += value * row(item)[d];
  auto system = system_of(history);
  solve(system, vector);
  return vector;
}

void FactorScorer::score(std::span<Taken const> history, std::span<float> scores) const {
  auto const vector = fold_in(history);
  for (std::uint32_t item = 0; item < items_; ++item) scores[item] = dot(vector.data(), row(item).data(), dimension_);
}

std::vector<Reason> FactorScorer::reasons(std::span<Taken const> history, std::uint32_t item) const {
  std::vector<float> solved(row(item).begin(), row(item).end());
  auto system = system_of(history);
  solve(system, solved);
  std::vector<Reason> reasons;
  for (auto const& taken : history)
    reasons.push_back(
        {taken.item, static_cast<double>(taken.value * dot(solved.data(), row(taken.item).data(), dimension_))});
  return reasons;
}

}  // namespace lepton::recommend
