#include "runtime/tree_model.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "runtime/boosted_trees.h"

namespace lepton::runtime {
namespace {

/// What the outputs of a task are: whether each stands for one number or for one a class.
std::size_t most_outputs(Task task) {
  return task == Task::binary_classification ? 2 : task == Task::multiclass_classification ? 3 : 1;
}

void agree(BoostedTrees const& trees, Signature const& signature) {
  if (trees.features() != signature.inputs.size())
    throw invalid(
        fmt::format("the signature names {} inputs, the model reads {}", signature.inputs.size(), trees.features()));
  for (std::size_t i = 0; i < trees.feature_names().size(); ++i)
    if (trees.feature_names()[i] != signature.inputs[i].name)
      throw invalid(fmt::format("input {} is '{}' in the signature and '{}' in the model", i, signature.inputs[i].name,
                                trees.feature_names()[i]));
  if (signature.reads_text()) throw invalid("the signature names an input of text, and trees read numbers");
  bool const several = signature.task == Task::multiclass_classification;
  auto const most = most_outputs(signature.task);
  auto const& outputs = signature.outputs;
  if (outputs.empty() || outputs.size() > most || (several && outputs.size() < most))
    throw invalid(fmt::format("the signature names {} outputs, the model gives {}", outputs.size(), most));
  if (several ? outputs[2].width() != trees.outputs() : trees.outputs() != 1)
    throw invalid(fmt::format("the model has {} scores a row, which are not those of the signature", trees.outputs()));
}

class TreeModel final : public Model {
 public:
  TreeModel(BoostedTrees trees, Signature signature) : Model(std::move(signature)), trees_(std::move(trees)) {}

  [[nodiscard]] std::string_view platform() const override { return "xgboost"; }
  [[nodiscard]] std::size_t memory_bytes() const override { return trees_.memory_bytes(); }

 private:
  void run(RowsView input, Prediction& out) const override {
    std::vector<float> scores(input.rows() * trees_.outputs());
    trees_.evaluate(input.numbers, scores.data());
    if (signature().task == Task::multiclass_classification) return choose(scores, out);
    for (std::size_t i = 0; i < input.rows(); ++i) {
      double const score = scores[i];
      out.values[i * out.columns] = score;
      if (out.columns > 1) out.values[i * out.columns + 1] = score >= signature().threshold.value_or(0.5) ? 1 : 0;
    }
  }

  /// The likeliest class; of equals, the first.
  void choose(std::vector<float> const& scores, Prediction& out) const {
    auto const& labels = *signature().outputs[2].labels;
    out.texts.resize(3);
    for (std::size_t i = 0; i < out.rows; ++i) {
      auto const of_row = scores.begin() + static_cast<std::ptrdiff_t>(i * labels.size());
      auto const best = std::max_element(of_row, of_row + static_cast<std::ptrdiff_t>(labels.size())) - of_row;
      out.texts[0].push_back(labels[static_cast<std::size_t>(best)]);
      out.values[i * out.columns + 1] = of_row[best];
      std::copy_n(of_row, labels.size(), out.values.begin() + static_cast<std::ptrdiff_t>(i * out.columns + 2));
    }
  }

  [[nodiscard]] std::vector<Explanation> explain_row(RowsView input, std::size_t row) const override {
    MatrixView const one{input.numbers.row(row).data(), 1, input.columns()};
    std::size_t output = 0;
    std::string answer = signature().outputs[0].name;
    if (signature().task == Task::multiclass_classification) {
      std::vector<float> scores(trees_.outputs());
      trees_.evaluate(one, scores.data());
      output = static_cast<std::size_t>(std::max_element(scores.begin(), scores.end()) - scores.begin());
      answer = signature().outputs[2].labels->at(output);
    }
    auto const values = trees_.contributions(one.row(0), output);
    Explanation explanation{std::move(answer), values.back(), {}};
    for (std::size_t i = 0; i + 1 < values.size(); ++i)
      if (values[i] != 0) explanation.contributions.push_back({signature().inputs[i].name, values[i]});
    std::stable_sort(explanation.contributions.begin(), explanation.contributions.end(),
                     [](auto& a, auto& b) { return std::abs(a.value) > std::abs(b.value); });
    return {std::move(explanation)};
  }

  BoostedTrees trees_;
};

}  // namespace

std::unique_ptr<Model> load_trees(std::string_view artifact, Signature signature) {
  auto trees = BoostedTrees::parse(artifact);
  agree(trees, signature);
  return std::make_unique<TreeModel>(std::move(trees), std::move(signature));
}

}  // namespace lepton::runtime
