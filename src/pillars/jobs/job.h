#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/call.h"
#include "base/fields.h"
#include "jobs/recipe.h"
#include "lineage/lineage.h"

namespace lepton::jobs {

using JobId = Id<struct JobKind>;

/// starting: its inputs are being laid out. lost: it ran, and the machine or its supervisor ended without a word.
enum class JobState { queued, starting, running, succeeded, failed, cancelled, lost };

[[nodiscard]] inline bool is_final(JobState state) {
  return state != JobState::queued && state != JobState::starting && state != JobState::running;
}

}  // namespace lepton::jobs

template <>
struct lepton::EnumNames<lepton::jobs::JobState> {
  using S = lepton::jobs::JobState;
  static constexpr std::array<std::pair<S, std::string_view>, 7> values{{{S::queued, "queued"},
                                                                         {S::starting, "starting"},
                                                                         {S::running, "running"},
                                                                         {S::succeeded, "succeeded"},
                                                                         {S::failed, "failed"},
                                                                         {S::cancelled, "cancelled"},
                                                                         {S::lost, "lost"}}};
};

namespace lepton::jobs {

struct JobProgress {
  double fraction = 0;
  std::string message;

  static constexpr auto fields() {
    return std::tuple{required("fraction", &JobProgress::fraction, "0 to 1"),
                      optional("message", &JobProgress::message, "what it is doing")};
  }
};

/// Why a job did not succeed.
struct JobError {
  std::string code;  ///< base/error.h's words, or "memory_limit", "time_limit", "lost"
  std::string message;
  std::map<std::string, std::string> details;

  static constexpr auto fields() {
    return std::tuple{required("code", &JobError::code, "stable word"),
                      required("message", &JobError::message, "what happened and what to do"),
                      optional("details", &JobError::details, "where in the input")};
  }
};

/// One run of a recipe.
struct Job {
  JobId id;
  std::string name;
  std::string department;
  JobState state = JobState::queued;
  Recipe recipe;
  std::string recipe_digest;
  Principal submitter;  ///< id, name, type, department and scopes of when it was submitted
  std::string submitted_by;
  std::string purpose;
  Timestamp submitted_at;
  std::optional<Timestamp> started_at;
  std::optional<Timestamp> ended_at;
  std::int64_t attempt = 0;
  std::string fence;  ///< of this attempt: what an older attempt says is not heard
  std::string node;   ///< the jobs directory it runs in
  std::optional<std::string> cancel_requested_by;
  std::string isolation;  ///< what holds it: "cgroup-v2" (or "cgroup-v1", "watchdog"), "no-network", "landlock"
  std::optional<std::int64_t> peak_memory_bytes;
  std::optional<JobProgress> progress;
  std::optional<JobError> error;
  json::Object results;  ///< what the collector made of its outputs

  static constexpr auto fields() {
    return std::tuple{required("id", &Job::id, "identifier"),
                      optional("name", &Job::name, "for people"),
                      required("department", &Job::department, "whose work it is"),
                      required("state", &Job::state, "where it is in its life"),
                      required("recipe", &Job::recipe, "what is done"),
                      required("recipe_digest", &Job::recipe_digest, "SHA-256 of the recipe: equal work is equal here"),
                      required("submitted_by", &Job::submitted_by, "who started it"),
                      optional("purpose", &Job::purpose, "declared when submitted"),
                      required("submitted_at", &Job::submitted_at, "when it was queued"),
                      optional("started_at", &Job::started_at, "when its process began"),
                      optional("ended_at", &Job::ended_at, "when it was over"),
                      required("attempt", &Job::attempt, "how often it was started"),
                      optional("cancel_requested_by", &Job::cancel_requested_by, "who cancelled it"),
                      optional("isolation", &Job::isolation, "what holds it: its memory, the network, the file system"),
                      optional("peak_memory_bytes", &Job::peak_memory_bytes, "most memory it held"),
                      optional("progress", &Job::progress, "how far it is, when it says so"),
                      optional("error", &Job::error, "why it did not succeed"),
                      optional("results", &Job::results, "what became of its outputs")};
  }
};

/// Its place in the lineage graph: between the versions it read and what was made of its outputs.
[[nodiscard]] inline lineage::Node node_of(Job const& job) {
  return {"job", job.id.str()};
}

}  // namespace lepton::jobs
