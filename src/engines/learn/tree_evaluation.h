#pragma once

#include "learn/split.h"
#include "learn/trainer.h"
#include "learn/xgboost_parameters.h"

namespace lepton::learn {

/// Evaluates what was trained on the held-out rows, with the predictor that will serve, and writes report.test,
/// metrics and comparisons: with the majority class, and of two classes with a scorecard of the same rows. For two
/// classes the threshold is chosen before, on the validation part, and put into the signature.
void evaluate_trees(Call const& call, TrainingResult& result, Split const& parts, XgboostParameters const& parameters,
                    std::uint64_t seed);

}  // namespace lepton::learn
