#include "model.h"

#include <fmt/format.h>

#include <random>

#include "base/json.h"

namespace lepton::bench {
namespace {

/// A complete binary tree in the columns of XGBoost's JSON model.
json::Object make_tree(int id, int features, int depth, std::mt19937& random) {
  auto const nodes = (1 << (depth + 1)) - 1;
  auto const inner = (1 << depth) - 1;
  std::uniform_real_distribution<double> value(-1, 1);
  json::Array left, right, index, condition, zeros, weights;
  for (int i = 0; i < nodes; ++i) {
    bool const leaf = i >= inner;
    left.push_back(leaf ? -1 : 2 * i + 1);
    right.push_back(leaf ? -1 : 2 * i + 2);
    index.push_back(leaf ? 0 : static_cast<int>(random() % static_cast<unsigned>(features)));
    condition.push_back(leaf ? value(random) / 10 : value(random));
    zeros.push_back(0);
  }
  return {{"base_weights", zeros},
          {"categories", json::Array()},
          {"categories_nodes", json::Array()},
          {"categories_segments", json::Array()},
          {"categories_sizes", json::Array()},
          {"default_left", zeros},
          {"id", id},
          {"left_children", left},
          {"right_children", right},
          {"split_conditions", condition},
          {"split_indices", index},
          {"split_type", zeros}};
}

}  // namespace

OneModel::OneModel(int features, int trees, int depth) {
  json::Array names, types, columns, forest, groups;
  std::mt19937 random(1);
  for (int i = 0; i < features; ++i) {
    names.push_back(json::Value(fmt::format("f{}", i)));
    columns.push_back(json::Object{{"name", fmt::format("f{}", i)}, {"datatype", "FP32"}});
  }
  for (int i = 0; i < trees; ++i) {
    forest.push_back(make_tree(i, features, depth, random));
    groups.push_back(0);
  }
  json::Object const parameters{
      {"num_parallel_tree", "1"}, {"num_trees", std::to_string(trees)}, {"size_leaf_vector", "0"}};
  json::Object const gbtree{{"gbtree_model_param", parameters}, {"tree_info", groups}, {"trees", forest}};
  json::Object const learner{
      {"attributes", json::Object()},
      {"feature_names", names},
      {"feature_types", types},
      {"gradient_booster", json::Object{{"model", gbtree}, {"name", "gbtree"}}},
      {"learner_model_param",
       json::Object{
           {"base_score", "5E-1"}, {"num_class", "0"}, {"num_feature", std::to_string(features)}, {"num_target", "1"}}},
      {"objective",
       json::Object{{"name", "binary:logistic"}, {"reg_loss_param", json::Object{{"scale_pos_weight", "1"}}}}}};
  artifact_ = json::write(json::Object{{"learner", learner}, {"version", json::Array{1, 7, 4}}});
  signature_ = runtime::parse_signature(
      json::Object{{"task", "binary_classification"},
                   {"threshold", 0.5},
                   {"inputs", columns},
                   {"outputs", json::Array{json::Object{{"name", "score"}, {"datatype", "FP32"}}}}});
}

serving::ServableModel OneModel::resolve(db::Transaction&, Call const&, access::Address const& model) const {
  return {{model.department, model.name, "1"}, "bench", signature_, {}};
}

}  // namespace lepton::bench
