#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/call.h"
#include "base/fields.h"
#include "recommend/interactions.h"

namespace lepton::recommend {

/// SVD++ (Koren 2008, equation 15) by stochastic gradient descent with a falling rate; several, from different seeds,
/// are averaged.
struct RatingOptions {
  std::int64_t dimension = 100;
  std::int64_t epochs = 25;
  double rate = 0.01;
  double rate_decay = 0.95;  ///< each epoch's rate over that of the one before
  double bias_regularisation = 0.005;
  double vector_regularisation = 0.03;
  double history_regularisation = 0.001;  ///< of what having rated an item tells (y)
  double spread = 0.02;                   ///< standard deviation of the first vectors
  std::int64_t members = 4;               ///< models averaged
  std::int64_t seed = 1;
  std::int64_t threads = 1;  ///< members learnt at once; not part of what decides the result

  static constexpr auto fields() {
    using O = RatingOptions;
    return std::tuple{optional("dimension", &O::dimension, "numbers of a vector, 1 to 512"),
                      optional("epochs", &O::epochs, "passes over the ratings"),
                      optional("rate", &O::rate, "step of the gradient"),
                      optional("rate_decay", &O::rate_decay, "how the step falls each epoch"),
                      optional("bias_regularisation", &O::bias_regularisation, "of the biases"),
                      optional("vector_regularisation", &O::vector_regularisation, "of the vectors"),
                      optional("history_regularisation", &O::history_regularisation, "of the vectors of items rated"),
                      optional("spread", &O::spread, "of the first vectors"),
                      optional("members", &O::members, "models averaged, 1 to 64"),
                      optional("seed", &O::seed, "of order and first vectors"),
                      optional("threads", &O::threads, "1 to 256")};
  }
};

/// Throws Error{invalid} whose details name each wrong field.
void check_options(RatingOptions const& options);

/// What predicts: rating = mean + user's bias + item's bias + product of their vectors, within the ratings that were
/// seen. The vectors of averaged models stand one after the other. Spans are owned by whoever made it.
struct RatingView {
  float mean = 0, least = 0, greatest = 0;
  std::size_t dimension = 0;
  std::span<float const> user_biases, item_biases, user_rows, item_rows;

  static constexpr std::uint32_t unknown = 0xFFFFFFFFu;

  /// A user or item without a row, such as `unknown`, has no bias and no vector.
  [[nodiscard]] float predict(std::uint32_t user, std::uint32_t item) const;
};

/// Learnt vectors. A plain value; view() is valid as long as it lives.
struct RatingFactors {
  RatingOptions options;
  float mean = 0, least = 0, greatest = 0;
  std::vector<float> user_biases, item_biases, user_rows, item_rows;

  [[nodiscard]] RatingView view() const {
    return {mean,        least,       greatest,  static_cast<std::size_t>(options.dimension * options.members),
            user_biases, item_biases, user_rows, item_rows};
  }
};

/// Throws Error{invalid} for options out of range. Heeds the call after each epoch. The same ratings and options give
/// the same bits.
[[nodiscard]] RatingFactors train_ratings(Call const& call, Interactions const& ratings, RatingOptions const& options);

}  // namespace lepton::recommend
