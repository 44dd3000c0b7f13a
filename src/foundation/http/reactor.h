#pragma once

#include <atomic>
#include <ctime>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>

#include "http/asio.h"
#include "http/server.h"

namespace lepton {
class Counter;
class Gauge;
class Histogram;
}  // namespace lepton

namespace lepton::http {

class Connection;

/// What all connections of a server read. Built before the first one, then constant but for the flags and counters.
struct ServerContext {
  ServerContext(ServerOptions options, Router router, ThreadPool& pool, Log const& log, Metrics& metrics);

  ServerOptions options;
  Router router;
  ThreadPool& pool;
  Log const& log;
  std::atomic<bool> draining{false};
  std::atomic<std::size_t> connections{0};
  Counter* responses[5];  ///< by status class
  Histogram& seconds;
  Gauge& in_flight;
  Gauge& open_connections;

  [[nodiscard]] Response error_response(int status, std::string_view message, std::string_view path) const;
};

/// One network thread with its event loop and its connections. Shared with the exchanges of its connections, whose
/// threads post to it and may outlive the server; after stop() a post does nothing.
class Reactor {
 public:
  explicit Reactor(std::chrono::milliseconds tick);
  ~Reactor();

  void start();
  /// Closes every connection, runs what that completes, and joins the thread.
  void stop();

  /// Any thread. `task` runs on the network thread, or never when the reactor has stopped.
  template <class Task>
  void post(Task task) {
    std::lock_guard const lock(mutex_);
    if (!stopped_) asio::post(context_, std::move(task));
  }

  // The rest is for the network thread alone.
  [[nodiscard]] asio::io_context& context() { return context_; }
  void adopt(std::shared_ptr<Connection> connection);
  void forget(Connection const* connection);
  void close_idle();
  void close_all();
  /// Value of the Date field (RFC 9110 §5.6.7).
  [[nodiscard]] std::string const& date();

 private:
  void wait_for_tick();

  std::chrono::milliseconds tick_;
  asio::io_context context_{1};
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  asio::steady_timer timer_;
  std::unordered_map<Connection const*, std::shared_ptr<Connection>> connections_;
  bool ending_ = false;
  std::time_t date_second_ = -1;
  std::string date_;
  std::mutex mutex_;
  bool stopped_ = false;
  std::thread thread_;
};

}  // namespace lepton::http
