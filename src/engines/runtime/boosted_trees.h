#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/matrix.h"

namespace lepton::runtime {

/// A sum of decision trees, read from XGBoost's JSON model format (1.7, "gbtree") and evaluated here: no foreign code
/// runs in the server. Immutable after parse; any thread may evaluate. Sums in XGBoost's own order and precision, so
/// that scores agree with XGBoost's to the last bit but for its exp().
class BoostedTrees {
 public:
  /// What turns the sum into the answer.
  enum class Link { identity, logistic, softmax };

  /// Throws Error{invalid}: not such a model, damaged, or with features that are not supported (categorical splits,
  /// dart, several targets).
  [[nodiscard]] static BoostedTrees parse(std::string_view artifact);

  /// outputs() answers per row into `out`, row after row; input.columns must be features().
  void evaluate(MatrixView input, float* out) const;
  /// What each feature added to one output's sum for one row, and behind them the mean sum over the training data:
  /// together they are the sum. Exact Shapley values by TreeSHAP (Lundberg, Erion, Lee 2018, algorithm 2). Throws
  /// Error{invalid} for a model without the covers of its nodes, and for trees deeper than deepest_explained.
  [[nodiscard]] std::vector<double> contributions(std::span<float const> row, std::size_t output) const;
  static constexpr std::uint32_t deepest_explained = 64;

  /// Answers per row: one, or one a class.
  [[nodiscard]] std::size_t outputs() const { return outputs_; }
  [[nodiscard]] std::size_t features() const { return features_; }
  /// Empty when the model was saved without names.
  [[nodiscard]] std::vector<std::string> const& feature_names() const { return feature_names_; }
  [[nodiscard]] Link link() const { return link_; }
  [[nodiscard]] std::size_t trees() const { return trees_.size(); }
  [[nodiscard]] std::size_t memory_bytes() const {
    return nodes_.size() * sizeof(Node) + covers_.size() * sizeof(float);
  }

 private:
  static constexpr std::uint32_t missing_goes_left = 1u << 31;
  /// Children stand side by side: the right one follows the left one. A leaf leads to itself: its threshold is NaN,
  /// which nothing is less than, and its `left` is the node before it, so that a walk of fixed length needs no
  /// branches.
  struct Node {
    float threshold;        ///< go left when the feature is less
    std::uint32_t feature;  ///< with the highest bit set when a missing value goes left
    std::uint32_t left;
    float output;  ///< of a leaf
  };
  struct Tree {
    std::uint32_t root;
    std::uint32_t depth;   ///< most steps to a leaf
    std::uint32_t output;  ///< whose sum it adds to
    float mean;            ///< of its leaves, by cover
  };
  struct Reader;
  class Shapley;

  template <std::size_t Count>
  void walk(std::uint32_t (&nodes)[Count], float const* const (&rows)[Count], std::uint32_t depth) const;
  [[nodiscard]] bool is_leaf(std::uint32_t node) const { return nodes_[node].left + 1 == node; }
  void sum_row(float const* row, float* sums) const;
  void link(float* answers) const;
  void add_rows(MatrixView input, std::size_t first, std::size_t count, float* out) const;

  std::size_t features_ = 0;
  std::size_t outputs_ = 1;
  std::vector<std::string> feature_names_;
  Link link_ = Link::identity;
  float base_ = 0;
  std::vector<Tree> trees_;
  std::vector<Node> nodes_;
  std::vector<float> covers_;  ///< of each node: weight of the training rows that reached it; empty: not known
};

}  // namespace lepton::runtime
