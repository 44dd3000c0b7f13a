// Exact Shapley values of a sum of trees: Lundberg, Erion, Lee, "Consistent Individualized Feature Attribution for
// Tree Ensembles" (2018), algorithm 2.
#include <cmath>

#include "base/check.h"
#include "base/error.h"
#include "runtime/boosted_trees.h"

namespace lepton::runtime {
namespace {

/// A feature on the way from the root. `zero`: share of the rows that take this branch when the feature is not known;
/// `one`: whether the row takes it when it is. `weight`: of the subsets of known features of each size, by position.
struct Step {
  std::uint32_t feature = 0;
  double zero = 0, one = 0, weight = 0;
};
using Path = std::vector<Step>;

void extend(Path& path, std::uint32_t feature, double zero, double one) {
  auto const length = static_cast<double>(path.size());
  path.push_back({feature, zero, one, path.empty() ? 1.0 : 0.0});
  for (std::size_t i = path.size() - 1; i-- > 0;) {
    auto const place = static_cast<double>(i);
    path[i + 1].weight += one * path[i].weight * (place + 1) / (length + 1);
    path[i].weight *= zero * (length - place) / (length + 1);
  }
}

/// Calls `each` with every weight as it was before step `at` was added, the last first.
template <class Each>
void unwound_weights(Path const& path, std::size_t at, Each const& each) {
  auto const last = path.size() - 1;
  auto const length = static_cast<double>(last);
  double const zero = path[at].zero, one = path[at].one;
  double next = path[last].weight;
  for (std::size_t i = last; i-- > 0;) {
    auto const place = static_cast<double>(i);
    double weight = 0;
    if (one != 0) {
      weight = next * (length + 1) / ((place + 1) * one);
      next = path[i].weight - weight * zero * (length - place) / (length + 1);
    } else {
      weight = path[i].weight * (length + 1) / (zero * (length - place));
    }
    each(i, weight);
  }
}

void unwind(Path& path, std::size_t at) {
  unwound_weights(path, at, [&](std::size_t i, double weight) { path[i].weight = weight; });
  for (std::size_t i = at; i + 1 < path.size(); ++i) {
    auto const& next = path[i + 1];
    path[i] = {next.feature, next.zero, next.one, path[i].weight};
  }
  path.pop_back();
}

}  // namespace

/// Walks one tree for one row.
class BoostedTrees::Shapley {
 public:
  Shapley(BoostedTrees const& trees, std::span<float const> row, std::vector<double>& values)
      : trees_(trees), row_(row), values_(values) {}

  void walk(std::uint32_t node, Path path, std::uint32_t feature, double zero, double one) {
    extend(path, feature, zero, one);
    if (trees_.is_leaf(node)) return add_leaf(path, trees_.nodes_[node].output);
    auto const& split = trees_.nodes_[node];
    auto const of = split.feature & ~missing_goes_left;
    float const value = row_[of];
    bool const left = std::isnan(value) ? (split.feature & missing_goes_left) != 0 : value < split.threshold;
    double before_zero = 1, before_one = 1;
    for (std::size_t i = 1; i < path.size(); ++i) {
      if (path[i].feature != of) continue;
      before_zero = path[i].zero;
      before_one = path[i].one;
      unwind(path, i);
      break;
    }
    double const cover = trees_.covers_[node];
    for (std::uint32_t const side : {0u, 1u}) {
      bool const taken = left == (side == 0);
      double const share = cover > 0 ? trees_.covers_[split.left + side] / cover : 0;
      double const next_one = taken ? before_one : 0;
      if (share * before_zero == 0 && next_one == 0) continue;  // nobody goes there, known or not
      walk(split.left + side, path, of, before_zero * share, next_one);
    }
  }

 private:
  void add_leaf(Path const& path, double output) {
    for (std::size_t i = 1; i < path.size(); ++i) {
      double sum = 0;
      unwound_weights(path, i, [&](std::size_t, double weight) { sum += weight; });
      values_[path[i].feature] += sum * (path[i].one - path[i].zero) * output;
    }
  }

  BoostedTrees const& trees_;
  std::span<float const> row_;
  std::vector<double>& values_;
};

std::vector<double> BoostedTrees::contributions(std::span<float const> row, std::size_t output) const {
  check(row.size() == features_ && output < outputs_, "a row of the model, and one of its outputs");
  if (covers_.empty()) throw invalid("the model does not say how many rows reached its nodes: it cannot be explained");
  std::vector<double> values(features_ + 1);
  values.back() = base_;
  Shapley shapley(*this, row, values);
  for (auto const& tree : trees_) {
    if (tree.output != output) continue;
    if (tree.depth > deepest_explained) throw invalid("trees as deep as those of the model are not explained");
    values.back() += tree.mean;
    shapley.walk(tree.root, {}, 0, 1, 1);
  }
  return values;
}

}  // namespace lepton::runtime
