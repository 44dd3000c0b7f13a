#include "runtime/model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "base/error.h"
#include "base/json.h"

namespace lepton::runtime {
namespace {

using testing::HasSubstr;

/// One tree: income < 100 (missing: right) ? 0.5 : (age < 30 (missing: left) ? -1 : 2).
std::string const artifact = R"({"learner":{"attributes":{},"feature_names":["income","age"],"feature_types":[],
  "gradient_booster":{"model":{"gbtree_model_param":{"num_parallel_tree":"1","num_trees":"1","size_leaf_vector":"0"},
    "tree_info":[0],"trees":[{"base_weights":[0,0,0,0,0],"categories":[],"categories_nodes":[],
    "categories_segments":[],"categories_sizes":[],"default_left":[0,0,1,0,0],"id":0,"left_children":[1,-1,3,-1,-1],
    "right_children":[2,-1,4,-1,-1],"split_conditions":[100,0.5,30,-1,2],"split_indices":[0,0,1,0,0],
    "split_type":[0,0,0,0,0]}]},"name":"gbtree"},
  "learner_model_param":{"base_score":"5E-1","num_class":"0","num_feature":"2","num_target":"1"},
  "objective":{"name":"binary:logistic","reg_loss_param":{"scale_pos_weight":"1"}}},"version":[1,7,4]})";

Signature signature() {
  return parse_signature(json::parse(R"({"task":"binary_classification","target":"default","threshold":0.6,
    "inputs":[{"name":"income","datatype":"FP32"},{"name":"age","datatype":"FP32"}],
    "outputs":[{"name":"score","datatype":"FP32"},{"name":"class","datatype":"INT64"}]})"));
}

double sigmoid(double x) {
  return 1 / (1 + std::exp(-x));
}

std::string replaced(std::string text, std::string const& from, std::string const& to) {
  auto const at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

std::string refusal(std::string const& bytes, Signature const& with = signature()) {
  try {
    (void)load(bytes, with);
  } catch (Error const& e) {
    EXPECT_EQ(e.code(), Code::invalid);
    return e.what();
  }
  return "accepted";
}

TEST(Model, WalksTreesWithMissingValues) {
  auto const model = load(artifact, signature());
  Matrix rows(4, 2);
  rows.at(0, 0) = 50;
  rows.at(1, 0) = 100, rows.at(1, 1) = 30;
  rows.at(2, 1) = 29;
  auto const out = model->predict(rows.view());
  EXPECT_FLOAT_EQ(out.at(0, 0), sigmoid(0.5));
  EXPECT_FLOAT_EQ(out.at(1, 0), sigmoid(2));
  EXPECT_FLOAT_EQ(out.at(2, 0), sigmoid(-1));
  EXPECT_FLOAT_EQ(out.at(3, 0), sigmoid(-1));
  EXPECT_EQ(out.at(0, 1), 1);
  EXPECT_EQ(out.at(3, 1), 0);
}

TEST(Model, GivesTheSameBitsInEveryBatch) {
  auto const model = load(artifact, signature());
  Matrix many(1000, 2);
  for (std::size_t i = 0; i < many.rows(); ++i)
    many.at(i, 0) = static_cast<float>(i % 200), many.at(i, 1) = static_cast<float>(i % 60);
  auto const together = model->predict(many.view());
  for (std::size_t i = 0; i < many.rows(); ++i)
    EXPECT_EQ(model->predict(MatrixView{many.row(i).data(), 1, 2}).at(0, 0), together.at(i, 0));
}

TEST(Model, RefusesAnotherNumberOfColumns) {
  auto const model = load(artifact, signature());
  EXPECT_THROW((void)model->predict(Matrix(1, 3).view()), Error);
}

TEST(Model, DescribesItselfToTheInferenceProtocol) {
  auto const inputs = signature().input_metadata();
  ASSERT_EQ(inputs.size(), 2u);
  EXPECT_EQ(json::write(to_json(inputs[0])), R"({"name":"income","datatype":"FP32","shape":[-1]})");
  EXPECT_EQ(signature().output_metadata()[1].datatype, "INT64");
}

TEST(Model, RefusesDamagedArtifacts) {
  EXPECT_THAT(refusal("{}"), HasSubstr("'learner' is missing"));
  EXPECT_THAT(refusal(replaced(artifact, "[1,-1,3,-1,-1]", "[1,-1,9,-1,-1]")), HasSubstr("no such child"));
  EXPECT_THAT(refusal(replaced(artifact, "[2,-1,4,-1,-1]", "[2,-1,2,-1,-1]")), HasSubstr("cycle"));
  EXPECT_THAT(refusal(replaced(artifact, "\"split_indices\":[0,0,1", "\"split_indices\":[0,0,7")),
              HasSubstr("names no feature"));
  EXPECT_THAT(refusal(replaced(artifact, "[100,0.5,30,-1,2]", "[100,0.5,30]")), HasSubstr("too short"));
  EXPECT_THAT(refusal(replaced(artifact, "[100,0.5,30,-1,2]", "[100,\"x\",30,-1,2]")), HasSubstr("no number"));
  EXPECT_THAT(refusal(replaced(artifact, "\"gbtree\"", "\"dart\"")), HasSubstr("only gbtree"));
  EXPECT_THAT(refusal(replaced(artifact, "\"num_feature\":\"2\"", "\"num_feature\":\"nan\"")),
              HasSubstr("not a number"));
  for (auto const* const score : {"1e-300", "0.99999999999", "inf", "1"})
    EXPECT_THAT(refusal(replaced(artifact, "\"5E-1\"", fmt::format("\"{}\"", score))), HasSubstr("'base_score'"));
  EXPECT_THAT(refusal(artifact.substr(0, artifact.size() / 2)), HasSubstr("line"));
}

TEST(Model, RefusesASignatureThatDoesNotAgree) {
  auto other = signature();
  other.inputs[1].name = "years";
  EXPECT_THAT(refusal(artifact, other), HasSubstr("'years' in the signature and 'age' in the model"));
  other.inputs.pop_back();
  EXPECT_THAT(refusal(artifact, other), HasSubstr("names 1 inputs, the model reads 2"));
}

TEST(Signature, RefusesAColumnThatStandsTwice) {
  EXPECT_THROW((void)parse_signature(json::parse(R"({"task":"regression","inputs":[{"name":"a","datatype":"FP32"},
    {"name":"a","datatype":"FP32"}],"outputs":[{"name":"y","datatype":"FP32"}]})")),
               Error);
}

}  // namespace
}  // namespace lepton::runtime
