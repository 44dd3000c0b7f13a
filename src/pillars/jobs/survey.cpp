#include "jobs/survey.h"

namespace lepton::jobs {

std::vector<SurveyedJob> all_jobs(db::Transaction& tx) {
  std::vector<SurveyedJob> jobs;
  for (auto const& row :
       tx.query("SELECT id, department, name, state, principal_id, principal_name, started_at, ended_at FROM job"))
    jobs.push_back({row.id<JobId>(0), row.text(1), row.text(2), row.text(3), row.id<PrincipalId>(4), row.text(5),
                    row.maybe_timestamp(6), row.maybe_timestamp(7)});
  return jobs;
}

}  // namespace lepton::jobs
