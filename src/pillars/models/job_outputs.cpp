#include "models/job_outputs.h"

#include <sys/utsname.h>

#include "base/error.h"

namespace lepton::models {
namespace {

RunStatus status_of(jobs::JobState state) {
  return state == jobs::JobState::cancelled ? RunStatus::killed : RunStatus::failed;
}

/// What decides a result besides the recipe: floating point differs between kinds of processors, not between machines.
json::Object environment_of(jobs::Job const& job) {
  struct utsname system {};
  ::uname(&system);
  return {{"threads", job.recipe.resources.threads}, {"processor", system.machine}, {"system", system.sysname}};
}

}  // namespace

std::optional<TrainingJob> JobOutputs::training_of(Call const& call, jobs::Job const& job) const {
  TrainingJob training;
  for (auto const& output : job.recipe.outputs)
    if (output.kind == "model") training.model = access::parse_address(output.target).asset();
  if (!training.model && job.recipe.trainer.empty()) return std::nullopt;
  training.id = job.id.str();
  training.name = job.name;
  std::string const name = job.recipe.name.empty() ? job.recipe.trainer : job.recipe.name;
  training.experiment = TrainingRuns::default_experiment(
      training.model ? *training.model : access::Address{job.department, name, std::nullopt});
  training.recipe = lepton::to_json(job.recipe).get_object();
  training.seed = job.recipe.seed;
  training.environment = environment_of(job);
  for (auto const& input : job.recipe.inputs)
    training.data.push_back({input.dataset, data_digest_ ? data_digest_(call, input.dataset) : ""});
  training.started_at = job.started_at.value_or(job.submitted_at);
  return training;
}

jobs::OutputCollector::Record JobOutputs::collect(Call const& call, jobs::Job const& job,
                                                  std::filesystem::path const& directory) {
  auto const training = training_of(call, job);
  if (!training) return nullptr;
  return training_.collect(call, *training, directory);
}

void JobOutputs::on_failure(db::Transaction& tx, Call const& call, jobs::Job const& job) {
  if (!job.started_at) return;  // it never ran
  // No question is asked here, neither of the datasets nor of the authority: the transaction is open, and must not
  // fail.
  auto const training = JobOutputs(training_).training_of(call, job);
  if (training && training->experiment.department == job.department)  // in which the submitter may work
    training_.record_failure(tx, call, *training, status_of(job.state),
                             job.error ? job.error->message : std::string(enum_name(job.state)));
}

}  // namespace lepton::models
