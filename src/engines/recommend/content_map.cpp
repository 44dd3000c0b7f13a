#include "recommend/content_map.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "embed/option_problems.h"
#include "recommend/positive_definite.h"

namespace lepton::recommend {
namespace {

/// How strongly each feature counts: n^−damping for one of n items.
std::vector<float> feature_scales(ItemFeatures const& features, double damping) {
  std::vector<float> scales(features.items());
  for (std::uint32_t item = 0; item < features.users(); ++item)
    for (auto const& feature : features.of(item)) scales[feature.item] += 1;
  for (auto& scale : scales)
    if (scale > 0) scale = static_cast<float>(std::pow(static_cast<double>(scale), -damping));
  return scales;
}

/// The item's features as they are learnt from: scaled to length 1, then a constant.
void read_features(std::span<Taken const> features, std::span<float const> scales, std::vector<Taken>& row) {
  row.assign(features.begin(), features.end());
  float squares = 0;
  for (auto& [feature, value] : row) {
    value *= scales[feature];
    squares += value * value;
  }
  if (squares > 0)
    for (auto& feature : row) feature.value /= std::sqrt(squares);
  row.push_back({static_cast<std::uint32_t>(scales.size()), 1});
}

}  // namespace

ContentMap learn_content(Call const& call, ItemFeatures const& features, std::span<float const> vectors,
                         std::size_t dimension, std::span<float const> weights, ContentOptions const& options) {
  embed::OptionProblems problems;
  problems.real("regularisation", options.regularisation, 1e-6, 1e9);
  problems.real("damping", options.damping, 0, 2);
  problems.require_none("the map of features");
  std::size_t const items = features.users();
  if (features.items() > most_features)
    throw invalid(fmt::format("there are {} features, expected at most {}", features.items(), most_features));
  if (vectors.size() != items * dimension || weights.size() != items)
    throw invalid(fmt::format("{} items have features, {} have weights and there are {} numbers in vectors of {}",
                              items, weights.size(), vectors.size(), dimension));
  ContentMap map{features.items(), dimension, feature_scales(features, options.damping), {}};
  SquareMatrix system(features.items() + std::size_t{1});
  std::size_t const width = embed::padded(dimension);
  std::vector<float> right(system.stride * width), solved(right.size());
  std::vector<Taken> row;
  for (std::uint32_t item = 0; item < items; ++item) {
    if (!(weights[item] > 0)) continue;
    read_features(features.of(item), map.scales, row);
    for (auto const& [feature, value] : row) {
      float const weighted = weights[item] * value;
      for (auto const& other : row) system.row(feature)[other.item] += weighted * other.value;
      for (std::size_t d = 0; d < dimension; ++d)
        right[feature * width + d] += weighted * vectors[item * dimension + d];
    }
  }
  for (std::size_t i = 0; i < system.size; ++i)  // the constant is held back as little as floats allow
    system.row(i)[i] +=
        static_cast<float>(i + 1 < system.size ? options.regularisation : options.regularisation * 1e-3);
  invert_positive_definite(call, system, 1);
  embed::add_product(system.size, width, system.stride, {system.values.data(), system.stride, 1}, {right.data(), width},
                     {solved.data(), width});
  map.rows.reserve(system.size * dimension);
  for (std::size_t i = 0; i < system.size; ++i)
    map.rows.insert(map.rows.end(), solved.begin() + static_cast<std::ptrdiff_t>(i * width),
                    solved.begin() + static_cast<std::ptrdiff_t>(i * width + dimension));
  return map;
}

std::vector<float> ContentMap::place(std::span<Taken const> item_features) const {
  std::vector<Taken> known, row;
  std::copy_if(item_features.begin(), item_features.end(), std::back_inserter(known),
               [&](Taken const& feature) { return feature.item < features; });
  read_features(known, scales, row);
  std::vector<float> vector(dimension);
  for (auto const& [feature, value] : row)
    for (std::size_t d = 0; d < dimension; ++d) vector[d] += value * rows[feature * dimension + d];
  return vector;
}

}  // namespace lepton::recommend
