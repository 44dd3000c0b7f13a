#include "runtime/model.h"

#include "base/error.h"
#include "runtime/boosted_trees.h"

namespace lepton::runtime {
namespace {

/// A sum of trees with a score and, for classification, the class that the threshold makes of it.
class TreeModel final : public Model {
 public:
  TreeModel(BoostedTrees trees, Signature signature) : Model(std::move(signature)), trees_(std::move(trees)) {}

  [[nodiscard]] std::string_view platform() const override { return "xgboost"; }
  [[nodiscard]] std::size_t memory_bytes() const override { return trees_.memory_bytes(); }

 private:
  void run(MatrixView input, Prediction& out) const override {
    std::vector<float> scores(input.rows);
    trees_.evaluate(input, scores.data());
    for (std::size_t i = 0; i < input.rows; ++i) {
      double const score = scores[i];
      out.values[i * out.columns] = score;
      if (out.columns > 1) out.values[i * out.columns + 1] = score >= signature().threshold.value_or(0.5) ? 1 : 0;
    }
  }

  BoostedTrees trees_;
};

void agree(BoostedTrees const& trees, Signature const& signature) {
  if (trees.features() != signature.inputs.size())
    throw invalid("the signature names " + std::to_string(signature.inputs.size()) + " inputs, the model reads " +
                  std::to_string(trees.features()));
  for (std::size_t i = 0; i < trees.feature_names().size(); ++i)
    if (trees.feature_names()[i] != signature.inputs[i].name)
      throw invalid("input " + std::to_string(i) + " is '" + signature.inputs[i].name + "' in the signature and '" +
                    trees.feature_names()[i] + "' in the model");
  std::size_t const most = signature.task == Task::binary_classification ? 2 : 1;
  if (signature.outputs.empty() || signature.outputs.size() > most)
    throw invalid("the signature names " + std::to_string(signature.outputs.size()) + " outputs, the model gives " +
                  std::to_string(most));
}

}  // namespace

Prediction Model::predict(MatrixView input) const {
  if (input.columns != signature_.inputs.size())
    throw invalid("expected " + std::to_string(signature_.inputs.size()) + " columns, found " +
                  std::to_string(input.columns));
  Prediction out{input.rows, signature_.outputs.size(), std::vector<double>(input.rows * signature_.outputs.size())};
  run(input, out);
  return out;
}

std::unique_ptr<Model> load(std::string_view artifact, Signature signature) {
  auto trees = BoostedTrees::parse(artifact);
  agree(trees, signature);
  return std::make_unique<TreeModel>(std::move(trees), std::move(signature));
}

}  // namespace lepton::runtime
