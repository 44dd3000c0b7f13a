#include "jobs/attempt.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <csignal>

#include "base/check.h"
#include "base/error.h"
#include "jobs/job_store.h"
#include "jobs/process_tree.h"

namespace lepton::jobs {
namespace {

Call call_of(Workshop const& workshop, Job const& job, std::stop_token stop) {
  Call call = system_call(workshop.clock, std::move(stop));
  call.principal = job.submitter;
  call.purpose = job.purpose;
  call.protocol = "job";
  return call;
}

JobError to_job_error(Error const& error) {
  return {std::string(error.reason()), error.what(), error.details()};
}

constexpr std::int64_t kStartsAgain = 5;

void write_input_file(std::filesystem::path const& path, json::Value const& content) {
  write_file_atomically(path, json::write_pretty(content) + "\n");
}

}  // namespace

AttemptControl::AttemptControl() : event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (!event_.open()) throw_errno("cannot create an event");
}

void AttemptControl::cancel() {
  cancelled_ = true;
  wake();
}

void AttemptControl::leave() {
  leaving_ = true;
  wake();
}

void AttemptControl::wake() {
  stop_.request_stop();
  std::uint64_t const one = 1;
  check(::write(event_.get(), &one, sizeof one) == sizeof one, "an event can be signalled");
}

JobDirectory directory_of(JobsOptions const& options, Job const& job) {
  return JobDirectory(options.directory / fmt::format("{}-{}", job.id.str(), job.attempt));
}

Attempt::Attempt(Workshop const& workshop, Job job, std::shared_ptr<AttemptControl> control)
    : workshop_(workshop),
      job_(std::move(job)),
      control_(std::move(control)),
      call_(call_of(workshop, job_, control_->token())),
      directory_(directory_of(workshop.options, job_)) {
  if (job_.cancel_requested_by) control_->cancel();
}

void Attempt::run() {
  try {
    if (!prepare()) return;
  } catch (Error const& error) {
    if (control_->cancelled()) return end(JobState::cancelled, std::nullopt);
    if (control_->leaving()) return;  // still `starting`: the next server begins anew
    // Nothing has run yet, so that trying again costs nothing: a database that was away, workers that were all busy.
    if (error.code() == Code::unavailable && job_.attempt < job_.recipe.attempts + kStartsAgain) return requeue_job();
    return end(JobState::failed, to_job_error(error));
  }
  supervise();
}

// True when the job is `running` in the database, and so may be started.
bool Attempt::prepare() {
  directory_.create();
  std::vector<InputProvider::Staged> staged;
  for (Input const& input : job_.recipe.inputs) {
    call_.proceed();
    auto const file = directory_.inputs() / input.name;
    staged.push_back(workshop_.inputs.stage(call_, input, file));
    ::chmod(file.c_str(), 0400);
  }
  ::chmod(directory_.inputs().c_str(), 0555);
  ShimOrder order;
  order.job = job_.id.str();
  order.fence = job_.fence;
  order.command = command();
  order.memory_bytes = job_.recipe.resources.memory_bytes;
  order.time_limit = job_.recipe.resources.time_limit;
  order.grace = workshop_.options.grace;
  order.file_bytes = job_.recipe.resources.file_bytes;
  order.use_cgroup = workshop_.options.use_cgroup;
  order.network = job_.recipe.resources.network;
  order.readable = workshop_.options.readable;
  directory_.write_order(order, environment());

  bool running = false;
  Call const system = system_call(workshop_.clock);
  workshop_.database.write(system, [&](db::Transaction& tx) {
    job_.started_at = workshop_.clock.wall();
    running = mark_running(tx, job_, *job_.started_at);
    if (!running) return;
    for (std::size_t i = 0; i < staged.size(); ++i)
      workshop_.lineage.record(tx, call_, {"dataset_version", job_.recipe.inputs[i].dataset}, node_of(job_), "read",
                               staged[i].grounds);
  });
  if (!running) end(JobState::cancelled, std::nullopt);  // no effect when the attempt is not the job's any more
  return running;
}

// A trainer finds all it needs in training.json; a command, its parameters in parameters.json.
std::vector<std::string> Attempt::command() const {
  Recipe const& recipe = job_.recipe;
  if (recipe.trainer.empty()) {
    write_input_file(directory_.path() / "parameters.json", recipe.parameters);
    return recipe.command;
  }
  json::Object training = recipe.parameters;
  training["trainer"] = recipe.trainer;
  training["seed"] = recipe.seed;
  training["data"] = "inputs/" + recipe.inputs.at(0).name;
  json::Object further;
  for (std::size_t i = 1; i < recipe.inputs.size(); ++i)
    further[recipe.inputs[i].name] = "inputs/" + recipe.inputs[i].name;
  training["inputs"] = std::move(further);
  training["threads"] = recipe.resources.threads;
  write_input_file(directory_.path() / "training.json", training);
  std::vector<std::string> command = workshop_.options.trainers.at(recipe.trainer);
  command.push_back(directory_.path());
  return command;
}

std::map<std::string, std::string> Attempt::environment() const {
  std::map<std::string, std::string> variables;
  if (workshop_.environment) variables = workshop_.environment(call_, job_);
  variables["PATH"] = "/usr/local/bin:/usr/bin:/bin";
  variables["LANG"] = "C.UTF-8";
  variables["HOME"] = directory_.path() / "tmp";
  variables["TMPDIR"] = directory_.path() / "tmp";
  variables["LEPTON_JOB_ID"] = job_.id.str();
  variables["LEPTON_JOB_DIR"] = directory_.path();
  variables["LEPTON_JOB_FENCE"] = job_.fence;
  variables["LEPTON_SEED"] = fmt::format("{}", job_.recipe.seed);
  variables["OMP_NUM_THREADS"] = fmt::format("{}", job_.recipe.resources.threads);
  return variables;
}

void Attempt::supervise() {
  ProcessOptions options;
  options.arguments = workshop_.options.shim;
  options.arguments.push_back(directory_.path());
  options.environment = {{"PATH", "/usr/bin:/bin"}, {"LANG", "C.UTF-8"}};
  options.working_directory = "/";
  options.new_session = true;
  FileDescriptor const words(
      ::open(directory_.shim_log().c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600));
  options.stderr_fd = words.get();
  std::optional<Subprocess> shim;
  try {
    shim = Subprocess::start(options);
  } catch (Error const& error) {
    return end(JobState::failed, to_job_error(error));
  }
  workshop_.log.info("job started", {{"job", job_.id.str()}, {"attempt", job_.attempt}});
  if (!watch(shim->pidfd())) return shim->detach();
  std::ignore = shim->wait();
  conclude();
}

void Attempt::resume() {
  auto const inspection = directory_.inspect();
  switch (inspection.found) {
    case JobDirectory::Found::alive:
      workshop_.log.info("job adopted", {{"job", job_.id.str()}, {"attempt", job_.attempt}});
      if (watch(inspection.holder.pidfd.get())) conclude();
      return;
    case JobDirectory::Found::never_started:
      if (control_->cancelled()) return end(JobState::cancelled, std::nullopt);
      return requeue_job();
    case JobDirectory::Found::ended:
    case JobDirectory::Found::died:
      return conclude();
  }
}

// True when the shim has ended, false when the server leaves.
bool Attempt::watch(int pidfd) {
  constexpr int kLookMs = 2'000;
  bool told = false;
  for (;;) {
    if (control_->leaving()) return false;
    if (control_->cancelled() && !told) {
      ::syscall(SYS_pidfd_send_signal, pidfd, SIGTERM, nullptr, 0);
      told = true;
    }
    // Once told, the event stays readable and says nothing new; leaving is then noticed at the next look.
    pollfd waiting[] = {{pidfd, POLLIN, 0}, {told ? -1 : control_->event(), POLLIN, 0}};
    ::poll(waiting, 2, told ? 100 : kLookMs);
    if ((waiting[0].revents & POLLIN) != 0) return true;
    if (told || (waiting[1].revents & POLLIN) != 0) continue;
    // Another server of the same database may have been asked to cancel.
    try {
      Call const system = system_call(workshop_.clock);
      auto const now = workshop_.database.read(system, [&](db::Transaction& tx) { return find_job(tx, job_.id); });
      if (now && now->cancel_requested_by) control_->cancel();
    } catch (Error const& error) {
      workshop_.log.warn("cannot look after a job", {{"job", job_.id.str()}, {"error", error.what()}});
    }
  }
}

void Attempt::conclude() {
  auto const ended = directory_.ended();
  if (!ended) {
    for (pid_t const pid : processes_with("LEPTON_JOB_FENCE=" + job_.fence)) ::kill(pid, SIGKILL);
    std::string const words = last_line_of(directory_.shim_log());
    return conclude_lost(
        words.empty() ? "the process that supervised the job is gone: the machine was restarted, or somebody killed it"
                      : fmt::format("the process that supervised the job gave up: {}", words));
  }
  job_.isolation = ended->isolation;
  job_.peak_memory_bytes = ended->peak_memory_bytes;
  Resources const& limits = job_.recipe.resources;
  if (ended->why == "cancelled") {
    if (control_->cancelled()) return end(JobState::cancelled, std::nullopt);
    return conclude_lost("the job was ended by a signal from outside, as when the machine shuts down");
  }
  if (ended->why == "memory_limit")
    return end(JobState::failed, JobError{"memory_limit",
                                          fmt::format("it used more memory than its limit of {} MiB: give it more in "
                                                      "resources.memory_bytes",
                                                      limits.memory_bytes >> 20),
                                          {}});
  if (ended->why == "time_limit")
    return end(JobState::failed,
               JobError{"time_limit",
                        fmt::format("it ran longer than its limit of {}: give it more in resources.time_limit",
                                    to_string(limits.time_limit)),
                        {}});
  if (ended->why == "exited" && ended->code == 0) return succeed();
  if (auto own = directory_.own_error()) return end(JobState::failed, std::move(own));
  std::string message = ended->message;
  if (std::string const last = last_line_of(directory_.log()); !last.empty())
    message += fmt::format("; the last line of its log is: {}", last);
  end(JobState::failed, JobError{"failed", std::move(message), {}});
}

void Attempt::conclude_lost(std::string const& message) {
  if (control_->cancelled()) return end(JobState::cancelled, std::nullopt);
  if (job_.attempt >= job_.recipe.attempts) return end(JobState::lost, JobError{"lost", message, {}});
  requeue_job();
}

void Attempt::requeue_job() {
  directory_.discard_data();
  std::ignore = persist([&](db::Transaction& tx) { std::ignore = requeue(tx, job_); });
}

void Attempt::succeed() {
  job_.state = JobState::succeeded;
  job_.ended_at = workshop_.clock.wall();
  try {
    auto const record = workshop_.outputs.collect(call_, job_, directory_.path());
    bool const done = persist([&](db::Transaction& tx) {
      // Whoever changes the row first ends the job; anybody else's results are dropped here.
      if (!end_job(tx, job_)) return;
      set_results(tx, job_, record ? record(tx) : json::Object());
      workshop_.audit.append(tx, call_,
                             {.action = "job.end",
                              .subject = job_.id.str(),
                              .details = {{"state", "succeeded"}},
                              .department = job_.department});
    });
    if (!done) return;
  } catch (Error const& error) {
    if (control_->leaving()) return;
    return end(JobState::failed, to_job_error(error));
  }
  directory_.discard_data();
  workshop_.log.info("job succeeded", {{"job", job_.id.str()}});
}

void Attempt::end(JobState state, std::optional<JobError> error) {
  job_.state = state;
  job_.ended_at = workshop_.clock.wall();
  job_.error = std::move(error);
  bool const done = persist([&](db::Transaction& tx) {
    if (!end_job(tx, job_)) return;
    workshop_.outputs.on_failure(tx, call_, job_);
    workshop_.audit.append(tx, call_,
                           {.action = "job.end",
                            .subject = job_.id.str(),
                            .details = {{"state", enum_name(job_.state)}},
                            .department = job_.department});
  });
  if (!done) return;
  directory_.discard_data();
  workshop_.log.info("job ended", {{"job", job_.id.str()}, {"state", std::string(enum_name(state))}});
}

bool Attempt::persist(std::function<void(db::Transaction&)> const& write) {
  Call const system = system_call(workshop_.clock);
  for (;;) {
    try {
      workshop_.database.write(system, write);
      return true;
    } catch (Error const& error) {
      if (error.code() != Code::unavailable && error.code() != Code::exhausted) throw;
      workshop_.log.warn("a job's state waits for the database", {{"job", job_.id.str()}, {"error", error.what()}});
    }
    pollfd waiting{control_->event(), POLLIN, 0};
    ::poll(&waiting, control_->cancelled() ? 0 : 1, 1'000);
    if (control_->leaving()) return false;
  }
}

}  // namespace lepton::jobs
