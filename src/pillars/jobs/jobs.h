#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "access/authority.h"
#include "jobs/attempt.h"
#include "jobs/job.h"
#include "jobs/job_store.h"

namespace lepton::jobs {

/// A piece of a job's log.
struct LogPart {
  std::string bytes;
  std::int64_t next_offset = 0;
  bool complete = false;  ///< the job is over and this is the log's end
};

/// Runs recipes as jobs: journalled in the database first, then worked off by local processes that survive this server.
/// Owned by the composition root; any thread may call. Between start() and stop() it works; stop() and destruction
/// leave running jobs alone, and the next Jobs on the same directory takes them up again. Those who submitted a job,
/// and those with a role in its department, may see it.
class Jobs {
 public:
  Jobs(access::Authority const& authority, Workshop workshop);
  ~Jobs();
  Jobs(Jobs const&) = delete;
  Jobs& operator=(Jobs const&) = delete;

  /// Takes up what a former server left, then works.
  void start();
  void stop();

  /// Queues a job. Needs the role contributor in the recipe's department and the right to train on each input, now and
  /// again when it starts. Throws Error{invalid} that names what is wrong with the recipe.
  Job submit(Call const& call, Recipe recipe);
  [[nodiscard]] Job get(Call const& call, JobId const& id) const;
  /// Those that the caller may see, newest first.
  [[nodiscard]] std::vector<Job> list(Call const& call, JobFilter const& filter) const;
  /// Asks it to end: SIGTERM to its processes, SIGKILL after a grace. Of one's own jobs, or as steward. Throws
  /// Error{conflict} when it is over.
  Job cancel(Call const& call, JobId const& id);

  /// The job when it is over, or as it is after `patience`.
  [[nodiscard]] Job wait(Call const& call, JobId const& id, std::chrono::milliseconds patience) const;
  /// At most `limit` bytes of what its processes wrote to standard output and error, from `offset`. Waits up to
  /// `patience` for something to read.
  [[nodiscard]] LogPart read_log(Call const& call, JobId const& id, std::int64_t offset, std::int64_t limit = 65'536,
                                 std::chrono::milliseconds patience = std::chrono::milliseconds(0)) const;

 private:
  struct Unfinished;

  void work(std::stop_token const& stop);
  [[nodiscard]] std::optional<Job> claim();
  void run(Job job, bool resumed);
  void sweep() const;
  void changed() const;
  void await_change(std::chrono::milliseconds patience) const;
  [[nodiscard]] bool may_see(Call const& call, Job const& job) const;
  [[nodiscard]] Job find_visible(Call const& call, JobId const& id) const;
  void check_recipe(Recipe const& recipe) const;

  access::Authority const& authority_;
  Workshop workshop_;
  std::string node_;

  mutable std::mutex mutex_;
  mutable std::condition_variable_any changed_;
  mutable std::uint64_t changes_ = 0;
  std::deque<Job> left_over_;  ///< of a former server, to be taken up first
  std::map<JobId, std::shared_ptr<AttemptControl>> at_work_;
  bool stopping_ = false;
  std::vector<std::jthread> threads_;
};

}  // namespace lepton::jobs
