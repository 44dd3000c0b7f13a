#include "jobs/survey.h"
#include "models/survey.h"
#include "platform_graph/sources.h"

namespace lepton::platform_graph {
namespace {

/// What runs and jobs have in common.
struct Activity {
  std::string_view kind;  ///< "Run"
  std::string const& name;
  std::string const& status;
  std::string const& by;
  std::optional<Timestamp> started_at;
  std::optional<Timestamp> ended_at;
};

void say_activity(Facts::Thing& thing, Activity const& activity) {
  thing.is_a({lep::space, activity.kind})
      .is_a({prov::space, "Activity"})
      .text({dct::space, "title"}, activity.name)
      .text({lep::space, "status"}, activity.status)
      .at({prov::space, "startedAtTime"}, activity.started_at)
      .at({prov::space, "endedAtTime"}, activity.ended_at);
  if (!activity.by.empty()) thing.link({prov::space, "wasAssociatedWith"}, principal_iri(activity.by));
}

}  // namespace

// A run belongs to its experiment: who may discover that, may know of the run.
void read_runs(Reading const& reading) {
  for (auto const& run : models::all_runs(reading.tx)) {
    auto thing = reading.facts.about(record_iri("run", run.id.str()), {Gate::Kind::asset_id, run.experiment.str()});
    say_activity(thing, {"Run", run.name, run.status, run.created_by, run.started_at, run.ended_at});
    if (auto const* const experiment = reading.assets.find(run.experiment))
      thing.link({dct::space, "isPartOf"}, asset_iri(experiment->address()));
  }
}

void read_jobs(Reading const& reading) {
  for (auto const& job : jobs::all_jobs(reading.tx)) {
    auto thing = reading.facts.about(record_iri("job", job.id.str()),
                                     {Gate::Kind::job, job.department + " " + job.submitter.str()});
    say_activity(thing, {"Job", job.name, job.state, job.submitted_by, job.started_at, job.ended_at});
    thing.link({dct::space, "publisher"}, department_iri(job.department));
  }
}

}  // namespace lepton::platform_graph
