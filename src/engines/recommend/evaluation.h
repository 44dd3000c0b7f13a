#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "base/call.h"
#include "recommend/interactions.h"
#include "recommend/item_scorer.h"

namespace lepton::recommend {

/// How good the first k recommendations are, in the mean over users with held-out items.
struct TopReport {
  double recall = 0;    ///< share of the held-out items that come
  double ndcg = 0;      ///< discounted by log₂(place + 1), divided by the best there could be
  double hit_rate = 0;  ///< share of the users to whom at least one comes
  double coverage = 0;  ///< share of all items that come to anybody
  std::size_t users = 0;
  std::vector<float> recalls, ndcgs;  ///< of each of them, in their order
};

/// What an item at this place of a list, from 0, gains in NDCG: 1 / log₂(place + 2).
[[nodiscard]] double discount(std::size_t place);

/// The items for a history, the best first, none of it.
using Shortlist = std::function<std::vector<std::uint32_t>(std::span<Taken const> history)>;

/// Asks for a list of at most k items for every user with held-out items, and compares. Heeds the call. Throws
/// Error{invalid} when history and held-out items differ in users or items, or when k is 0.
[[nodiscard]] TopReport judge_lists(Call const& call, Shortlist const& shortlist, Interactions const& history,
                                    Interactions const& held_out, std::size_t k);

/// judge_lists() of the k items that score best by each user's row of `history`. `allowed`, when not empty, says for
/// each item whether it may come.
[[nodiscard]] TopReport judge_top(Call const& call, ItemScorer const& scorer, Interactions const& history,
                                  Interactions const& held_out, std::size_t k, std::span<char const> allowed = {});

/// The area under the ROC curve: the chance that a positive scores above a negative, ties counting half. ½ when there
/// is none of either.
[[nodiscard]] double area_under_curve(std::span<float const> positive, std::span<float const> negative);

/// √ of the mean squared difference; 0 for nothing. Both spans are equally long.
[[nodiscard]] double root_mean_square(std::span<float const> predicted, std::span<float const> actual);

}  // namespace lepton::recommend
