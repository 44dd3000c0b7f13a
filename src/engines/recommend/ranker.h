#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "recommend/feature_scorer.h"
#include "recommend/item_scorer.h"
#include "recommend/path_scorer.h"
#include "runtime/boosted_trees.h"
#include "runtime/matrix.h"

namespace lepton::recommend {

/// What a ranker looks at: the scorers of a blend and what each counts there. Null where there is none; all of it
/// outlives whoever is given this.
struct RankerView {
  ItemScorer const* popularity = nullptr;
  ItemScorer const* weights = nullptr;
  ItemScorer const* factors = nullptr;
  FeatureScorer const* features = nullptr;
  PathScorer const* paths = nullptr;
  std::span<float const> logarithms;  ///< of 1 + how many took each item
  std::vector<double> counts{};       ///< of the scorers that are there, in the order above
  std::size_t most = 10;              ///< items that are to be recommended

  /// Those that are there, by name.
  [[nodiscard]] std::vector<std::pair<std::string_view, ItemScorer const*>> scorers() const;
};

/// What somebody may choose from: the best by the blend and some of the best by each scorer, none of the history.
struct Candidates {
  std::vector<std::uint32_t> items;  ///< rising
  std::vector<float> scores;         ///< of the blend
  runtime::Matrix rows;              ///< what the ranker knows of each
};

/// Finds candidates and says of each what trees can learn from: its place and score by each scorer among the others,
/// how popular it is, how much of the history ties to it, and how much history there is. Immutable; any thread.
class CandidateReader {
 public:
  explicit CandidateReader(RankerView view);

  [[nodiscard]] std::vector<std::string> const& names() const { return names_; }
  [[nodiscard]] Candidates read(std::span<Taken const> history) const;
  [[nodiscard]] RankerView const& view() const { return view_; }

 private:
  void describe(std::span<Taken const> history, Candidates& out, std::vector<std::vector<float>> const& scores) const;

  RankerView view_;
  std::vector<std::pair<std::string_view, ItemScorer const*>> scorers_;
  std::vector<std::string> names_;
};

/// Orders candidates by a blend and trees that correct it; whatever is no candidate scores −∞. Immutable; any thread.
class RankedScorer final : public ItemScorer {
 public:
  /// `unit` is what a unit of the trees counts in scores of the blend. Throws Error{invalid} when the trees read
  /// something else than the candidates tell.
  RankedScorer(RankerView view, runtime::BoostedTrees trees, double unit);

  [[nodiscard]] std::uint32_t items() const override { return view().popularity->items(); }
  void score(std::span<Taken const> history, std::span<float> scores) const override;
  /// Of the blend: what the trees add has no parts.
  [[nodiscard]] std::vector<Reason> reasons(std::span<Taken const> history, std::uint32_t item) const override;

  struct Correction {
    std::uint32_t item = 0;
    double part = 0;  ///< of the score
  };
  /// What the trees add to the score of each candidate; items rise.
  [[nodiscard]] std::vector<Correction> corrections(std::span<Taken const> history) const;

 private:
  [[nodiscard]] RankerView const& view() const { return reader_.view(); }
  [[nodiscard]] std::vector<float> sums(Candidates const& candidates) const;

  CandidateReader reader_;
  runtime::BoostedTrees trees_;
  double unit_;
};

}  // namespace lepton::recommend
