#pragma once

#include "datasets/datasets.h"
#include "jobs/surroundings.h"

namespace lepton::jobs {

/// Inputs from datasets: the rows that the caller may train on, as CSV with a header. Owned by the composition root;
/// any thread may call.
class DatasetInputs final : public InputProvider {
 public:
  explicit DatasetInputs(datasets::Datasets const& datasets) : datasets_(datasets) {}

  [[nodiscard]] Input resolve(Call const& call, Input const& input) override;
  [[nodiscard]] Staged stage(Call const& call, Input const& input, std::filesystem::path const& file) override;

 private:
  datasets::Datasets const& datasets_;
};

}  // namespace lepton::jobs
