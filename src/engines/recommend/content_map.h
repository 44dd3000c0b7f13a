#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/call.h"
#include "base/fields.h"
#include "recommend/interactions.h"

namespace lepton::recommend {

/// Features of items: a row for each item with the numbers of the features it has (words of its text, facts about it)
/// and their strengths. The same shape as Interactions, of items and features.
using ItemFeatures = Interactions;

struct ContentOptions {
  double regularisation = 10;  ///< of the map
  double damping = 0.5;        ///< a feature of n items counts as n^−damping: rare ones tell more

  static constexpr auto fields() {
    using O = ContentOptions;
    return std::tuple{optional("regularisation", &O::regularisation, "of the map from features to vectors"),
                      optional("damping", &O::damping, "how much less frequent features count, 0 to 2")};
  }
};

/// A linear map from features to item vectors, learnt from the items that have both (Gantner et al. 2010, "Learning
/// attribute-to-feature mappings for cold-start recommendations"): places items that nobody took yet among the others.
struct ContentMap {
  std::uint32_t features = 0;
  std::size_t dimension = 0;
  std::vector<float> scales;  ///< of the features
  std::vector<float> rows;    ///< a vector for each feature, and last the one that all items share

  /// The vector of an item with these features; those not below `features` are passed over.
  [[nodiscard]] std::vector<float> place(std::span<Taken const> item_features) const;
};

/// Most features that a map is learnt from; choose the frequent ones.
inline constexpr std::uint32_t most_features = 8'192;

/// Ridge regression from the features of item i to row i of `vectors` (`dimension` floats each), for items with
/// weight[i] above 0, which counts them (such as how many took the item). Throws Error{invalid} for options out of
/// range, more than most_features features, and when items, vectors and weights differ in number. Heeds the call.
[[nodiscard]] ContentMap learn_content(Call const& call, ItemFeatures const& features, std::span<float const> vectors,
                                       std::size_t dimension, std::span<float const> weights,
                                       ContentOptions const& options);

}  // namespace lepton::recommend
