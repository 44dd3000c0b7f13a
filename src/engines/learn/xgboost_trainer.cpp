#include "learn/xgboost_trainer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/error.h"
#include "learn/boosting.h"
#include "learn/parameter_problems.h"
#include "learn/split.h"
#include "learn/tree_evaluation.h"
#include "learn/xgboost_library.h"

namespace lepton::learn {
namespace {

constexpr float most_relevant = 30;  // 2³⁰ is the gain of one row

/// A column of which the whole number matters: throws with the row that holds no such number.
void require_whole(Examples const& examples, std::string const& column, std::string_view what, float least,
                   float most) {
  for (std::size_t row = 0; row < examples.rows(); ++row) {
    float const value = examples.target[row];
    if (value != std::floor(value) || value < least || value > most)
      throw invalid(fmt::format("row {}, column '{}': expected {} (a whole number from {:g} to {:g}), found {:g}",
                                row + 1, column, what, least, most, value));
  }
}

/// Rows of one key stand together, in their order.
Examples grouped(Examples const& examples) {
  std::vector<std::size_t> order(examples.rows());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return examples.keys[a] < examples.keys[b]; });
  return examples.select(order);
}

runtime::Signature signature_of(XgboostParameters const& parameters, std::vector<std::string> const& features,
                                std::vector<std::string> const& classes) {
  using runtime::DataType;
  runtime::Signature signature;
  signature.task = parameters.task();
  signature.target = parameters.target;
  for (auto const& name : features) signature.inputs.push_back({name, DataType::fp32, true, std::nullopt});
  auto const& target = parameters.target;
  switch (parameters.objective) {
    case Objective::binary:
      signature.outputs = {{"score", DataType::fp32, false, fmt::format("probability that {} is 1", target)},
                           {"class", DataType::int64, false, fmt::format("{} as the threshold has it", target)}};
      break;
    case Objective::multiclass:
      signature.outputs = {{"label", DataType::bytes, false, fmt::format("the likeliest {}", target)},
                           {"probability", DataType::fp32, false, "of that class"},
                           {"probabilities", DataType::fp32, false, "of each class", classes}};
      break;
    case Objective::regression:
      signature.outputs = {{"prediction", DataType::fp32, false, target}};
      break;
    case Objective::ranking:
      signature.outputs = {{"score", DataType::fp32, false, "orders rows by " + target + ", highest first"}};
      break;
  }
  return signature;
}

/// Columns that carry nothing, in words.
std::vector<std::string> warnings_about(Examples const& train) {
  std::vector<std::string> warnings;
  for (std::size_t column = 0; column < train.features.size(); ++column) {
    std::size_t absent = 0;
    bool varies = false;
    std::optional<float> first;
    for (std::size_t row = 0; row < train.rows() && !varies; ++row) {
      float const value = train.values.at(row, column);
      if (std::isnan(value)) {
        ++absent;
      } else {
        varies = first && value != *first;
        if (!first) first = value;
      }
    }
    if (varies) continue;
    auto const& name = train.features[column];
    if (absent == train.rows()) {
      warnings.push_back(fmt::format("column '{}' is empty in every training row", name));
    } else if (absent == 0) {
      warnings.push_back(fmt::format("column '{}' is {:g} in every training row: it tells nothing", name, *first));
    }
  }
  return warnings;
}

struct Prepared {
  Split parts;
  std::vector<std::string> classes;  ///< of multiclass
};

Prepared prepare(Call const& call, TrainingInput const& input, XgboostParameters const& parameters) {
  auto const& spec = input.spec;
  Columns const columns{parameters.target, spec.key, parameters.features, parameters.ignore};
  auto examples = read_csv(call, input.data, columns, parameters.task());
  Prepared prepared;
  prepared.classes = examples.classes;
  if (parameters.objective == Objective::ranking) {
    require_whole(examples, parameters.target, "a relevance", 0, most_relevant);
    examples = grouped(examples);
  }
  prepared.parts = split(examples, spec.split, spec.split.by.value(), spec.seed, parameters.task());
  return prepared;  // the whole data is let go of before training
}

}  // namespace

std::string XgboostTrainer::library() const {
  return "xgboost " + xgboost_version();
}

json::Object XgboostTrainer::parameter_schema() const {
  return schema_of<XgboostParameters>();
}

void XgboostTrainer::complete(TrainingSpec& spec) const {
  auto const parameters = XgboostParameters::read(spec.parameters);
  ParameterProblems problems;
  problems.expect(spec.key.empty() || spec.key != parameters.target, "/key", "is the target");
  if (parameters.objective == Objective::ranking) {
    problems.expect(!spec.key.empty(), "/key", "is required with objective ranking: the column of the query of a row");
    problems.expect(spec.key.empty() || spec.split.by == SplitBy::key, "/split/by",
                    "must be key with objective ranking");
  }
  bool const classifies = parameters.objective == Objective::binary || parameters.objective == Objective::multiclass;
  problems.expect(classifies || spec.slices.empty(), "/slices", "go with objectives binary and multiclass");
  problems.throw_if_any();
  spec.parameters = to_json(parameters).get_object();
}

TrainingResult XgboostTrainer::train(Call const& call, TrainingInput const& input, ProgressSink const& progress) const {
  auto const parameters = XgboostParameters::read(input.spec.parameters);
  auto const [parts, classes] = prepare(call, input, parameters);
  TrainingResult result;
  auto& report = result.report;
  report.train_rows = static_cast<std::int64_t>(parts.train.rows());
  report.validation_rows = static_cast<std::int64_t>(parts.validation.rows());
  report.test_rows = static_cast<std::int64_t>(parts.test.rows());
  report.warnings = warnings_about(parts.train);
  auto boosted = boost(
      call, {parts.train, parts.validation, parameters, classes.size(), input.spec.seed, input.spec.threads}, progress);
  result.artifact = std::move(boosted.artifact);
  report.rounds = boosted.rounds;
  report.best_round = boosted.best_round;
  report.importance = std::move(boosted.importance);
  result.signature = signature_of(parameters, parts.train.features, classes);
  evaluate_trees(call, result, parts, parameters, input.spec.seed);
  return result;
}

}  // namespace lepton::learn
