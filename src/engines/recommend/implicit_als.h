#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "base/call.h"
#include "base/fields.h"
#include "recommend/interactions.h"
#include "recommend/item_scorer.h"

namespace lepton::recommend {

/// Implicit alternating least squares (Hu, Koren, Volinsky 2008), stepping through blocks of dimensions and with the
/// regularisation scaled by how often a row occurs (Rendle et al. 2021: iALS++ and "Revisiting the performance of
/// iALS"). Minimised is Σ_taken value·(x·y − 1)² + unobserved·Σ_all (x·y)² + regularisation of each row.
struct AlsOptions {
  std::int64_t dimension = 64;
  std::int64_t rounds = 8;
  double unobserved = 0.1;       ///< α₀: weight of a pair that nobody saw
  double regularisation = 0.01;  ///< λ
  double scaling = 1;  ///< ν: a row of n interactions is regularised by λ·(n + α₀·rows of the other side)^ν
  std::int64_t block = 64;  ///< dimensions solved at once; as many as there are: exact ALS
  double spread = 0.1;      ///< standard deviation of the first x·x
  std::int64_t seed = 1;
  std::int64_t threads = 1;  ///< not part of what decides the result

  static constexpr auto fields() {
    using O = AlsOptions;
    return std::tuple{optional("dimension", &O::dimension, "numbers of a vector: a multiple of 16, at most 1024"),
                      optional("rounds", &O::rounds, "passes over users and items"),
                      optional("unobserved", &O::unobserved, "weight of a pair that was not seen"),
                      optional("regularisation", &O::regularisation, "of the vectors"),
                      optional("scaling", &O::scaling, "how much more frequent rows are regularised, 0 to 2"),
                      optional("block", &O::block, "dimensions solved at once: a multiple of 16"),
                      optional("spread", &O::spread, "of the first vectors"),
                      optional("seed", &O::seed, "of the first vectors"),
                      optional("threads", &O::threads, "1 to 256")};
  }
};

/// Throws Error{invalid} whose details name each wrong field.
void check_options(AlsOptions const& options);

/// Vectors of the items, row after row: all that is needed to serve, since users are folded in.
struct ItemFactors {
  AlsOptions options;
  std::uint32_t items = 0;
  std::vector<float> rows;
};

/// Throws Error{invalid} for options out of range. Heeds the call. The same interactions and options give the same
/// bits, whatever the number of threads.
[[nodiscard]] ItemFactors train_als(Call const& call, Interactions const& interactions, AlsOptions const& options);

/// Scores by vectors: folds the history into a vector of its own, and multiplies (Hu et al. 2008, equation 4); reasons
/// by their section 5. Immutable; any thread.
class FactorScorer final : public ItemScorer {
 public:
  /// `rows` holds options.dimension floats for each item and outlives this.
  FactorScorer(AlsOptions const& options, std::span<float const> rows);

  [[nodiscard]] std::uint32_t items() const override { return items_; }
  void score(std::span<Taken const> history, std::span<float> scores) const override;
  [[nodiscard]] std::vector<Reason> reasons(std::span<Taken const> history, std::uint32_t item) const override;
  /// The vector of a history. Throws Error{invalid} when floats cannot tell, which vectors of a training let them.
  [[nodiscard]] std::vector<float> fold_in(std::span<Taken const> history) const;

 private:
  [[nodiscard]] std::vector<float> system_of(std::span<Taken const> history) const;
  void solve(std::vector<float>& system, std::span<float> right) const;
  [[nodiscard]] std::span<float const> row(std::uint32_t item) const {
    return rows_.subspan(item * dimension_, dimension_);
  }

  AlsOptions options_;
  std::size_t dimension_;
  std::uint32_t items_;
  std::span<float const> rows_;
  std::vector<float> gram_;  // α₀·YᵀY
};

}  // namespace lepton::recommend
