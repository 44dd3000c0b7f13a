#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "base/call.h"

namespace lepton::text {

/// How often one word followed another.
struct Bigram {
  std::uint32_t first = 0, second = 0, count = 0;
};

/// How classes are learnt.
struct ClusteringOptions {
  std::uint32_t classes = 512;
  int rounds = 12;       ///< most passes over all words
  int threads = 1;       ///< the result does not depend on it
  double least = 0.001;  ///< stop when a round moves a smaller share of the words
};

/// Called after each round with its number, the share of words it moved, and the objective (bits of both directions).
using ClusteringSink = std::function<void(int round, double moved, double objective)>;

/// Exchange clustering (Uszkoreit & Brants 2008) of words by both neighbours: each word goes to the class that raises
/// Σ log P(class of word | next word) + Σ log P(class | previous word) most, round after round. Words are numbered
/// from 0 to `words`−1 by falling frequency; `bigrams` are distinct pairs. Equal input gives equal classes whatever the
/// number of threads. Heeds the call.
[[nodiscard]] std::vector<std::uint16_t> cluster_words(Call const& call, std::uint32_t words,
                                                       std::span<Bigram const> bigrams,
                                                       ClusteringOptions const& options,
                                                       ClusteringSink const& sink = {});

}  // namespace lepton::text
