#include "jobs/jobs.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>

#include "access/address.h"
#include "base/encoding.h"
#include "base/error.h"
#include "base/random.h"

namespace lepton::jobs {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

// A jobs directory keeps its name for ever, so that the server that opens it knows which jobs are there.
std::string node_of_directory(fs::path const& directory) {
  std::error_code error;
  fs::create_directories(directory, error);
  if (error) throw unavailable(fmt::format("cannot create {}: {}", directory.string(), error.message()));
  fs::permissions(directory, fs::perms::owner_all);
  fs::path const file = directory / "node";
  if (!fs::exists(file)) write_file_atomically(file, to_base32(random_bytes(10)));
  return read_file(file);
}

milliseconds left_until(steady_clock::time_point until) {
  return std::max(milliseconds(0), std::chrono::ceil<milliseconds>(until - steady_clock::now()));
}

std::string read_from(fs::path const& file, std::int64_t offset, std::int64_t limit) {
  FileDescriptor const log(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!log.open()) return "";
  std::string bytes(static_cast<std::size_t>(limit), '\0');
  ssize_t const count = ::pread(log.get(), bytes.data(), bytes.size(), offset);
  bytes.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
  return bytes;
}

// Until something in the directory changes, or `patience`.
void await_files(FileDescriptor const& watch, milliseconds patience) {
  pollfd waiting{watch.get(), POLLIN, 0};
  ::poll(&waiting, 1, static_cast<int>(patience.count()));
  alignas(inotify_event) char events[4096];
  while (::read(watch.get(), events, sizeof events) > 0) {
  }
}

}  // namespace

Jobs::Jobs(access::Authority const& authority, Workshop workshop)
    : authority_(authority), workshop_(std::move(workshop)), node_(node_of_directory(workshop_.options.directory)) {}

Jobs::~Jobs() {
  stop();
}

void Jobs::start() {
  Call const system = system_call(workshop_.clock);
  auto unfinished = workshop_.database.read(system, [&](db::Transaction& tx) { return unfinished_jobs(tx, node_); });
  sweep();
  // What is over already does not wait behind what still runs.
  std::stable_partition(unfinished.begin(), unfinished.end(), [&](Job const& job) {
    return directory_of(workshop_.options, job).inspect().found != JobDirectory::Found::alive;
  });
  std::lock_guard const lock(mutex_);
  stopping_ = false;
  left_over_.assign(unfinished.begin(), unfinished.end());
  for (int i = 0; i < workshop_.options.slots; ++i)
    threads_.emplace_back([this](std::stop_token const& stop) { work(stop); });
}

void Jobs::stop() {
  std::vector<std::jthread> threads;
  {
    std::lock_guard const lock(mutex_);
    stopping_ = true;
    for (auto const& [id, control] : at_work_) control->leave();
    threads.swap(threads_);
  }
  for (auto& thread : threads) thread.request_stop();
  changed();
}

// Data of attempts whose end was recorded just before a crash.
void Jobs::sweep() const {
  Call const system = system_call(workshop_.clock);
  for (auto const& entry : fs::directory_iterator(workshop_.options.directory)) {
    std::string const name = entry.path().filename();
    auto const dash = name.rfind('-');
    if (dash == std::string::npos || !fs::exists(entry.path() / "inputs")) continue;
    auto const job =
        workshop_.database.read(system, [&](db::Transaction& tx) { return find_job(tx, JobId(name.substr(0, dash))); });
    bool const current = job && !is_final(job->state) && directory_of(workshop_.options, *job).path() == entry.path();
    if (!current) JobDirectory(entry.path()).discard_data();
  }
}

void Jobs::work(std::stop_token const& stop) {
  while (!stop.stop_requested()) {
    std::optional<Job> left_over;
    {
      std::lock_guard const lock(mutex_);
      if (!left_over_.empty()) {
        left_over = std::move(left_over_.front());
        left_over_.pop_front();
      }
    }
    if (left_over) {
      run(std::move(*left_over), true);
      continue;
    }
    std::uint64_t seen = 0;
    {
      std::lock_guard const lock(mutex_);
      seen = changes_;
    }
    if (auto job = claim()) {
      run(std::move(*job), false);
      continue;
    }
    std::unique_lock lock(mutex_);
    // Other servers of the same database submit and requeue jobs, too: so look now and then.
    changed_.wait_for(lock, stop, std::chrono::seconds(2), [&] { return changes_ != seen; });
  }
}

std::optional<Job> Jobs::claim() {
  try {
    Call const system = system_call(workshop_.clock);
    auto const anything = workshop_.database.read(
        system, [](db::Transaction& tx) { return tx.find("SELECT 1 FROM job WHERE state = 'queued' LIMIT 1"); });
    if (!anything) return std::nullopt;
    return workshop_.database.write(
        system, [&](db::Transaction& tx) { return claim_job(tx, node_, to_base32(random_bytes(15))); });
  } catch (Error const& error) {
    workshop_.log.warn("cannot take a job from the queue", {{"error", error.what()}});
    return std::nullopt;
  }
}

void Jobs::run(Job job, bool resumed) {
  JobId const id = job.id;
  auto const control = std::make_shared<AttemptControl>();
  {
    std::lock_guard const lock(mutex_);
    if (stopping_) control->leave();
    at_work_[id] = control;
  }
  changed();
  try {
    Attempt attempt(workshop_, std::move(job), control);
    if (resumed)
      attempt.resume();
    else
      attempt.run();
  } catch (std::exception const& error) {
    // The row stays as it is: the next server takes it up.
    workshop_.log.error("a job could not be worked on", {{"job", id.str()}, {"error", error.what()}});
  }
  {
    std::lock_guard const lock(mutex_);
    at_work_.erase(id);
  }
  changed();
}

void Jobs::changed() const {
  {
    std::lock_guard const lock(mutex_);
    ++changes_;
  }
  changed_.notify_all();
}

void Jobs::await_change(milliseconds patience) const {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, patience, [this, seen = changes_] { return changes_ != seen; });
}

bool Jobs::may_see(Call const& call, Job const& job) const {
  if (call.principal.type == PrincipalType::system) return true;
  if (!call.principal.id.empty() && call.principal.id == job.submitter.id) return true;
  return authority_.has_role(call, job.department, "viewer") || authority_.has_role(call, "", "auditor");
}

Job Jobs::find_visible(Call const& call, JobId const& id) const {
  auto job = workshop_.database.read(call, [&](db::Transaction& tx) { return find_job(tx, id); });
  if (!job || !may_see(call, *job)) throw not_found(fmt::format("there is no job {}", id.str()));
  return std::move(*job);
}

void Jobs::check_recipe(Recipe const& recipe) const {
  validate(recipe);
  if (!recipe.command.empty() && !workshop_.options.allow_commands)
    throw invalid("this server runs built-in trainers only; its administrator can start it with --allow-commands",
                  {{"/command", "expected a trainer instead"}});
  if (!recipe.trainer.empty() && !workshop_.options.trainers.contains(recipe.trainer)) {
    std::string known;
    for (auto const& [name, command] : workshop_.options.trainers) known += (known.empty() ? "" : ", ") + name;
    throw invalid(fmt::format("there is no trainer '{}'", recipe.trainer), {{"/trainer", "expected one of " + known}});
  }
  if (!recipe.trainer.empty() && workshop_.options.check_trainer) workshop_.options.check_trainer(recipe);
}

Job Jobs::submit(Call const& call, Recipe recipe) {
  validate(recipe);
  for (Input& input : recipe.inputs)
    if (input.name.empty()) input.name = access::parse_address(input.dataset).name + ".csv";
  check_recipe(recipe);  // once more: names that were filled in may now be the same
  authority_.require_role(call, recipe.department, "contributor");
  for (Input& input : recipe.inputs) input = workshop_.inputs.resolve(call, input);

  Job job;
  job.id = JobId::random();
  job.name = recipe.name;
  job.department = recipe.department;
  job.recipe_digest = digest_of(recipe).hex();
  job.recipe = std::move(recipe);
  job.submitter = call.principal;
  job.submitted_by = call.principal.name;
  job.purpose = call.purpose;
  job.submitted_at = call.now();
  workshop_.database.write(call, [&](db::Transaction& tx) {
    insert_job(tx, job);
    workshop_.audit.append(tx, call,
                           {.action = "job.submit",
                            .subject = job.id.str(),
                            .details = {{"recipe_digest", job.recipe_digest}},
                            .department = job.department});
  });
  changed();
  return job;
}

Job Jobs::get(Call const& call, JobId const& id) const {
  Job job = find_visible(call, id);
  if (job.state == JobState::running && job.node == node_) {
    JobDirectory const directory = directory_of(workshop_.options, job);
    job.progress = directory.progress();
    if (auto const started = directory.started()) job.isolation = started->isolation;
  }
  return job;
}

std::vector<Job> Jobs::list(Call const& call, JobFilter const& filter) const {
  auto jobs = workshop_.database.read(call, [&](db::Transaction& tx) { return list_jobs(tx, filter); });
  std::erase_if(jobs, [&](Job const& job) { return !may_see(call, job); });
  return jobs;
}

Job Jobs::cancel(Call const& call, JobId const& id) {
  Job const job = find_visible(call, id);
  if (call.principal.id != job.submitter.id && call.principal.type != PrincipalType::system)
    authority_.require_role(call, job.department, "steward");
  workshop_.database.write(call, [&](db::Transaction& tx) {
    if (!request_cancel(tx, id, call.principal.name, call.now()))
      throw conflict(fmt::format("job {} is over: there is nothing to cancel", id.str()));
    workshop_.audit.append(tx, call, {.action = "job.cancel", .subject = id.str(), .department = job.department});
  });
  if (!call.validate_only) {
    std::lock_guard const lock(mutex_);
    if (auto const found = at_work_.find(id); found != at_work_.end()) found->second->cancel();
  }
  changed();
  return get(call, id);
}

Job Jobs::wait(Call const& call, JobId const& id, milliseconds patience) const {
  auto const until = steady_clock::now() + patience;
  for (;;) {
    Job job = get(call, id);
    milliseconds const left = left_until(until);
    if (is_final(job.state) || left == milliseconds(0)) return job;
    await_change(std::min(left, milliseconds(500)));
    call.proceed();
  }
}

LogPart Jobs::read_log(Call const& call, JobId const& id, std::int64_t offset, std::int64_t limit,
                       milliseconds patience) const {
  if (offset < 0 || limit < 1) throw invalid("a log is read from an offset of 0 or more, at least one byte");
  limit = std::min<std::int64_t>(limit, 1 << 20);
  auto const until = steady_clock::now() + patience;
  FileDescriptor const watch(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
  for (;;) {
    // The state is read before the log: a job that is over then writes nothing more.
    Job const job = find_visible(call, id);
    if (!job.node.empty() && job.node != node_)
      throw unavailable(fmt::format("the log of job {} is with another server", id.str()));
    JobDirectory const directory = directory_of(workshop_.options, job);
    bool const watching =
        ::inotify_add_watch(watch.get(), directory.path().c_str(), IN_MODIFY | IN_CREATE | IN_MOVED_TO) >= 0;
    LogPart part{read_from(directory.log(), offset, limit), 0, false};
    part.next_offset = offset + static_cast<std::int64_t>(part.bytes.size());
    part.complete = is_final(job.state) && static_cast<std::int64_t>(part.bytes.size()) < limit;
    milliseconds const left = left_until(until);
    if (!part.bytes.empty() || part.complete || left == milliseconds(0)) return part;
    if (watching)
      await_files(watch, std::min(left, milliseconds(250)));
    else
      await_change(std::min(left, milliseconds(250)));
    call.proceed();
  }
}

}  // namespace lepton::jobs
