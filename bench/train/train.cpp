// What a training job costs above the XGBoost call inside it. The job is the real one: the dataset version is exported
// with the caller's policy, a supervised process reads it, splits, trains, evaluates and writes its report, and the
// server stores the artifacts, the run and the model version. The call is XGBoost's on the same rows in memory, with
// the same parameters. `bench_train [repetitions] [times the 30,000 rows of the credit data]...`.
#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>

#include "access/access.h"
#include "access/schema.h"
#include "blob/store.h"
#include "datasets/datasets.h"
#include "datasets/schema.h"
#include "jobs/dataset_inputs.h"
#include "jobs/jobs.h"
#include "jobs/schema.h"
#include "jobs/shim.h"
#include "learn/boosting.h"
#include "learn/training_spec.h"
#include "learn/worker.h"
#include "lineage/schema.h"
#include "models/job_outputs.h"
#include "models/schema.h"
#include "table/own_worker.h"

namespace lepton::bench {
namespace {

/// Time on the wall, and of processors: the latter holds on a machine that is busy otherwise.
struct Cost {
  double wall = 1e9, cpu = 1e9;

  void keep_least(Cost const& other) {
    wall = std::min(wall, other.wall);
    cpu = std::min(cpu, other.cpu);
  }
};

/// User and system time of what lives below a process and of what was waited for there; in hundredths of a second.
double cpu_seconds_below(pid_t parent) {
  double sum = 0;
  for (auto const& entry : std::filesystem::directory_iterator("/proc")) {
    auto const pid = std::atoi(entry.path().filename().c_str());
    std::ifstream file(entry.path() / "stat");
    std::string stat;
    if (pid <= 0 || !std::getline(file, stat)) continue;
    std::istringstream fields(stat.substr(stat.rfind(')') + 1));
    std::vector<std::string> const field(std::istream_iterator<std::string>(fields), {});
    if (field.size() < 15 || std::stoi(field[1]) != parent) continue;
    for (std::size_t const time : {11U, 12U, 13U, 14U}) sum += std::stod(field[time]) / 100;
    sum += cpu_seconds_below(pid);
  }
  return sum;
}

/// Of this process and of all that it started, the query workers included.
double cpu_seconds() {
  double sum = cpu_seconds_below(::getpid());
  for (int const who : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
    rusage usage{};
    ::getrusage(who, &usage);
    for (auto const& time : {usage.ru_utime, usage.ru_stime})
      sum += static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  }
  return sum;
}

template <class Function>
Cost cost_of(Function&& function) {
  auto const begin = std::chrono::steady_clock::now();
  double const cpu = cpu_seconds();
  function();
  return {std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count(), cpu_seconds() - cpu};
}

/// A whole server as far as training goes, as the composition root builds it. This program is its own worker.
class Platform {
 public:
  explicit Platform(std::filesystem::path const& directory)
      : directory_(directory), database_(db::open_database((directory / "meta.db").string(), clock_)) {
    for (auto const& part : {access::migrations(), lineage::migrations(), datasets::migrations(), jobs::migrations(),
                             models::migrations()})
      database_->migrate(part);
    access_.emplace(*database_, clock_, access::CredentialOptions{.password_cost = access::PasswordCost::least()});
    for (auto const* department : {"banking", "risk"}) access_->directory.create_department(call(), department);
    blobs_ = blob::open_folder(directory / "objects");
    table::WorkerOptions workers;
    workers.command = table::own_worker_command();
    workers.scratch = directory / "scratch";
    workers_.emplace(workers, log_);
    datasets_.emplace(datasets::Datasets::Parts{*database_, *blobs_, access_->authority, access_->assets,
                                                access_->audit, lineage_, *workers_});
    inputs_.emplace(*datasets_);
    experiments_.emplace(*database_, access_->authority, access_->assets, access_->audit);
    registry_.emplace(*database_, *blobs_, access_->authority, access_->assets, access_->audit, lineage_);
    training_.emplace(*database_, *blobs_, *experiments_, *registry_, access_->audit, lineage_);
    outputs_.emplace(*training_);
    start_jobs();
  }

  [[nodiscard]] Call call() const { return system_call(clock_); }
  [[nodiscard]] datasets::Datasets& datasets() { return *datasets_; }
  [[nodiscard]] jobs::Jobs& jobs() { return *jobs_; }

 private:
  void start_jobs() {
    auto const self = std::filesystem::read_symlink("/proc/self/exe").string();
    jobs::JobsOptions options;
    options.directory = directory_ / "jobs";
    options.shim = {self, "job-shim"};
    options.trainers = {{"xgboost", {self, "train"}}};
    jobs_.emplace(access_->authority, jobs::Workshop{*database_, access_->audit, lineage_, *inputs_, *outputs_, nullptr,
                                                     clock_, log_, options});
    jobs_->start();
  }

  std::filesystem::path directory_;
  SystemClock clock_;
  Log log_{LogLevel::error};
  std::unique_ptr<db::Database> database_;
  std::optional<access::Access> access_;
  lineage::Lineage lineage_;
  std::unique_ptr<blob::Store> blobs_;
  std::optional<table::Workers> workers_;
  std::optional<datasets::Datasets> datasets_;
  std::optional<jobs::DatasetInputs> inputs_;
  std::optional<models::Experiments> experiments_;
  std::optional<models::Registry> registry_;
  std::optional<models::TrainingRuns> training_;
  std::optional<models::JobOutputs> outputs_;
  std::optional<jobs::Jobs> jobs_;
};

/// Imports the bank's tables and the training set as risk/training-set.
void prepare(Platform& platform, std::filesystem::path const& directory) {
  std::filesystem::path const examples = std::filesystem::path(LEPTON_EXAMPLES) / "risk";
  for (std::string const name : {"customers", "payments"}) {
    auto const file = directory / (name + ".csv");
    if (std::system(
            fmt::format("gzip -dc '{}' > '{}'", (examples / (name + ".csv.gz")).string(), file.string()).c_str()) != 0)
      throw unavailable("cannot unpack the examples");
    (void)platform.datasets().import(platform.call(), {"banking", name, std::nullopt}, file, {});
  }
  (void)platform.datasets().save_query(platform.call(), {"risk", "training-set", std::nullopt},
                                       {.sql = read_file(examples / "training_set.sql")});
}

access::Address copies(Platform& platform, int times) {
  if (times == 1) return {"risk", "training-set", std::nullopt};
  std::string sql = "SELECT * FROM risk.\"training-set\"";
  for (int i = 1; i < times; ++i) sql += " UNION ALL SELECT * FROM risk.\"training-set\"";
  access::Address const address{"risk", fmt::format("training-set-{}", times), std::nullopt};
  (void)platform.datasets().save_query(platform.call(), address, {.sql = sql});
  return address;
}

json::Object parameters() {
  return {{"target", "defaulted"}, {"key", "customer_id"}, {"rounds", 400}, {"early_stopping_rounds", 0}};
}

Cost job_cost(Platform& platform, access::Address const& data, int seed) {
  jobs::Recipe recipe;
  recipe.name = "bench";
  recipe.department = "risk";
  recipe.trainer = "xgboost";
  recipe.inputs = {{data.str(), ""}};
  recipe.parameters = parameters();
  recipe.seed = seed;
  recipe.outputs = {{"model", "risk/bench"}};
  jobs::Job job;
  Cost const cost = cost_of([&] {
    job = platform.jobs().submit(platform.call(), recipe);
    while (!jobs::is_final(job.state)) job = platform.jobs().wait(platform.call(), job.id, std::chrono::seconds(10));
  });
  if (job.state != jobs::JobState::succeeded)
    throw internal("the job did not succeed: " + (job.error ? job.error->message : std::string(enum_name(job.state))));
  return cost;
}

/// The rows of the dataset as a trainer gets them, for XGBoost alone.
struct Alone {
  Alone(Platform& platform, std::filesystem::path const& directory, access::Address const& data) {
    std::ofstream csv(directory / "alone.csv");
    (void)platform.datasets().export_rows(platform.call(), data, table::ResultFormat::csv,
                                          {{}, [&](std::string_view bytes) { csv << bytes; }});
    csv.close();
    spec = parameters();
    spec["data"] = "alone.csv";
    rows = learn::read_csv(platform.call(), directory / "alone.csv", {"defaulted", "customer_id", {}, {}},
                           runtime::Task::binary_classification);
  }
  [[nodiscard]] Cost cost(Call const& call, int seed) const {
    json::Object object = spec;
    object["seed"] = seed;
    auto const parsed = learn::parse_training_spec(object);
    auto const parameters = learn::XgboostParameters::read(parsed.parameters);
    auto const parts =
        learn::split(rows, parsed.split, *parsed.split.by, parsed.seed, runtime::Task::binary_classification);
    return cost_of([&] {
      (void)learn::boost(call, {parts.train, parts.validation, parameters, 0, parsed.seed, parsed.threads},
                         [](learn::Progress const&) {});
    });
  }

  json::Object spec;
  learn::Examples rows;
};

void compare(Platform& platform, std::filesystem::path const& directory, int times, int repetitions) {
  auto const data = copies(platform, times);
  Alone const alone(platform, directory, data);
  Cost call, job;
  for (int seed = 1; seed <= repetitions; ++seed) {  // in turn, so that a busy machine hurts both
    call.keep_least(alone.cost(platform.call(), seed));
    job.keep_least(job_cost(platform, data, seed));
  }
  fmt::print("{:>9}  {:>10.3f} {:>9.3f} {:>6.2f}  {:>10.3f} {:>9.3f} {:>6.2f}\n", alone.rows.rows(), call.wall,
             job.wall, job.wall / call.wall, call.cpu, job.cpu, job.cpu / call.cpu);
}

int run(std::vector<std::string> const& arguments) {
  if (!arguments.empty() && arguments[0] == "train") return learn::train_worker_main(std::span(arguments).subspan(1));
  if (!arguments.empty() && arguments[0] == "job-shim") return jobs::shim_main(std::span(arguments).subspan(1));
  int const repetitions = arguments.empty() ? 3 : std::atoi(arguments[0].c_str());
  std::vector<int> sizes;
  for (std::size_t i = 1; i < arguments.size(); ++i) sizes.push_back(std::atoi(arguments[i].c_str()));
  if (sizes.empty()) sizes = {1, 10};
  TemporaryDirectory const directory("lepton-bench");
  Platform platform(directory.path());
  prepare(platform, directory.path());
  fmt::print(
      "400 rounds, one thread, best of {}; seconds on the wall, then of processors\n"
      "     rows     XGBoost       job  ratio     XGBoost       job  ratio\n",
      repetitions);
  for (int const times : sizes) compare(platform, directory.path(), times, repetitions);
  return 0;
}

}  // namespace
}  // namespace lepton::bench

int main(int count, char** arguments) {
  try {
    return lepton::bench::run({arguments + 1, arguments + count});
  } catch (std::exception const& error) {
    fmt::print(stderr, "bench_train: {}\n", error.what());
    return 1;
  }
}
