#include "runtime/boosted_trees.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "base/error.h"
#include "base/json.h"
#include "text/real.h"

namespace lepton::runtime {
namespace {

/// Walks that go on side by side: each step waits for memory, and eight wait together.
constexpr std::size_t side_by_side = 8;
constexpr std::size_t rows_per_block = 64;  // their sums and the top of a tree stay in the first-level cache

Error damaged(std::string const& what) {
  return invalid("the model artifact is damaged: " + what);
}

json::Value const& member(json::Object const& object, std::string_view name) {
  auto const* found = object.if_contains(name);
  if (found == nullptr) throw damaged("'" + std::string(name) + "' is missing");
  return *found;
}

json::Object const& object_at(json::Object const& object, std::string_view name) {
  auto const& value = member(object, name);
  if (!value.is_object()) throw damaged("'" + std::string(name) + "' is not an object");
  return value.get_object();
}

json::Array const& array_at(json::Object const& object, std::string_view name) {
  auto const& value = member(object, name);
  if (!value.is_array()) throw damaged("'" + std::string(name) + "' is not an array");
  return value.get_array();
}

std::string text_at(json::Object const& object, std::string_view name) {
  auto const& value = member(object, name);
  if (!value.is_string()) throw damaged("'" + std::string(name) + "' is not a string");
  return std::string(value.get_string());
}

/// XGBoost writes the numbers of its parameters as strings: "5E-1".
double number_at(json::Object const& object, std::string_view name) {
  auto const number = text::find_real(text_at(object, name));
  if (!number) throw damaged("'" + std::string(name) + "' is not a number");
  return *number;
}

/// A column of one tree: as long as the tree has nodes.
class NodeColumn {
 public:
  NodeColumn(json::Object const& tree, std::string_view name) : name_(name), values_(array_at(tree, name)) {}

  [[nodiscard]] std::size_t size() const { return values_.size(); }
  [[nodiscard]] float real(std::size_t i) const { return static_cast<float>(number(i)); }
  [[nodiscard]] std::int64_t whole(std::size_t i) const {
    auto const& value = checked(i);
    if (value.is_bool()) return value.get_bool() ? 1 : 0;
    double const number_found = number(i);
    if (std::fabs(number_found) > 1e15) throw damaged("'" + std::string(name_) + "' holds no index");
    return static_cast<std::int64_t>(number_found);
  }

 private:
  [[nodiscard]] json::Value const& checked(std::size_t i) const {
    if (i >= values_.size()) throw damaged("'" + std::string(name_) + "' is too short");
    return values_[i];
  }
  [[nodiscard]] double number(std::size_t i) const {
    auto const& value = checked(i);
    double const found = value.is_number() ? value.to_number<double>() : std::nan("");
    if (!std::isfinite(found) || std::fabs(found) > 1e38) throw damaged("'" + std::string(name_) + "' holds no number");
    return found;
  }

  std::string_view name_;
  json::Array const& values_;
};

}  // namespace

/// Copies the trees out of the JSON into the order of evaluation.
struct BoostedTrees::Reader {
  BoostedTrees& model;

  void read_learner(json::Object const& learner) {
    auto const& parameters = object_at(learner, "learner_model_param");
    double const features = number_at(parameters, "num_feature");
    if (features < 1 || features > 1'000'000) throw damaged("'num_feature' is out of range");
    model.features_ = static_cast<std::size_t>(features);
    double const classes = parameters.contains("num_class") ? number_at(parameters, "num_class") : 0;
    if (classes < 0 || classes > 10'000) throw damaged("'num_class' is out of range");
    model.outputs_ = std::max<std::size_t>(1, static_cast<std::size_t>(classes));
    read_objective(text_at(object_at(learner, "objective"), "name"), number_at(parameters, "base_score"));
    if (learner.contains("feature_names")) {
      for (auto const& name : array_at(learner, "feature_names")) {
        if (!name.is_string()) throw damaged("'feature_names' holds something else than names");
        model.feature_names_.emplace_back(name.get_string());
      }
    }
    read_trees(object_at(learner, "gradient_booster"));
  }

  void read_objective(std::string const& name, double base_score) {
    if (name == "binary:logistic") {
      auto const probability = static_cast<float>(base_score);
      if (!(probability > 0 && probability < 1)) throw damaged("'base_score' is not a probability");
      model.link_ = Link::logistic;
      model.base_ = -std::log(1.0f / probability - 1.0f);
    } else if (name == "multi:softprob") {
      if (std::fabs(base_score) > 1e38) throw damaged("'base_score' is out of range");
      model.link_ = Link::softmax;
      model.base_ = static_cast<float>(base_score);
    } else if (name == "reg:squarederror" || name == "rank:pairwise" || name == "rank:ndcg" || name == "rank:map") {
      if (std::fabs(base_score) > 1e38) throw damaged("'base_score' is out of range");
      model.base_ = static_cast<float>(base_score);
    } else {
      throw invalid("models with the objective '" + name + "' are not supported yet");
    }
    if (model.outputs_ > 1 && model.link_ != Link::softmax)
      throw invalid("models of several classes are supported with the objective 'multi:softprob' only");
  }

  void read_trees(json::Object const& booster) {
    std::string const kind = text_at(booster, "name");
    if (kind != "gbtree") throw invalid("boosters of kind '" + kind + "' are not supported, only gbtree");
    auto const& forest = object_at(booster, "model");
    auto const& trees = array_at(forest, "trees");
    std::optional<NodeColumn> classes;  // of each tree
    if (model.outputs_ > 1) classes.emplace(forest, "tree_info");
    for (std::size_t i = 0; i < trees.size(); ++i) {
      if (!trees[i].is_object()) throw damaged("a tree is not an object");
      auto const output = classes ? classes->whole(i) : 0;
      if (output < 0 || static_cast<std::size_t>(output) >= model.outputs_) throw damaged("a tree is of no class");
      read_tree(trees[i].get_object(), static_cast<std::uint32_t>(output));
    }
    if (model.covers_.size() != model.nodes_.size()) model.covers_.clear();
  }

  void read_tree(json::Object const& tree, std::uint32_t output) {
    NodeColumn const left(tree, "left_children"), right(tree, "right_children"), feature(tree, "split_indices"),
        condition(tree, "split_conditions"), default_left(tree, "default_left");
    if (tree.contains("categories_nodes") && !array_at(tree, "categories_nodes").empty())
      throw invalid("models with categorical splits are not supported yet");
    if (left.size() == 0) throw damaged("a tree has no nodes");
    if (model.nodes_.size() + left.size() >= missing_goes_left) throw invalid("the model has too many nodes");

    std::optional<NodeColumn> cover;
    if (tree.contains("sum_hessian")) cover.emplace(tree, "sum_hessian");

    // Breadth first, so that siblings stand side by side and the nodes that every row visits share cache lines.
    auto const base = static_cast<std::uint32_t>(model.nodes_.size());
    std::vector<std::int64_t> order{0};
    std::uint32_t depth = 0;
    for (std::size_t i = 0, level_end = 1; i < order.size(); ++i) {
      if (i == level_end) ++depth, level_end = order.size();
      auto const source = static_cast<std::size_t>(order[i]);
      auto const self = base + static_cast<std::uint32_t>(i);
      Node node{missing, 0, self - 1, condition.real(source)};
      if (left.whole(source) != -1) {
        auto const split = feature.whole(source);
        if (split < 0 || static_cast<std::size_t>(split) >= model.features_) throw damaged("a split names no feature");
        node = {condition.real(source),
                static_cast<std::uint32_t>(split) | (default_left.whole(source) != 0 ? missing_goes_left : 0),
                base + static_cast<std::uint32_t>(order.size()), 0};
        for (auto const child : {left.whole(source), right.whole(source)}) {
          if (child <= 0 || static_cast<std::size_t>(child) >= left.size()) throw damaged("a node has no such child");
          order.push_back(child);
        }
        if (order.size() > left.size()) throw damaged("a tree has a cycle");
      }
      model.nodes_.push_back(node);
      if (cover) model.covers_.push_back(cover->real(source));
    }
    model.trees_.push_back({base, depth, output, cover ? mean_of_leaves(base) : 0});
  }

  /// From the leaves up: children stand behind their parents.
  [[nodiscard]] float mean_of_leaves(std::uint32_t root) const {
    if (model.covers_.size() != model.nodes_.size()) return 0;  // an earlier tree had none
    std::vector<double> means(model.nodes_.size() - root);
    for (auto node = static_cast<std::uint32_t>(model.nodes_.size()); node-- > root;) {
      if (model.covers_[node] < 0) throw damaged("'sum_hessian' is negative");
      auto const left = model.nodes_[node].left;
      double const cover = model.covers_[node];
      means[node - root] =
          model.is_leaf(node) ? model.nodes_[node].output
          : cover > 0
              ? (means[left - root] * model.covers_[left] + means[left + 1 - root] * model.covers_[left + 1]) / cover
              : 0;
    }
    return static_cast<float>(means[0]);
  }
};

BoostedTrees BoostedTrees::parse(std::string_view artifact) {
  auto const value = json::parse(artifact);
  if (!value.is_object()) throw damaged("not a JSON object");
  BoostedTrees model;
  Reader{model}.read_learner(object_at(value.get_object(), "learner"));
  if (!model.feature_names_.empty() && model.feature_names_.size() != model.features_)
    throw damaged("it names " + std::to_string(model.feature_names_.size()) + " features and uses " +
                  std::to_string(model.features_));
  return model;
}

template <std::size_t Count>
void BoostedTrees::walk(std::uint32_t (&nodes)[Count], float const* const (&rows)[Count], std::uint32_t depth) const {
  Node const* const all = nodes_.data();
  for (std::uint32_t step = 0; step < depth; ++step) {
    for (std::size_t k = 0; k < Count; ++k) {
      Node const node = all[nodes[k]];
      float const value = rows[k][node.feature & ~missing_goes_left];
      std::uint32_t const less = value < node.threshold ? 1 : 0;
      std::uint32_t const absent = std::isnan(value) ? node.feature >> 31 : 0;
      nodes[k] = node.left + 1 - (less | absent);
    }
  }
}

// Each row adds up its trees in their order, whichever way it is walked: that keeps its bits the same in every batch.
void BoostedTrees::sum_row(float const* row, float* sums) const {
  std::fill_n(sums, outputs_, base_);
  std::size_t tree = 0;
  for (; tree + side_by_side <= trees_.size(); tree += side_by_side) {
    std::uint32_t nodes[side_by_side], depth = 0;
    float const* rows[side_by_side];
    for (std::size_t k = 0; k < side_by_side; ++k) {
      nodes[k] = trees_[tree + k].root;
      depth = std::max(depth, trees_[tree + k].depth);
      rows[k] = row;
    }
    walk(nodes, rows, depth);
    for (std::size_t k = 0; k < side_by_side; ++k) sums[trees_[tree + k].output] += nodes_[nodes[k]].output;
  }
  for (; tree < trees_.size(); ++tree) {
    std::uint32_t node[1]{trees_[tree].root};
    walk(node, {row}, trees_[tree].depth);
    sums[trees_[tree].output] += nodes_[node[0]].output;
  }
}

void BoostedTrees::add_rows(MatrixView input, std::size_t first, std::size_t count, float* out) const {
  for (auto const& tree : trees_) {
    float* const sums = out + tree.output;
    for (std::size_t i = 0; i < count; i += side_by_side) {
      std::uint32_t nodes[side_by_side];
      float const* rows[side_by_side];
      for (std::size_t k = 0; k < side_by_side; ++k) {
        nodes[k] = tree.root;
        rows[k] = input.data + (first + i + k) * input.columns;
      }
      walk(nodes, rows, tree.depth);
      for (std::size_t k = 0; k < side_by_side; ++k) sums[(i + k) * outputs_] += nodes_[nodes[k]].output;
    }
  }
}

/// As XGBoost does it, in its precision.
void BoostedTrees::link(float* answers) const {
  if (link_ == Link::logistic) {
    answers[0] = 1.0f / (std::exp(std::min(-answers[0], 88.7f)) + 1.0f);  // above 88.7 exp() overflows a float
  } else if (link_ == Link::softmax) {
    float const most = *std::max_element(answers, answers + outputs_);
    double sum = 0;
    for (std::size_t i = 0; i < outputs_; ++i) sum += answers[i] = std::exp(answers[i] - most);
    for (std::size_t i = 0; i < outputs_; ++i) answers[i] /= static_cast<float>(sum);
  }
}

void BoostedTrees::evaluate(MatrixView input, float* out) const {
  std::size_t const in_blocks = input.rows / side_by_side * side_by_side;
  for (std::size_t first = 0; first < in_blocks; first += rows_per_block) {
    std::size_t const count = std::min(rows_per_block, in_blocks - first);
    std::fill_n(out + first * outputs_, count * outputs_, base_);
    add_rows(input, first, count, out + first * outputs_);
  }
  for (std::size_t i = in_blocks; i < input.rows; ++i) sum_row(input.data + i * input.columns, out + i * outputs_);
  if (link_ == Link::identity) return;
  for (std::size_t i = 0; i < input.rows; ++i) link(out + i * outputs_);
}

}  // namespace lepton::runtime
