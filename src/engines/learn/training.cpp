#include "learn/training.h"

#include <fmt/format.h>

#include "base/check.h"
#include "learn/text_columns.h"

namespace lepton::learn {
namespace {

TextColumns read_slices(Call const& call, std::filesystem::path const& data, TrainingSpec const& spec) {
  std::vector<AskedColumn> asked;
  for (std::size_t i = 0; i < spec.slices.size(); ++i)
    asked.push_back({json::pointer_to("/slices", i), spec.slices[i]});
  return asked.empty() ? TextColumns() : read_text_columns(call, data, std::move(asked));
}

void add_slices(TrainingSpec const& spec, TextColumns const& columns, TrainingResult& result) {
  auto& report = result.report;
  if (result.answers.rows.empty()) {
    report.warnings.emplace_back("'slices' are told of classifiers, not of this kind of answer");
    return;
  }
  for (std::size_t i = 0; i < spec.slices.size(); ++i) {
    auto const found = slice(result.answers, spec.slices[i], columns.values[i], spec.least_slice);
    report.slices.insert(report.slices.end(), found.slices.begin(), found.slices.end());
    if (found.values_hidden > 0)
      report.warnings.push_back(fmt::format("slices of '{}': {} values with {} held-out rows together are not shown",
                                            spec.slices[i], found.values_hidden, found.rows_hidden));
  }
}

}  // namespace

TrainingResult run_training(Call const& call, std::filesystem::path const& directory, TrainingSpec const& spec,
                            ProgressSink const& progress) {
  check(spec.split.by.has_value(), "a training runs from a parsed specification");
  auto const trainer = make_trainer(spec.trainer);
  std::vector<MetricPoint> observed;
  auto const slices = read_slices(call, directory / spec.data, spec);  // before the work, because a column may lack
  std::map<std::string, std::filesystem::path> inputs;
  for (auto const& [name, file] : spec.inputs) inputs.emplace(name, directory / file);
  auto result = trainer->train(call, {directory / spec.data, std::move(inputs), spec}, [&](Progress const& p) {
    for (auto const& [key, value] : p.metrics) observed.push_back({key, p.step, value});
    progress(p);
  });
  auto& report = result.report;
  report.spec = spec;
  report.library = trainer->library();
  report.same_bytes_for = trainer->determinism();
  report.task = result.signature.task;
  report.learning_curve = std::move(observed);
  if (!spec.slices.empty()) add_slices(spec, slices, result);
  return result;
}

}  // namespace lepton::learn
