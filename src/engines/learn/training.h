#pragma once

#include <filesystem>

#include "base/call.h"
#include "learn/trainer.h"

namespace lepton::learn {

/// Trains as the specification says, with the trainer that it names, and completes the report: specification, library,
/// and everything that was observed on the way. Throws Error{invalid} for data or parameters that cannot work.
[[nodiscard]] TrainingResult run_training(Call const& call, std::filesystem::path const& directory,
                                          TrainingSpec const& spec, ProgressSink const& progress);

}  // namespace lepton::learn
