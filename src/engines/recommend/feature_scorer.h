#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "recommend/content_map.h"
#include "recommend/item_scorer.h"
#include "recommend/recommendation.h"

namespace lepton::recommend {

/// A feature that an item shares with the history: why that was recommended, and by which item of the history most.
struct SharedFeature {
  std::uint32_t feature = 0;
  std::uint32_t from = 0;  ///< item of the history
  double part = 0;         ///< of the score; the parts of all features sum up to it
};

/// The features as they are scored by: one of n items counts n^−¼, so that rare ones tell more. An item without
/// features has an empty row.
[[nodiscard]] ItemFeatures telling_rows(ItemFeatures const& features);

/// Scores by features: the mean product of an item's features with those of the history, so that items of which more is
/// known may score higher. Knows items that nobody took. As a likeness it is their cosine. Immutable; any thread.
class FeatureScorer final : public ItemScorer, public ItemLikeness {
 public:
  /// Takes what telling_rows() gave.
  explicit FeatureScorer(ItemFeatures rows);

  [[nodiscard]] std::uint32_t items() const override { return rows_.users(); }
  void score(std::span<Taken const> history, std::span<float> scores) const override;
  [[nodiscard]] std::vector<Reason> reasons(std::span<Taken const> history, std::uint32_t item) const override;
  /// By falling part; those that share nothing do not come.
  [[nodiscard]] std::vector<SharedFeature> shared(std::span<Taken const> history, std::uint32_t item) const {
    return shared(history, rows_.of(item));
  }
  /// Of an item that is not known, with a row of telling() features.
  [[nodiscard]] std::vector<SharedFeature> shared(std::span<Taken const> history, std::span<Taken const> row) const;
  /// A row of features (rising) as telling_rows() has them.
  [[nodiscard]] std::vector<Taken> telling(std::span<std::uint32_t const> features) const;
  [[nodiscard]] double operator()(std::uint32_t a, std::uint32_t b) const override;

 private:
  ItemFeatures rows_;
  Interactions holders_;        // of each feature, its items
  std::vector<float> squares_;  // of the length of each item's row
};

}  // namespace lepton::recommend
