#pragma once

#include "learn/split.h"
#include "learn/trainer.h"
#include "learn/xgboost_parameters.h"

namespace lepton::learn {

/// Evaluates what was trained on the held-out rows, with the predictor that will serve, and writes report.test and
/// report.metrics. For two classes the threshold is chosen before, on the validation part, and put into the signature.
void evaluate_trees(TrainingResult& result, Split const& parts, XgboostParameters const& parameters,
                    std::uint64_t seed);

}  // namespace lepton::learn
