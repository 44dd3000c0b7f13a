#pragma once

#include <cstdint>

#include "learn/binary_report.h"
#include "learn/split.h"
#include "learn/trainer.h"
#include "runtime/model.h"

namespace lepton::learn {

/// The first number of each row's answer.
[[nodiscard]] std::vector<float> first_outputs(runtime::Model const& model, Examples const& examples);

/// Chooses the threshold of a model that gives the probability of 1 on the validation part, and evaluates it on the
/// test part with the predictor that will serve: threshold of the signature, test report and metrics.
void evaluate_two_classes(runtime::Model const& model, TrainingResult& result, Split const& parts, ThresholdGoal goal,
                          std::uint64_t seed);

}  // namespace lepton::learn
