#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/call.h"
#include "db/database.h"
#include "jobs/job.h"

namespace lepton::jobs {

struct JobFilter {
  std::string department;  ///< empty: any
  std::string submitted_by;
  std::optional<JobState> state;
  std::int64_t limit = 100;
  std::int64_t offset = 0;
};

// The rows of table `job`. Each change names the state it starts from, and the fence of the attempt that makes it, so
// that it happens once or not at all.

void insert_job(db::Transaction& tx, Job const& job);
[[nodiscard]] std::optional<Job> find_job(db::Transaction& tx, JobId const& id);
/// Newest first.
[[nodiscard]] std::vector<Job> list_jobs(db::Transaction& tx, JobFilter const& filter);
/// Unfinished attempts of a node.
[[nodiscard]] std::vector<Job> unfinished_jobs(db::Transaction& tx, std::string const& node);

/// Takes the next queued job for `node`: of the department with the fewest at work, the oldest. queued → starting.
[[nodiscard]] std::optional<Job> claim_job(db::Transaction& tx, std::string const& node, std::string const& fence);
/// starting → running; false when the attempt is no longer the job's, or it was cancelled meanwhile.
[[nodiscard]] bool mark_running(db::Transaction& tx, Job const& job, Timestamp at);
/// → queued again, for an attempt that never ran or may be repeated.
[[nodiscard]] bool requeue(db::Transaction& tx, Job const& job);
/// → a final state; false when the attempt is no longer the job's or the job is over.
[[nodiscard]] bool end_job(db::Transaction& tx, Job const& job);
void set_results(db::Transaction& tx, Job const& job, json::Object const& results);
/// queued → cancelled at once; otherwise notes the wish. False when the job is over.
[[nodiscard]] bool request_cancel(db::Transaction& tx, JobId const& id, std::string const& by, Timestamp at);

}  // namespace lepton::jobs
