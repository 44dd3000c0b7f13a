#include "jobs/schema.h"

namespace lepton::jobs {
namespace {

constexpr db::Migration kMigrations[] = {{"jobs", 1, R"(
CREATE TABLE job (
  id TEXT PRIMARY KEY,
  department TEXT NOT NULL,
  name TEXT NOT NULL,
  state TEXT NOT NULL,
  recipe TEXT NOT NULL,
  recipe_digest TEXT NOT NULL,
  principal_id TEXT NOT NULL,
  principal_name TEXT NOT NULL,
  principal_type TEXT NOT NULL,
  principal_department TEXT NOT NULL,
  scopes TEXT NOT NULL,
  purpose TEXT NOT NULL,
  submitted_at BIGINT NOT NULL,
  attempt BIGINT NOT NULL,
  fence TEXT NOT NULL,
  node TEXT NOT NULL,
  started_at BIGINT,
  ended_at BIGINT,
  cancel_requested_by TEXT,
  isolation TEXT NOT NULL,
  peak_memory_bytes BIGINT,
  error TEXT,
  results TEXT
);
CREATE INDEX job_by_state ON job (state, submitted_at);
CREATE INDEX job_by_department ON job (department, submitted_at);
)"}};

}  // namespace

std::span<db::Migration const> migrations() {
  return kMigrations;
}

}  // namespace lepton::jobs
