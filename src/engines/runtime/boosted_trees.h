#pragma once

#include <cstdint>
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
  enum class Link { identity, logistic };

  /// Throws Error{invalid}: not such a model, damaged, or with features that are not supported (categorical splits,
  /// dart, several outputs).
  [[nodiscard]] static BoostedTrees parse(std::string_view artifact);

  /// One answer per row into `out`, which holds input.rows; input.columns must be features().
  void evaluate(MatrixView input, float* out) const;

  [[nodiscard]] std::size_t features() const { return features_; }
  /// Empty when the model was saved without names.
  [[nodiscard]] std::vector<std::string> const& feature_names() const { return feature_names_; }
  [[nodiscard]] Link link() const { return link_; }
  [[nodiscard]] std::size_t trees() const { return trees_.size(); }
  [[nodiscard]] std::size_t memory_bytes() const { return nodes_.size() * sizeof(Node); }

 private:
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
    std::uint32_t depth;  ///< most steps to a leaf
  };
  struct Reader;

  template <std::size_t Count>
  void walk(std::uint32_t (&nodes)[Count], float const* const (&rows)[Count], std::uint32_t depth) const;
  [[nodiscard]] float sum_of_row(float const* row) const;
  void add_rows(MatrixView input, std::size_t first, std::size_t count, float* out) const;

  std::size_t features_ = 0;
  std::vector<std::string> feature_names_;
  Link link_ = Link::identity;
  float base_ = 0;
  std::vector<Tree> trees_;
  std::vector<Node> nodes_;
};

}  // namespace lepton::runtime
