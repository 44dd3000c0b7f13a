#include "http/reactor.h"

#include <pthread.h>

#include <vector>

#include "base/json.h"
#include "base/metrics.h"
#include "http/connection.h"

namespace lepton::http {

ServerContext::ServerContext(ServerOptions server_options, Router server_router, ThreadPool& server_pool,
                             Log const& server_log, Metrics& metrics)
    : options(std::move(server_options)),
      router(std::move(server_router)),
      pool(server_pool),
      log(server_log),
      seconds(metrics.histogram("lepton_http_request_seconds", "Time from a request's header to its answer's last byte",
                                latency_bounds())),
      in_flight(metrics.gauge("lepton_http_requests_in_flight", "Requests being handled")),
      open_connections(metrics.gauge("lepton_http_connections", "Open connections")) {
  for (int i = 0; i < 5; ++i)
    responses[i] = &metrics.counter("lepton_http_requests_total", "Requests answered, by class of status",
                                    {{"status", std::to_string(i + 1) + "xx"}});
}

Response ServerContext::error_response(int status, std::string_view message, std::string_view path) const {
  if (options.error_page) return options.error_page(status, message, path);
  json::Object const problem{
      {"type", "about:blank"}, {"title", reason_phrase(status)}, {"status", status}, {"detail", message}};
  return {status, {{"Content-Type", "application/problem+json"}}, json::write(problem), {}};
}

Reactor::Reactor(std::chrono::milliseconds tick)
    : tick_(tick), work_(asio::make_work_guard(context_)), timer_(context_) {}

Reactor::~Reactor() {
  stop();
}

void Reactor::start() {
  wait_for_tick();
  thread_ = std::thread([this] { context_.run(); });
  pthread_setname_np(thread_.native_handle(), "http");
}

void Reactor::stop() {
  {
    std::lock_guard const lock(mutex_);
    if (stopped_) return;
    stopped_ = true;
    asio::post(context_, [this] {
      close_all();
      ending_ = true;
      timer_.cancel();
      work_.reset();
    });
  }
  if (!thread_.joinable()) return;
  thread_.join();
}

void Reactor::adopt(std::shared_ptr<Connection> connection) {
  connections_.emplace(connection.get(), connection);
  if (ending_) return connection->abort();
  connection->start();
}

void Reactor::forget(Connection const* connection) {
  connections_.erase(connection);
}

void Reactor::close_idle() {
  std::vector<std::shared_ptr<Connection>> open;
  for (auto const& [key, connection] : connections_) open.push_back(connection);
  for (auto const& connection : open) connection->close_when_idle();
}

void Reactor::close_all() {
  std::vector<std::shared_ptr<Connection>> open;
  for (auto const& [key, connection] : connections_) open.push_back(connection);
  for (auto const& connection : open) connection->abort();
}

std::string const& Reactor::date() {
  auto const now = std::time(nullptr);
  if (now != date_second_) {
    date_second_ = now;
    std::tm utc{};
    gmtime_r(&now, &utc);
    char text[40];
    date_.assign(text, std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &utc));
  }
  return date_;
}

// One coarse timer looks after the deadlines of all connections: a timer each would cost more than a small request.
void Reactor::wait_for_tick() {
  timer_.expires_after(tick_);
  timer_.async_wait([this](SystemError error) {
    if (error || ending_) return;  // a tick that was due already is not cancelled
    auto const now = std::chrono::steady_clock::now();
    std::vector<std::shared_ptr<Connection>> late;
    for (auto const& [key, connection] : connections_)
      if (connection->late(now)) late.push_back(connection);
    for (auto const& connection : late) connection->expire(now);
    wait_for_tick();
  });
}

}  // namespace lepton::http
