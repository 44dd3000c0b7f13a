#pragma once

#include <optional>
#include <string>

#include "base/fields.h"
#include "jobs/jobs.h"

namespace lepton::native {

/// Long work as the API shows it, whatever does it (AIP-151): poll it, wait for it, or follow its events.
struct Operation {
  std::string id;
  bool done = false;
  std::string kind, state;
  std::optional<jobs::JobProgress> progress;
  json::Object metadata;
  std::optional<json::Object> result;
  std::optional<jobs::JobError> error;

  Operation() = default;
  explicit Operation(jobs::Job const& job)
      : id(job.id.str()),
        done(jobs::is_final(job.state)),
        kind("job"),
        state(enum_name(job.state)),
        progress(job.progress),
        metadata{{"job", job.id.str()}, {"name", job.name}, {"department", job.department}},
        error(job.error) {
    if (job.state == jobs::JobState::succeeded) result = job.results;
  }
  [[nodiscard]] std::string location() const { return "/v1/operations/" + id; }

  static constexpr auto fields() {
    return std::tuple{required("id", &Operation::id, "identifier"),
                      required("done", &Operation::done, "whether it is over"),
                      required("kind", &Operation::kind, "what it is: job"),
                      required("state", &Operation::state, "queued, running, succeeded, failed, cancelled, …"),
                      optional("progress", &Operation::progress, "how far it is"),
                      optional("metadata", &Operation::metadata, "what it works on"),
                      optional("result", &Operation::result, "once it succeeded"),
                      optional("error", &Operation::error, "once it failed")};
  }
};

}  // namespace lepton::native
