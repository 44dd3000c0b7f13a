#include "recommend/rating_model.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <numeric>
#include <random>

#include "base/error.h"
#include "embed/option_problems.h"
#include "embed/thread_team.h"

namespace lepton::recommend {
namespace {

/// One SVD++ model while it learns: the vector of a user is p + |N|^−½ · Σ y over the items they rated.
class RatingDescent {
 public:
  RatingDescent(Interactions const& ratings, RatingOptions const& options, float mean, std::uint64_t seed)
      : ratings_(ratings),
        options_(options),
        mean_(mean),
        size_(static_cast<std::size_t>(options.dimension)),
        random_(seed),
        user_biases_(ratings.users()),
        item_biases_(ratings.items()),
        own_rows_(ratings.users() * size_),
        taken_rows_(ratings.items() * size_),
        item_rows_(ratings.items() * size_),
        order_(ratings.users()),
        whole_(size_),
        change_(size_) {
    std::normal_distribution<float> draw(0, static_cast<float>(options.spread));
    for (auto* const rows : {&own_rows_, &taken_rows_, &item_rows_})
      for (auto& value : *rows) value = draw(random_);
    std::iota(order_.begin(), order_.end(), 0u);
  }

  void epoch(double rate) {
    std::shuffle(order_.begin(), order_.end(), random_);
    for (auto const user : order_) learn(user, static_cast<float>(rate));
  }

  /// Adds biases, and vectors at `member`, to an average of `members` models.
  void add_to(RatingFactors& factors, std::size_t member, std::size_t members) {
    float const part = 1 / static_cast<float>(members);
    for (std::uint32_t user = 0; user < ratings_.users(); ++user) {
      gather(user);
      factors.user_biases[user] += part * user_biases_[user];
      std::copy(whole_.begin(), whole_.end(), factors.user_rows.data() + (user * members + member) * size_);
    }
    for (std::size_t item = 0; item < ratings_.items(); ++item) {
      factors.item_biases[item] += part * item_biases_[item];
      for (std::size_t d = 0; d < size_; ++d)
        factors.item_rows[(item * members + member) * size_ + d] = part * item_rows_[item * size_ + d];
    }
  }

 private:
  /// Puts the user's vector into whole_; answers |N|^−½.
  float gather(std::uint32_t user) {
    auto const rated = ratings_.of(user);
    std::copy_n(own_rows_.data() + user * size_, size_, whole_.data());
    float const share = rated.empty() ? 0 : 1 / std::sqrt(static_cast<float>(rated.size()));
    for (auto const& taken : rated)
      for (std::size_t d = 0; d < size_; ++d) whole_[d] += share * taken_rows_[taken.item * size_ + d];
    return share;
  }

  /// The user's ratings in random order. The y of their items take the sum of all steps at the end: a pass over the
  /// items for each user instead of one for each rating.
  void learn(std::uint32_t user, float rate) {
    auto const rated = ratings_.of(user);
    float const share = gather(user);
    auto const hold = static_cast<float>(options_.history_regularisation);
    std::fill(change_.begin(), change_.end(), 0.0f);
    shuffled_.assign(rated.begin(), rated.end());
    std::shuffle(shuffled_.begin(), shuffled_.end(), random_);
    for (auto const& taken : shuffled_) step(user, taken, rate);
    float const kept = 1 - std::min(1.0f, rate * hold * static_cast<float>(rated.size()));
    for (auto const& taken : rated)
      for (std::size_t d = 0; d < size_; ++d) {
        float& value = taken_rows_[taken.item * size_ + d];
        value = kept * value + rate * share * change_[d];
      }
  }

  void step(std::uint32_t user, Taken const& taken, float rate) {
    auto const hold_bias = static_cast<float>(options_.bias_regularisation),
               hold = static_cast<float>(options_.vector_regularisation);
    float* const own = own_rows_.data() + user * size_;
    float* const row = item_rows_.data() + taken.item * size_;
    float product = 0;
    for (std::size_t d = 0; d < size_; ++d) product += whole_[d] * row[d];
    float const error = taken.value - mean_ - user_biases_[user] - item_biases_[taken.item] - product;
    user_biases_[user] += rate * (error - hold_bias * user_biases_[user]);
    item_biases_[taken.item] += rate * (error - hold_bias * item_biases_[taken.item]);
    for (std::size_t d = 0; d < size_; ++d) {
      float const of_item = row[d];
      float const own_step = rate * (error * of_item - hold * own[d]);
      row[d] += rate * (error * whole_[d] - hold * of_item);
      own[d] += own_step;
      whole_[d] += own_step;
      change_[d] += error * of_item;
    }
  }

  Interactions const& ratings_;
  RatingOptions const& options_;
  float mean_;
  std::size_t size_;
  std::mt19937_64 random_;
  std::vector<float> user_biases_, item_biases_;
  std::vector<float> own_rows_, taken_rows_, item_rows_;  // p, y and q
  std::vector<std::uint32_t> order_;
  std::vector<float> whole_, change_;
  std::vector<Taken> shuffled_;
};

/// Mean and range of the ratings; vectors of zeros.
RatingFactors empty_factors(Interactions const& ratings, RatingOptions const& options) {
  auto const size = static_cast<std::size_t>(options.dimension * options.members);
  double sum = 0;
  float least = std::numeric_limits<float>::infinity(), greatest = -least;
  for (std::uint32_t user = 0; user < ratings.users(); ++user)
    for (auto const& taken : ratings.of(user)) {
      sum += static_cast<double>(taken.value);
      least = std::min(least, taken.value);
      greatest = std::max(greatest, taken.value);
    }
  return {options,
          static_cast<float>(sum / static_cast<double>(ratings.size())),
          least,
          greatest,
          std::vector<float>(ratings.users()),
          std::vector<float>(ratings.items()),
          std::vector<float>(ratings.users() * size),
          std::vector<float>(ratings.items() * size)};
}

}  // namespace

void check_options(RatingOptions const& options) {
  embed::OptionProblems problems;
  problems.whole("dimension", options.dimension, 1, 512);
  problems.whole("epochs", options.epochs, 1, 10'000);
  problems.whole("members", options.members, 1, 64);
  problems.whole("seed", options.seed, 0, std::numeric_limits<std::int64_t>::max());
  problems.whole("threads", options.threads, 1, 256);
  problems.real("rate", options.rate, 1e-6, 1);
  problems.real("rate_decay", options.rate_decay, 0.1, 1);
  problems.real("bias_regularisation", options.bias_regularisation, 0, 10);
  problems.real("vector_regularisation", options.vector_regularisation, 0, 10);
  problems.real("history_regularisation", options.history_regularisation, 0, 10);
  problems.real("spread", options.spread, 1e-6, 10);
  problems.require_none("rating prediction");
}

RatingFactors train_ratings(Call const& call, Interactions const& ratings, RatingOptions const& options) {
  check_options(options);
  auto factors = empty_factors(ratings, options);
  auto const members = static_cast<std::size_t>(options.members);
  std::vector<std::unique_ptr<RatingDescent>> models;
  for (std::size_t member = 0; member < members; ++member)
    models.push_back(std::make_unique<RatingDescent>(ratings, options, factors.mean,
                                                     static_cast<std::uint64_t>(options.seed) + member * 0x9E3779B9u));
  embed::Team team(static_cast<std::size_t>(options.threads));
  double rate = options.rate;
  for (std::int64_t epoch = 0; epoch < options.epochs; ++epoch, rate *= options.rate_decay) {
    call.proceed();
    team.run([&](std::size_t thread) {
      auto const share = embed::share_of(members, thread, team.threads());
      for (auto member = share.begin; member < share.end; ++member) models[member]->epoch(rate);
    });
  }
  for (std::size_t member = 0; member < members; ++member) models[member]->add_to(factors, member, members);
  return factors;
}

float RatingView::predict(std::uint32_t user, std::uint32_t item) const {
  bool const known_user = user < user_biases.size(), known_item = item < item_biases.size();
  float rating = mean;
  if (known_user) rating += user_biases[user];
  if (known_item) rating += item_biases[item];
  if (known_user && known_item)
    for (std::size_t d = 0; d < dimension; ++d)
      rating += user_rows[user * dimension + d] * item_rows[item * dimension + d];
  return std::clamp(rating, least, greatest);
}

}  // namespace lepton::recommend
