#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "recommend/item_scorer.h"

namespace lepton::recommend {

/// An item that somebody may want.
struct Recommendation {
  std::uint32_t item = 0;
  float score = 0;
  std::vector<Reason> because;  ///< items of the history that speak for it most, the first the most
};

/// How to choose from the scores.
struct ChoiceOptions {
  std::size_t most = 10;
  std::size_t reasons = 3;  ///< at most, each of them above 0
  double diversity = 0;     ///< 0: by score alone; 1: by difference from what was chosen before alone
};

/// The items that score best, the best first, ties by number; those in `excluded` (rising), and those whose score is
/// not finite, do not come.
[[nodiscard]] std::vector<std::uint32_t> best_items(std::span<float const> scores,
                                                    std::span<std::uint32_t const> excluded, std::size_t most);

/// Likeness of two items, from 0 to 1.
class ItemLikeness {
 public:
  virtual ~ItemLikeness() = default;
  [[nodiscard]] virtual double operator()(std::uint32_t a, std::uint32_t b) const = 0;
};

/// Cosine of the items' rows (vectors, or features laid out), 0 where it is below.
class RowLikeness final : public ItemLikeness {
 public:
  /// `rows` has `width` floats for each item, and outlives this.
  RowLikeness(std::span<float const> rows, std::size_t width) : rows_(rows), width_(width) {}
  [[nodiscard]] double operator()(std::uint32_t a, std::uint32_t b) const override;

 private:
  std::span<float const> rows_;
  std::size_t width_;
};

/// Chooses `most` of the candidates, the best first, each time the one with the greatest
/// (1 − diversity)·score − diversity·greatest likeness to one chosen before (maximal marginal relevance, Carbonell and
/// Goldstein 1998); scores are scaled to 0 … 1 among the candidates.
[[nodiscard]] std::vector<std::uint32_t> diverse_items(std::span<std::uint32_t const> candidates,
                                                       std::span<float const> scores, ItemLikeness const& likeness,
                                                       double diversity, std::size_t most);

/// What somebody with this history may want: nothing that is in it, nor in `excluded` (rising). With diversity above 0
/// chosen among four times as many, which needs a likeness. Throws Error{invalid} for a history that require_known
/// refuses, diversity outside 0 … 1, and diversity without likeness.
[[nodiscard]] std::vector<Recommendation> recommend(ItemScorer const& scorer, std::span<Taken const> history,
                                                    std::span<std::uint32_t const> excluded,
                                                    ChoiceOptions const& options,
                                                    ItemLikeness const* likeness = nullptr);

}  // namespace lepton::recommend
