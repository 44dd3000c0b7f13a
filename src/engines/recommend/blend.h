#pragma once

#include <optional>
#include <span>
#include <vector>

#include "base/call.h"
#include "recommend/item_scorer.h"

namespace lepton::recommend {

/// One scorer of several, and what its score counts.
struct BlendPart {
  ItemScorer const* scorer = nullptr;
  double weight = 0;
};

/// The weighted sum of scores; its reasons are the sums of theirs. Immutable; any thread.
class BlendScorer final : public ItemScorer {
 public:
  /// At least one part, all of equally many items; the scorers outlive this.
  explicit BlendScorer(std::vector<BlendPart> parts) : parts_(std::move(parts)) {}

  [[nodiscard]] std::uint32_t items() const override { return parts_.front().scorer->items(); }
  void score(std::span<Taken const> history, std::span<float> scores) const override;
  [[nodiscard]] std::vector<Reason> reasons(std::span<Taken const> history, std::uint32_t item) const override;

 private:
  std::vector<BlendPart> parts_;
};

/// Weights by which the first `most` of each user's candidates have the best NDCG in the mean; candidates are those
/// that some scorer puts among its first hundred. Found by going up coordinate by coordinate, from the best single
/// scorer, so that no blend is worse than that on these users. Users are rows of `history` and `held_out`; those with
/// nothing held out are passed over, and of very many each so-manieth is asked. Heeds the call. Nothing when no
/// held-out item is a candidate.
[[nodiscard]] std::optional<std::vector<double>> learn_blend(Call const& call,
                                                             std::span<ItemScorer const* const> scorers,
                                                             Interactions const& history, Interactions const& held_out,
                                                             std::size_t most);

}  // namespace lepton::recommend
