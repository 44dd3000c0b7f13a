#include "learn/training.h"

#include "base/check.h"

namespace lepton::learn {

TrainingResult run_training(Call const& call, std::filesystem::path const& directory, TrainingSpec const& spec,
                            ProgressSink const& progress) {
  check(spec.split.by.has_value(), "a training runs from a parsed specification");
  auto const trainer = make_trainer(spec.trainer);
  std::vector<MetricPoint> observed;
  auto result = trainer->train(call, {directory / spec.data, spec}, [&](Progress const& p) {
    for (auto const& [key, value] : p.metrics) observed.push_back({key, p.step, value});
    progress(p);
  });
  auto& report = result.report;
  report.spec = spec;
  report.library = trainer->library();
  report.same_bytes_for = trainer->determinism();
  report.task = result.signature.task;
  report.learning_curve = std::move(observed);
  return result;
}

}  // namespace lepton::learn
