#pragma once

#include <functional>
#include <string>

#include "jobs/surroundings.h"
#include "models/training_runs.h"

namespace lepton::models {

/// Makes runs and model versions of what training jobs left behind. Any thread may call.
class JobOutputs : public jobs::OutputCollector {
 public:
  /// The content digest of a dataset version such as "risk/training-set@1"; empty when it is not known.
  using DataDigest = std::function<std::string(Call const&, std::string const&)>;

  /// `training` outlives this.
  explicit JobOutputs(TrainingRuns const& training, DataDigest data_digest = nullptr)
      : training_(training), data_digest_(std::move(data_digest)) {}

  [[nodiscard]] Record collect(Call const& call, jobs::Job const& job, std::filesystem::path const& directory) override;
  void on_failure(db::Transaction& tx, Call const& call, jobs::Job const& job) override;

 private:
  /// nullopt: a job that trains nothing leaves no run.
  [[nodiscard]] std::optional<TrainingJob> training_of(Call const& call, jobs::Job const& job) const;

  TrainingRuns const& training_;
  DataDigest data_digest_;
};

}  // namespace lepton::models
