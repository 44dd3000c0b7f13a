#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "recommend/interactions.h"

namespace lepton::recommend {

/// What an item of the history added to the score of another: why that was recommended.
struct Reason {
  std::uint32_t item = 0;
  double part = 0;  ///< of the score; the parts of a whole history sum up to it
};

/// Scores items for somebody by what they took, whoever they are: users are not part of a model, so new ones are served
/// as known ones. Immutable; any number of threads score at once.
class ItemScorer {
 public:
  virtual ~ItemScorer() = default;
  [[nodiscard]] virtual std::uint32_t items() const = 0;
  /// Writes a score for each item; greater is better, and scores of one scorer are comparable among users. `history`
  /// passed require_known.
  virtual void score(std::span<Taken const> history, std::span<float> scores) const = 0;
  /// The part of each item of the history, in its order, in the score of `item`.
  [[nodiscard]] virtual std::vector<Reason> reasons(std::span<Taken const> history, std::uint32_t item) const = 0;
};

/// score(j) = Σ value(i) · weights[i][j] over the history: linear in what somebody took (EASE).
class WeightScorer final : public ItemScorer {
 public:
  /// `weights` has `items` rows of as many, and outlives this.
  WeightScorer(std::uint32_t items, std::span<float const> weights) : items_(items), weights_(weights) {}

  [[nodiscard]] std::uint32_t items() const override { return items_; }
  void score(std::span<Taken const> history, std::span<float> scores) const override;
  [[nodiscard]] std::vector<Reason> reasons(std::span<Taken const> history, std::uint32_t item) const override;

 private:
  std::uint32_t items_;
  std::span<float const> weights_;
};

/// The same score for everybody, such as how many took it; nothing is a reason.
class PopularityScorer final : public ItemScorer {
 public:
  explicit PopularityScorer(std::span<float const> counts) : counts_(counts) {}

  [[nodiscard]] std::uint32_t items() const override { return static_cast<std::uint32_t>(counts_.size()); }
  void score(std::span<Taken const> history, std::span<float> scores) const override;
  [[nodiscard]] std::vector<Reason> reasons(std::span<Taken const> history, std::uint32_t item) const override;

 private:
  std::span<float const> counts_;
};

/// How many users took each item.
[[nodiscard]] std::vector<float> popularity(Interactions const& interactions);

}  // namespace lepton::recommend
