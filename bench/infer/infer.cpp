// Authenticated inference per CPU second, and what each stage of it costs: the same request over routes that do one
// stage more each, asked by wrk over 64 kept connections. The server's CPU time is counted, not the client's, so that
// the figures hold on a machine that is busy otherwise. `bench_infer [seconds] [connections]`.
#include <fmt/format.h>
#include <sys/resource.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "access/access.h"
#include "access/schema.h"
#include "base/file.h"
#include "gateway/limits.h"
#include "gateway/schema.h"
#include "http/client.h"
#include "http/server.h"
#include "inference/protocol.h"
#include "inference/request.h"
#include "lineage/schema.h"
#include "model.h"
#include "serving/deployments.h"
#include "serving/schema.h"

namespace lepton::bench {
namespace {

constexpr int features = 23;

/// A whole server of the inference path, as the composition root builds it.
class Platform {
 public:
  explicit Platform(std::filesystem::path const& directory)
      : database_(db::open_database((directory / "meta.db").string(), clock_)) {
    for (auto const& part : {access::migrations(), lineage::migrations(), serving::migrations(), gateway::migrations()})
      database_->migrate(part);
    access_.emplace(*database_, clock_, access::CredentialOptions{.password_cost = access::PasswordCost::least()});
    gates_.emplace(metrics_, clock_);
    limits_.emplace(*database_, *access_, *gates_);
    fleet_.emplace(access_->authority, metrics_, clock_);
    decisions_.emplace(*database_, access_->authority, gates_->companion());
    inference_.emplace(serving::Inference::Parts{*database_, access_->authority, access_->audit, *fleet_, *decisions_});
    protocol_.emplace(
        inference::Protocol::Parts{*inference_, *fleet_, *gates_, access_->credentials, pool_, clock_, "bench"});
    deploy();
    http::Router router;
    protocol_->mount(router);
    add_stages(router);
    http::ServerOptions options;
    options.network_threads = 1;
    http_.emplace(options, std::move(router), pool_, log_, metrics_);
  }
  ~Platform() {
    http_.reset();
    fleet_->stop();
    pool_.stop();
  }

  [[nodiscard]] std::string url() const { return http_->url(); }
  [[nodiscard]] std::string const& key() const { return key_; }

 private:
  void deploy() {
    Call const call = system_call(clock_);
    access_->directory.create_department(call, "risk");
    access_->directory.create_service_account(call, {.name = "loan-system", .department = "risk"});
    access_->grants.create(
        call, {.subject = "service_account:risk/loan-system", .actions = {access::Action::serve}, .path = "risk/*"});
    database_->write(call, [&](db::Transaction& tx) {
      access_->assets.create(tx, call, "model", access::parse_address("risk/default"));
    });
    key_ = access_->credentials.create_key(call, {.principal = "risk/loan-system", .name = "bench"}).token;
    (void)limits_->set(call, "risk/loan-system", "bench",
                       {.requests_per_second = 1e6, .burst = 1'000'000, .quota = 1'000'000'000});
    serving::Deployments deployments(
        {*database_, access_->authority, access_->assets, access_->audit, lineage_, models_, *fleet_, log_});
    serving::DeploymentSpec spec;
    spec.model = "risk/default@1";
    (void)deployments.deploy(call, access::parse_address("risk/score"), spec);
  }

  enum class Stage { http, predict, authorise, admit };

  void add_stages(http::Router& router) {
    for (auto const& [name, stage] : {std::pair{"http", Stage::http}, std::pair{"predict", Stage::predict},
                                      std::pair{"authorise", Stage::authorise}, std::pair{"admit", Stage::admit}})
      router.add_async("POST", fmt::format("/{}", name),
                       [this, stage = stage](http::Request request, std::shared_ptr<http::Responder> responder) {
                         run(stage, request, responder);
                       });
  }

  void run(Stage stage, http::Request const& request, std::shared_ptr<http::Responder> const& responder) {
    if (stage == Stage::http) return responder->respond({200, {{"Content-Type", "application/json"}}, "{}", {}});
    Call call = system_call(clock_);
    call.protocol = "inference";
    call.stop = request.stop;
    auto const served = fleet_->find(call, "risk/score");
    auto ticket = std::make_shared<gateway::Ticket>();
    if (stage >= Stage::authorise) {
      call.principal = access_->credentials.find_cached(*request.headers.find("Authorization")).value();
      call.request_id = RequestId::random();
      if (!access_->authority.decide(call, access::Action::serve, served->asset).allowed) std::abort();
    }
    if (stage >= Stage::admit) ticket = std::make_shared<gateway::Ticket>(gates_->admit(call));
    auto const asked = inference::read_request(request).request;
    auto const& signature = served->loaded->predictor->signature();
    serving::Batcher::Work work;
    work.rows = serving::to_matrix(signature, asked.inputs);
    work.done = [&signature, responder, ticket](Expected<runtime::Prediction> const& prediction) {
      ticket->settle();
      serving::InferenceAnswer answer;
      answer.deployment = "risk/score";
      answer.tensors_json = serving::write_json(serving::to_tensors(signature, prediction.value(), {}));
      responder->respond(inference::write_answer(answer));
    };
    if (!served->loaded->batcher->submit(work)) std::abort();
  }

  Log log_{LogLevel::error};
  SystemClock clock_;
  Metrics metrics_;
  std::unique_ptr<db::Database> database_;
  std::optional<access::Access> access_;
  lineage::Lineage lineage_;
  OneModel models_{features, 100, 4};
  std::optional<gateway::Gates> gates_;
  std::optional<gateway::Limits> limits_;
  std::optional<serving::Fleet> fleet_;
  std::optional<serving::DecisionLog> decisions_;
  std::optional<serving::Inference> inference_;
  ThreadPool pool_{"pool", 2, 1000, log_};
  std::optional<inference::Protocol> protocol_;
  std::optional<http::Server> http_;
  std::string key_;
};

std::string request_body() {
  std::string data;
  for (int i = 0; i < features; ++i) data += fmt::format("{}{}", i > 0 ? "," : "", 0.1 * (i % 7) - 0.3);
  return fmt::format(R"({{"inputs":[{{"name":"x","shape":[1,{}],"datatype":"FP32","data":[{}]}}]}})", features, data);
}

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  auto const seconds = [](timeval time) {
    return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

struct Round {
  double requests = 0;
  double requests_per_second = 0;
  double cpu = 0;
  double failed = 0;
};

/// One run of wrk, as a script that prints what is needed.
Round measure(std::filesystem::path const& script, std::string const& url, int seconds, int connections) {
  auto const command = fmt::format("wrk -t1 -c{} -d{}s -s {} {}", connections, seconds, script.string(), url);
  auto const before = cpu_seconds();
  std::unique_ptr<FILE, decltype(&pclose)> const pipe(popen(command.c_str(), "r"), pclose);
  std::array<char, 512> line{};
  Round round;
  while (fgets(line.data(), line.size(), pipe.get()) != nullptr)
    (void)std::sscanf(line.data(), "RESULT %lf %lf %lf", &round.requests, &round.requests_per_second, &round.failed);
  round.cpu = cpu_seconds() - before;
  return round;
}

int run(int seconds, int connections) {
  TemporaryDirectory const directory("lepton-bench");
  Platform platform(directory.path());
  auto const script = directory.path() / "infer.lua";
  std::ofstream(script) << fmt::format(
      "wrk.method = 'POST'\nwrk.body = '{}'\nwrk.headers['Authorization'] = 'Bearer {}'\n"
      "wrk.headers['Content-Type'] = 'application/json'\n"
      "function done(s, l, r) io.write(string.format('RESULT %d %f %d\\n', s.requests, s.requests / s.duration * 1e6, "
      "s.errors.status + s.errors.connect + s.errors.read + s.errors.write + s.errors.timeout)) end\n",
      request_body(), platform.key());
  http::Client warm({.base_url = platform.url()});
  auto const first = warm.send({.method = "POST",
                                .target = "/v2/models/risk/score/infer",
                                .headers = {{"Authorization", "Bearer " + platform.key()}},
                                .body = request_body()});
  if (first.status != 200) {
    fmt::print(stderr, "the deployment does not answer: {} {}\n", first.status, first.body);
    return 1;
  }
  fmt::print("{} connections, {} s a row, one row of {} features, 100 trees of depth 4, SQLite, one network thread\n\n",
             connections, seconds, features);
  fmt::print("{:<44}{:>12}{:>16}{:>14}{:>12}\n", "path", "requests/s", "per CPU second", "CPU us each", "added us");
  double last = 0;
  int failures = 0;
  for (auto const& [label, target] :
       {std::pair{"HTTP alone", "/http"}, std::pair{"+ parse, batch, predict, write", "/predict"},
        std::pair{"+ key and grant", "/authorise"}, std::pair{"+ rate and quota", "/admit"},
        std::pair{"+ durable decision record = infer", "/v2/models/risk/score/infer"}}) {
    auto const round = measure(script, platform.url() + target, seconds, connections);
    auto const each = round.cpu / round.requests * 1e6;
    fmt::print("{:<44}{:>12.0f}{:>16.0f}{:>14.1f}{:>12.1f}\n", label, round.requests_per_second,
               round.requests / round.cpu, each, each - last);
    last = each;
    failures += round.failed > 0 || round.requests == 0 ? 1 : 0;
  }
  if (failures > 0) fmt::print(stderr, "{} of the rows had failed requests\n", failures);
  return failures > 0 ? 1 : 0;
}

}  // namespace
}  // namespace lepton::bench

int main(int argc, char** argv) {
  return lepton::bench::run(argc > 1 ? std::atoi(argv[1]) : 5, argc > 2 ? std::atoi(argv[2]) : 64);
}
