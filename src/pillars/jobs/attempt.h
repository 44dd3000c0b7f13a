#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "access/audit.h"
#include "base/file.h"
#include "base/log.h"
#include "base/subprocess.h"
#include "base/time.h"
#include "db/database.h"
#include "jobs/job.h"
#include "jobs/job_directory.h"
#include "jobs/surroundings.h"
#include "lineage/lineage.h"

namespace lepton::jobs {

struct JobsOptions {
  std::filesystem::path directory;  ///< a folder per attempt; its file `node` names it for ever
  std::vector<std::string> shim;    ///< {"…/lepton", "worker", "job-shim"}: the attempt's folder is appended
  std::map<std::string, std::vector<std::string>> trainers;  ///< name → {"…/lepton", "worker", "train"}, likewise
  std::function<void(Recipe const&)>
      check_trainer;            ///< throws Error{invalid} for parameters that cannot work; may be empty
  bool allow_commands = false;  ///< programs of the caller's choice run as the user of the server
  bool use_cgroup = true;
  std::vector<std::string> readable;  ///< what jobs may read besides the system's programs, ours and their own folder
  int slots = 2;                      ///< attempts at once
  Duration grace = std::chrono::seconds(10);
};

/// What attempts work with; all outlive them.
struct Workshop {
  db::Database& database;
  access::Audit& audit;
  lineage::Lineage const& lineage;
  InputProvider& inputs;
  OutputCollector& outputs;
  JobEnvironment environment;
  Clock const& clock;
  Log const& log;
  JobsOptions options;
};

/// How other threads reach an attempt at work. Any thread may call.
class AttemptControl {
 public:
  AttemptControl();
  /// The job is to end.
  void cancel();
  /// The server ends; the job goes on.
  void leave();

  [[nodiscard]] bool cancelled() const { return cancelled_; }
  [[nodiscard]] bool leaving() const { return leaving_; }
  /// Stops what runs in this process for the job, in both cases.
  [[nodiscard]] std::stop_token token() const { return stop_.get_token(); }
  /// Becomes readable at either.
  [[nodiscard]] int event() const { return event_.get(); }

 private:
  void wake();

  std::atomic<bool> cancelled_ = false;
  std::atomic<bool> leaving_ = false;
  std::stop_source stop_;
  FileDescriptor event_;
};

/// The life of one attempt of a job in this server: lay out inputs, start the shim, wait for its end, make something of
/// the outputs, end the job in one transaction. Each step can be taken up again by another server after a crash, and
/// the last one takes effect once. One thread; control may come from others.
class Attempt {
 public:
  Attempt(Workshop const& workshop, Job job, std::shared_ptr<AttemptControl> control);

  /// From a claimed job to its end, or until leave().
  void run();
  /// From wherever a former server left it.
  void resume();

 private:
  [[nodiscard]] bool prepare();
  [[nodiscard]] std::vector<std::string> command() const;
  [[nodiscard]] std::map<std::string, std::string> environment() const;
  void supervise();
  [[nodiscard]] bool watch(int pidfd);
  void conclude();
  void conclude_lost(std::string const& message);
  void requeue_job();
  void end(JobState state, std::optional<JobError> error);
  void succeed();
  /// Runs `write` until the database is there for it; false when leave() came first.
  [[nodiscard]] bool persist(std::function<void(db::Transaction&)> const& write);

  Workshop const& workshop_;
  Job job_;
  std::shared_ptr<AttemptControl> control_;  // shared with the runner, which may cancel after we are gone
  Call call_;                                ///< as the one who submitted it
  JobDirectory directory_;
};

/// The folder of a job's current attempt.
[[nodiscard]] JobDirectory directory_of(JobsOptions const& options, Job const& job);

}  // namespace lepton::jobs
