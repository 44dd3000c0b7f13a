#include "jobs/job_store.h"

#include <fmt/format.h>

#include "base/check.h"

namespace lepton::jobs {
namespace {

constexpr std::string_view kSelect =
    "SELECT id, department, name, state, recipe, recipe_digest, principal_id, principal_name, principal_type, "
    "principal_department, scopes, purpose, submitted_at, attempt, fence, node, started_at, ended_at, "
    "cancel_requested_by, isolation, peak_memory_bytes, error, results FROM job ";

std::string select(std::string_view rest) {
  return fmt::format("{} {}", kSelect, rest);
}

PrincipalType read_principal_type(std::string const& name) {
  for (auto const type : {PrincipalType::user, PrincipalType::service_account, PrincipalType::group,
                          PrincipalType::anonymous, PrincipalType::system})
    if (to_string(type) == name) return type;
  check(false, "a stored principal type has a name we know");
  return PrincipalType::anonymous;
}

Job read_job(db::Row const& row) {
  Job job;
  job.id = row.id<JobId>(0);
  job.department = row.text(1);
  job.name = row.text(2);
  job.state = find_enum<JobState>(row.text(3)).value();
  job.recipe = from_json<Recipe>(json::parse(row.text(4)));
  job.recipe_digest = row.text(5);
  job.submitter.id = row.id<PrincipalId>(6);
  job.submitter.name = row.text(7);
  job.submitted_by = row.text(7);
  job.submitter.type = read_principal_type(row.text(8));
  job.submitter.department = row.text(9);
  job.submitter.scopes = from_json<std::vector<std::string>>(json::parse(row.text(10)));
  job.purpose = row.text(11);
  job.submitted_at = row.timestamp(12);
  job.attempt = row.integer(13);
  job.fence = row.text(14);
  job.node = row.text(15);
  job.started_at = row.maybe_timestamp(16);
  job.ended_at = row.maybe_timestamp(17);
  job.cancel_requested_by = row.maybe_text(18);
  job.isolation = row.text(19);
  job.peak_memory_bytes = row.maybe_integer(20);
  if (auto const error = row.maybe_text(21)) job.error = from_json<JobError>(json::parse(*error));
  if (auto const results = row.maybe_text(22)) job.results = json::parse(*results).as_object();
  return job;
}

std::vector<Job> read_jobs(std::vector<db::Row> const& rows) {
  std::vector<Job> jobs;
  for (db::Row const& row : rows) jobs.push_back(read_job(row));
  return jobs;
}

}  // namespace

void insert_job(db::Transaction& tx, Job const& job) {
  tx.execute(
      "INSERT INTO job (id, department, name, state, recipe, recipe_digest, principal_id, principal_name, "
      "principal_type, principal_department, scopes, purpose, submitted_at, attempt, fence, node, isolation) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 0, '', '', '')",
      {job.id, job.department, job.name, enum_name(job.state), json::write(to_json(job.recipe)), job.recipe_digest,
       job.submitter.id, job.submitter.name, to_string(job.submitter.type), job.submitter.department,
       json::write(to_json(job.submitter.scopes)), job.purpose, job.submitted_at});
}

std::optional<Job> find_job(db::Transaction& tx, JobId const& id) {
  auto const row = tx.find(select("WHERE id = $1"), {id});
  return row ? std::optional(read_job(*row)) : std::nullopt;
}

std::vector<Job> list_jobs(db::Transaction& tx, JobFilter const& filter) {
  std::string const state = filter.state ? std::string(enum_name(*filter.state)) : "";
  return read_jobs(
      tx.query(select("WHERE ($1 = '' OR department = $1) AND ($2 = '' OR principal_name = $2) AND ($3 = '' OR "
                      "state = $3) ORDER BY submitted_at DESC, id LIMIT $4 OFFSET $5"),
               {filter.department, filter.submitted_by, state, filter.limit, filter.offset}));
}

std::vector<Job> unfinished_jobs(db::Transaction& tx, std::string const& node) {
  return read_jobs(
      tx.query(select("WHERE node = $1 AND state IN ('starting', 'running') ORDER BY submitted_at, id"), {node}));
}

std::optional<Job> claim_job(db::Transaction& tx, std::string const& node, std::string const& fence) {
  auto const next = tx.find(
      "SELECT q.id FROM job q WHERE q.state = 'queued' ORDER BY (SELECT count(*) FROM job r WHERE "
      "r.department = q.department AND r.state IN ('starting', 'running')), q.submitted_at, q.id LIMIT 1");
  if (!next) return std::nullopt;
  tx.execute("UPDATE job SET state = 'starting', attempt = attempt + 1, fence = $1, node = $2 WHERE id = $3",
             {fence, node, next->text(0)});
  return find_job(tx, next->id<JobId>(0));
}

bool mark_running(db::Transaction& tx, Job const& job, Timestamp at) {
  return tx.execute(
             "UPDATE job SET state = 'running', started_at = $1 WHERE id = $2 AND fence = $3 AND state = 'starting' "
             "AND cancel_requested_by IS NULL",
             {at, job.id, job.fence}) == 1;
}

bool requeue(db::Transaction& tx, Job const& job) {
  return tx.execute(
             "UPDATE job SET state = 'queued', node = '', fence = '', started_at = NULL "
             "WHERE id = $1 AND fence = $2 AND state IN ('starting', 'running')",
             {job.id, job.fence}) == 1;
}

bool end_job(db::Transaction& tx, Job const& job) {
  check(is_final(job.state), "a job ends in a final state");
  std::optional<std::string> error;
  if (job.error) error = json::write(to_json(*job.error));
  return tx.execute(
             "UPDATE job SET state = $1, ended_at = $2, isolation = $3, peak_memory_bytes = $4, error = $5 "
             "WHERE id = $6 AND fence = $7 AND state IN ('starting', 'running')",
             {enum_name(job.state), job.ended_at, job.isolation, job.peak_memory_bytes, error, job.id, job.fence}) == 1;
}

void set_results(db::Transaction& tx, Job const& job, json::Object const& results) {
  tx.execute("UPDATE job SET results = $1 WHERE id = $2", {json::write(results), job.id});
}

bool request_cancel(db::Transaction& tx, JobId const& id, std::string const& by, Timestamp at) {
  if (tx.execute("UPDATE job SET state = 'cancelled', ended_at = $1, cancel_requested_by = $2 "
                 "WHERE id = $3 AND state = 'queued'",
                 {at, by, id}) == 1)
    return true;
  return tx.execute(
             "UPDATE job SET cancel_requested_by = coalesce(cancel_requested_by, $1) "
             "WHERE id = $2 AND state IN ('starting', 'running')",
             {by, id}) == 1;
}

}  // namespace lepton::jobs
