#pragma once

#include <cstdint>
#include <vector>

#include "base/call.h"
#include "base/fields.h"
#include "recommend/interactions.h"

namespace lepton::recommend {

/// Weights from item to item for a WeightScorer: `items` rows of `items`, the diagonal 0. Memory and time grow with the
/// square and the cube of the items: for catalogues of some thousands.
struct ItemWeights {
  std::uint32_t items = 0;
  std::vector<float> values;
};

/// Most items that weights are learnt for; more belong to implicit_als.h.
inline constexpr std::uint32_t most_weighted_items = 16'384;

/// EASE: the linear autoencoder without self-similarity that reconstructs X best (Steck, "Embarrassingly shallow
/// autoencoders for sparse data", WWW 2019), on X that is normalised first.
struct EaseOptions {
  double regularisation = 50;  ///< λ of ‖B‖²
  double dropout = 0;          ///< share of a history dropped in training, by its expectation (Steck 2020, EDLAE)
  double user_damping = 0.5;   ///< a user of n items counts as n^−damping: who takes all tells less
  double item_damping = 0;     ///< an item of n users is divided by n^damping before, multiplied after
  std::int64_t threads = 1;    ///< not part of what decides the result

  static constexpr auto fields() {
    using O = EaseOptions;
    return std::tuple{optional("regularisation", &O::regularisation, "weight of the squared weights"),
                      optional("dropout", &O::dropout, "share of a history that is dropped in training, 0 to 0.9"),
                      optional("user_damping", &O::user_damping, "how much less users of many items count, 0 to 2"),
                      optional("item_damping", &O::item_damping, "how much popular items are scaled down, 0 to 1"),
                      optional("threads", &O::threads, "1 to 256")};
  }
};

/// Throws Error{invalid} for options out of range and more items than most_weighted_items. Heeds the call.
[[nodiscard]] ItemWeights train_ease(Call const& call, Interactions const& interactions, EaseOptions const& options);

/// Item-based nearest neighbours (Sarwar et al. 2001) by cosine: the baseline.
struct NeighbourOptions {
  std::int64_t neighbours = 200;  ///< most similar items that an item is recommended by
  double shrinkage = 10;          ///< added to the product of the norms: distrusts items that few took

  static constexpr auto fields() {
    using O = NeighbourOptions;
    return std::tuple{optional("neighbours", &O::neighbours, "most similar items that count"),
                      optional("shrinkage", &O::shrinkage, "distrust of items that few took")};
  }
};

/// As train_ease.
[[nodiscard]] ItemWeights train_neighbours(Call const& call, Interactions const& interactions,
                                           NeighbourOptions const& options);

}  // namespace lepton::recommend
