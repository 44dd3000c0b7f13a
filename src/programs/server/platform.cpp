#include "server/platform.h"

#include <fmt/format.h>

#include <condition_variable>
#include <mutex>

#include "access/schema.h"
#include "anomaly/detector_model.h"
#include "datasets/schema.h"
#include "db/changes.h"
#include "gateway/schema.h"
#include "graphs/schema.h"
#include "jobs/schema.h"
#include "learn/trainer.h"
#include "lineage/schema.h"
#include "models/schema.h"
#include "native/graph_mappings.h"
#include "native/remote_graphs.h"
#include "native/resources.h"
#include "native/schema.h"
#include "platform_graph/schema.h"
#include "recommend/recommender_model.h"
#include "server/error_page.h"
#include "serving/schema.h"
#include "serving/trace_kinds.h"

namespace lepton::server {
namespace {

std::unique_ptr<db::Database> open_migrated(Options const& options, DataDirectory const& data, Clock const& clock) {
  auto database =
      db::open_database(options.database == "sqlite" ? (data / "meta.db").string() : options.database, clock);
  std::vector<db::Migration> all;
  for (auto const& steps :
       {db::change_migrations(), access::migrations(), lineage::migrations(), datasets::migrations(),
        jobs::migrations(), models::migrations(), serving::migrations(), gateway::migrations(), graphs::migrations(),
        native::migrations(), platform_graph::migrations()})
    all.insert(all.end(), steps.begin(), steps.end());
  database->migrate(all);
  return database;
}

http::ServerOptions http_options(Options const& options) {
  http::ServerOptions out{.address = options.address, .port = options.port, .insecure = options.insecure};
  out.longest_call = options.longest_request;
  out.error_page = error_page;
  if (!options.tls_certificate.empty()) out.tls = http::TlsFiles{options.tls_certificate, options.tls_key};
  return out;
}

/// At most half of the threads that run requests wait for services outside.
graphs::OutboundLimits outbound_limits(Options const& options) {
  graphs::OutboundLimits limits;
  limits.together = std::max<std::size_t>(options.threads / 2, 1);
  limits.per_service = std::max<std::size_t>(options.threads / 4, 1);
  return limits;
}

/// All run in the same program, which finds the trainer's name in training.json.
std::map<std::string, std::vector<std::string>> trainers(std::string const& program) {
  std::map<std::string, std::vector<std::string>> commands;
  for (auto const& name : learn::trainer_names()) commands[name] = {program, "worker", "train"};
  return commands;
}

}  // namespace

Platform::Platform(Options options)
    : options_(std::move(options)),
      log_(options_.log_level),
      data_(options_.data),
      database_(open_migrated(options_, data_, clock_)),
      blobs_(blob::open_folder(data_ / "objects")),
      access_(*database_, clock_),
      workers_(worker_options(), log_),
      datasets_({*database_, *blobs_, access_.authority, access_.assets, access_.audit, lineage_, workers_}),
      experiments_(*database_, access_.authority, access_.assets, access_.audit),
      runs_(*database_, *blobs_, access_.authority, access_.assets, access_.audit, lineage_),
      registry_(*database_, *blobs_, access_.authority, access_.assets, access_.audit, lineage_),
      promotions_(*database_, access_.authority, access_.assets, access_.audit),
      training_runs_(*database_, *blobs_, experiments_, registry_, access_.audit, lineage_),
      job_inputs_(datasets_),
      job_outputs_(training_runs_,
                   [this](Call const& call, std::string const& version) {
                     return datasets_.version(call, access::parse_address(version)).digest;
                   }),
      jobs_(access_.authority,
            jobs::Workshop{*database_, access_.audit, lineage_, job_inputs_, job_outputs_,
                           [](Call const&, jobs::Job const&) { return std::map<std::string, std::string>(); }, clock_,
                           log_, job_options()}),
      platform_graph_(*database_, access_.snapshots, clock_),
      graphs_({*database_,
               access_.authority,
               access_.assets,
               access_.audit,
               lineage_,
               data_ / "graphs",
               {},
               &platform_graph_}),
      secrets_(data_ / "keys" / "secrets.key"),
      outbound_(graphs::AllowedServices(options_.allow_services), outbound_limits(options_)),
      remotes_({*database_, access_.authority, access_.assets, access_.audit, secrets_, outbound_}),
      morsels_(std::max(1U, std::thread::hardware_concurrency()) - 1),
      graph_queries_({graphs_, *database_, access_.audit, {}, {&morsels_}, &remotes_, &outbound_}),
      reasoning_({graphs_, graphs_.rules(), graphs_.shapes(), *database_, access_.authority, access_.assets, lineage_}),
      mappings_({graphs_, datasets_, *database_, access_.authority, access_.assets}),
      saved_queries_({graph_queries_, datasets_, *database_, access_.authority, access_.assets, lineage_}),
      fact_queries_(graphs_, {}),
      facts_(fact_queries_),
      servable_models_(*database_, registry_),
      records_(datasets_, log_),
      account_calls_(access_.directory),
      gates_(metrics_, clock_),
      limits_(*database_, access_, gates_),
      fleet_(access_.authority, metrics_, clock_, {recommend::recommender_kind(), anomaly::detector_kind()}),
      decisions_(*database_, access_.authority, gates_.companion()),
      deployments_({*database_, access_.authority, access_.assets, access_.audit, lineage_, servable_models_, fleet_,
                    log_, &records_, &account_calls_, &facts_}),
      lookups_("lookups", 4, 1024, log_),
      inference_({*database_, access_.authority, access_.audit, fleet_, decisions_, &records_, &account_calls_,
                  &lookups_, &facts_}),
      traces_({*database_, access_.authority, access_.assets, lineage_, decisions_,
               serving::trace_kinds(access_.assets, registry_)}),
      api_({.database = *database_,
            .clock = clock_,
            .log = log_,
            .metrics = metrics_,
            .authenticate = [this](std::string_view header) { return access_.credentials.authenticate(header); }}),
      pool_("requests", options_.threads, 1024, log_),
      protocol_({inference_, fleet_, gates_, access_.credentials, pool_, clock_, "0.1.0"}),
      sparql_({graphs_, graph_queries_, remotes_, access_.credentials, clock_, log_}) {
  recover();
  http_ = std::make_unique<http::Server>(http_options(options_), routes(), pool_, log_, metrics_);
  refresher_ = std::jthread([this](std::stop_token const& stop) { keep_fresh(stop); });
}

Platform::~Platform() {
  // Members end in reverse, but work under way knows of members above and below it: it ends first, from the edge
  // inwards.
  http_.reset();
  refresher_ = {};
  pool_.stop();
  lookups_.stop();
  jobs_.stop();
  fleet_.stop();
  database_->finish_queued();
}

table::WorkerOptions Platform::worker_options() const {
  auto const scratch = data_ / "scratch";  // on the file system of objects/, so that results are adopted by renaming
  std::filesystem::create_directories(scratch);
  return {.command = {options_.program, "worker", "query"}, .scratch = scratch / "query"};
}

jobs::JobsOptions Platform::job_options() const {
  return {.directory = data_ / "jobs",
          .shim = {options_.program, "worker", "job-shim"},
          .trainers = trainers(options_.program),
          .check_trainer =
              [](jobs::Recipe const& recipe) {
                std::vector<std::string> further;
                for (std::size_t i = 1; i < recipe.inputs.size(); ++i) further.push_back(recipe.inputs[i].name);
                learn::check_recipe(recipe.trainer, recipe.parameters, recipe.seed, recipe.resources.threads, further);
              },
          .allow_commands = options_.allow_commands};
}

std::optional<std::string> Platform::admin_token() {
  return access_.credentials.bootstrap(system_call(clock_));
}

bool Platform::drain() {
  return http_->drain(options_.drain);
}

void Platform::recover() {
  auto const call = system_call(clock_);
  auto const uploads = data_ / "uploads";
  std::filesystem::remove_all(uploads);  // of requests that ended with a former server
  std::filesystem::create_directories(uploads);
  limits_.load(call);
  if (database_->dialect() == db::Dialect::sqlite) deployments_.recover(call);  // the only server on this database
  deployments_.load_all(call);
  graphs_.recover(call);
  jobs_.start();
}

void Platform::fill(native::Table& table) {
  native::add_sessions(table, access_);
  native::add_departments(table, access_);
  native::add_users(table, access_);
  native::add_service_accounts(table, access_);
  native::add_groups(table, access_);
  native::add_roles(table, access_);
  native::add_keys(table, access_);
  native::add_policies(table, access_);
  native::add_grants(table, access_);
  native::add_requests(table, access_);
  native::add_audit(table, access_, *database_);
  native::add_assets(table, access_, *database_);
  native::add_datasets(table, datasets_);
  native::add_imports(table, datasets_, data_ / "uploads");
  native::add_queries(table, datasets_);
  native::add_jobs(table, jobs_);
  native::add_operations(table, jobs_);
  native::add_experiments(table, experiments_);
  native::add_runs(table, runs_);
  native::add_models(table, registry_);
  native::add_promotions(table, promotions_);
  native::add_deployments(table, deployments_);
  native::add_decisions(table, decisions_, traces_, access_, *database_);
  native::add_graphs(table, graphs_, data_ / "uploads");
  native::add_graph_backups(table, graphs_, data_ / "uploads");
  native::add_graph_creation(table, graphs_, remotes_);
  native::add_graph_queries(table, graph_queries_);
  native::add_rules(table, graphs_.rules());
  native::add_shapes(table, graphs_.shapes());
  native::add_reasoning(table, reasoning_, graphs_);
  native::add_graph_mappings(table, mappings_, saved_queries_, data_ / "uploads");
  native::add_limits(table, limits_, *database_);
}

http::Router Platform::routes() {
  fill(api_.table());
  http::Router router;
  api_.mount(router);
  protocol_.mount(router);
  sparql_.mount(router);
  router.add("GET", "/health", [this](http::Request&) {
    http::Response response;
    response.headers.set("Content-Type", "application/json");
    try {
      database_->read(system_call(clock_), [](db::Transaction& tx) { (void)tx.query("SELECT 1"); });
      response.body = R"({"status":"ok"})";
    } catch (Error const&) {
      response.status = 503;
      response.body = R"({"status":"the database does not answer"})";
    }
    return response;
  });
  router.add("GET", "/metrics", [this](http::Request&) {
    http::Response response{.body = metrics_.render()};
    response.headers.set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
    return response;
  });
  return router;
}

void Platform::keep_fresh(std::stop_token const& stop) {
  bool const several = database_->dialect() == db::Dialect::postgresql;
  std::mutex mutex;
  std::condition_variable_any wake;
  for (int round = 0; !stop.stop_requested(); ++round) {
    std::unique_lock lock(mutex);
    wake.wait_for(lock, stop, std::chrono::seconds(1), [] { return false; });
    if (stop.stop_requested()) return;
    try {
      access_.refresh();
      if (!several || round % 5 != 0) continue;
      limits_.load(system_call(clock_, stop));
      deployments_.load_all(system_call(clock_, stop));
    } catch (...) {  // a thread's edge
      log_.warn("cannot read what other servers changed; nothing is decided on old state");
    }
  }
}

}  // namespace lepton::server
