#include "server/platform.h"

#include <fmt/format.h>

#include <condition_variable>
#include <mutex>

#include "access/schema.h"
#include "lineage/schema.h"
#include "native/resources.h"
#include "native/schema.h"

namespace lepton::server {
namespace {

std::unique_ptr<db::Database> open_migrated(Options const& options, DataDirectory const& data, Clock const& clock) {
  auto database =
      db::open_database(options.database == "sqlite" ? (data / "meta.db").string() : options.database, clock);
  std::vector<db::Migration> all;
  for (auto const& steps : {access::migrations(), lineage::migrations(), native::migrations()})
    all.insert(all.end(), steps.begin(), steps.end());
  database->migrate(all);
  return database;
}

http::ServerOptions http_options(Options const& options) {
  http::ServerOptions out{.address = options.address, .port = options.port, .insecure = options.insecure};
  if (!options.tls_certificate.empty()) out.tls = http::TlsFiles{options.tls_certificate, options.tls_key};
  return out;
}

}  // namespace

Platform::Platform(Options options)
    : options_(std::move(options)),
      log_(options_.log_level),
      data_(options_.data),
      database_(open_migrated(options_, data_, clock_)),
      blobs_(blob::open_folder(data_ / "objects")),
      access_(*database_, clock_),
      api_({.database = *database_,
            .clock = clock_,
            .log = log_,
            .metrics = metrics_,
            .authenticate = [this](std::string_view header) { return access_.credentials.authenticate(header); }}),
      pool_("requests", options_.threads, 1024, log_),
      refresher_([this](std::stop_token const& stop) { keep_fresh(stop); }),
      http_(std::make_unique<http::Server>(http_options(options_), routes(), pool_, log_, metrics_)) {}

Platform::~Platform() = default;

std::optional<std::string> Platform::admin_token() {
  return access_.credentials.bootstrap(system_call(clock_));
}

bool Platform::drain() {
  return http_->drain(options_.drain);
}

http::Router Platform::routes() {
  auto& table = api_.table();
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

  http::Router router;
  api_.mount(router);
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
  std::mutex mutex;
  std::condition_variable_any wake;
  while (!stop.stop_requested()) {
    std::unique_lock lock(mutex);
    wake.wait_for(lock, stop, std::chrono::seconds(1), [] { return false; });
    if (stop.stop_requested()) return;
    try {
      access_.refresh();
    } catch (...) {  // a thread's edge
      log_.warn("cannot read what other servers changed; nothing is decided on old state");
    }
  }
}

}  // namespace lepton::server
