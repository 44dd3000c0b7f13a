#include "recommend/item_weights.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "embed/option_problems.h"
#include "recommend/item_scorer.h"
#include "recommend/positive_definite.h"

namespace lepton::recommend {
namespace {

void require_few_items(Interactions const& interactions) {
  if (interactions.items() > most_weighted_items)
    throw invalid(fmt::format("weights between {} items would not fit, expected at most {}: learn factors instead",
                              interactions.items(), most_weighted_items));
}

/// Xᵀ·W·X with W the weights of the users and each item scaled.
SquareMatrix gram_matrix(Call const& call, Interactions const& interactions, std::span<float const> scale,
                         double user_damping) {
  SquareMatrix gram(interactions.items());
  std::vector<Taken> row;
  for (std::uint32_t user = 0; user < interactions.users(); ++user) {
    if (user % 256 == 0) call.proceed();
    auto const taken = interactions.of(user);
    row.assign(taken.begin(), taken.end());
    for (auto& [item, value] : row) value *= scale[item];
    auto const weight = static_cast<float>(std::pow(static_cast<double>(row.size()), -user_damping));
    for (auto const& [item, value] : row) {
      float* const sums = gram.row(item);
      for (auto const& other : row) sums[other.item] += weight * value * other.value;
    }
  }
  return gram;
}

}  // namespace

ItemWeights train_ease(Call const& call, Interactions const& interactions, EaseOptions const& options) {
  embed::OptionProblems problems;
  problems.real("regularisation", options.regularisation, 1e-6, 1e9);
  problems.real("dropout", options.dropout, 0, 0.9);
  problems.real("user_damping", options.user_damping, 0, 2);
  problems.real("item_damping", options.item_damping, 0, 1);
  problems.whole("threads", options.threads, 1, 256);
  problems.require_none("EASE");
  require_few_items(interactions);
  require_counts(interactions);
  auto const counts = popularity(interactions);
  std::vector<float> scale(counts.size(), 1.0f);
  for (std::size_t i = 0; i < scale.size(); ++i)
    if (counts[i] > 0) scale[i] = static_cast<float>(std::pow(static_cast<double>(counts[i]), -options.item_damping));
  auto inverse = gram_matrix(call, interactions, scale, options.user_damping);
  double const kept = options.dropout / (1 - options.dropout);
  for (std::size_t i = 0; i < inverse.size; ++i) {
    float& diagonal = inverse.row(i)[i];
    diagonal += static_cast<float>(options.regularisation + kept * static_cast<double>(diagonal));
  }
  invert_positive_definite(call, inverse, static_cast<std::size_t>(options.threads));
  ItemWeights weights{interactions.items(), {}};
  weights.values.reserve(std::size_t{weights.items} * weights.items);
  for (std::size_t i = 0; i < inverse.size; ++i)
    for (std::size_t j = 0; j < inverse.size; ++j)  // B = −P / diag(P), its columns divided
      weights.values.push_back(i == j ? 0 : -inverse.row(i)[j] / inverse.row(j)[j] * scale[i] / scale[j]);
  return weights;
}

ItemWeights train_neighbours(Call const& call, Interactions const& interactions, NeighbourOptions const& options) {
  embed::OptionProblems problems;
  problems.whole("neighbours", options.neighbours, 1, most_weighted_items);
  problems.real("shrinkage", options.shrinkage, 0, 1e9);
  problems.require_none("nearest neighbours");
  require_few_items(interactions);
  require_counts(interactions);
  std::size_t const items = interactions.items();
  auto const gram = gram_matrix(call, interactions, std::vector<float>(items, 1.0f), 0);
  std::vector<float> norms(items);
  for (std::size_t i = 0; i < items; ++i) norms[i] = std::sqrt(gram.row(i)[i]);
  ItemWeights weights{interactions.items(), std::vector<float>(items * items)};
  std::vector<std::pair<float, std::uint32_t>> near;
  for (std::uint32_t j = 0; j < items; ++j) {
    if (j % 256 == 0) call.proceed();
    near.clear();
    for (std::uint32_t i = 0; i < items; ++i)
      if (i != j && gram.row(j)[i] != 0)
        near.emplace_back(gram.row(j)[i] / (norms[i] * norms[j] + static_cast<float>(options.shrinkage)), i);
    auto const kept = std::min<std::size_t>(near.size(), static_cast<std::size_t>(options.neighbours));
    std::partial_sort(
        near.begin(), near.begin() + static_cast<std::ptrdiff_t>(kept), near.end(),
        [](auto const& a, auto const& b) { return a.first != b.first ? a.first > b.first : a.second < b.second; });
    for (std::size_t n = 0; n < kept; ++n) weights.values[near[n].second * items + j] = near[n].first;
  }
  return weights;
}

}  // namespace lepton::recommend
