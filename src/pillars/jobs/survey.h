#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/call.h"
#include "db/database.h"
#include "jobs/job.h"

namespace lepton::jobs {

struct SurveyedJob {
  JobId id;
  std::string department;
  std::string name;
  std::string state;
  PrincipalId submitter;
  std::string submitted_by;
  std::optional<Timestamp> started_at;
  std::optional<Timestamp> ended_at;
};
/// All jobs in one go, inside a transaction of the caller, for who describes the whole platform. Decides nothing about
/// who may see them.
[[nodiscard]] std::vector<SurveyedJob> all_jobs(db::Transaction& tx);

}  // namespace lepton::jobs
