#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "base/file.h"
#include "base/json.h"
#include "base/subprocess.h"

namespace lepton::table {

/// A child process in which the query engine has started, and of which query workers are forks: a fork takes a
/// millisecond, a start twenty-five. It sees no data and runs nobody's statement. Any thread may call; shared by those
/// who hold a fork, since its end ends them. After Error{unavailable} it is of no more use.
class WorkerTemplate {
 public:
  /// `process` leads to query_worker_main(); its limits hold for the forks too. Does not wait until the engine is
  /// there.
  explicit WorkerTemplate(ProcessOptions process);
  WorkerTemplate(WorkerTemplate const&) = delete;
  WorkerTemplate& operator=(WorkerTemplate const&) = delete;

  /// A fork that finds `order` as what next_order() answers and `socket` as its standard input. To be reaped.
  [[nodiscard]] pid_t fork(json::Object const& order, int socket);
  /// How a fork ended. Waits for its end.
  [[nodiscard]] ExitStatus reap(pid_t fork);

 private:
  [[nodiscard]] json::Object ask(json::Object const& request, int descriptor);

  std::mutex mutex_;  ///< of the conversation over control_
  FileDescriptor control_;
  Subprocess process_;
};

/// A fork of a template and the server's end of its socket. One thread; killed and reaped by the destructor.
class ForkedWorker {
 public:
  ForkedWorker(std::shared_ptr<WorkerTemplate> parent, json::Object const& order);
  ~ForkedWorker();
  ForkedWorker(ForkedWorker const&) = delete;
  ForkedWorker& operator=(ForkedWorker const&) = delete;

  [[nodiscard]] pid_t pid() const { return pid_; }
  [[nodiscard]] int socket() const { return socket_.get(); }
  void close_socket() { socket_.reset(); }
  /// nullopt when it still runs.
  [[nodiscard]] std::optional<ExitStatus> wait(std::chrono::milliseconds timeout);
  void kill_and_wait();

 private:
  std::shared_ptr<WorkerTemplate> parent_;
  FileDescriptor socket_;
  pid_t pid_ = -1;
  FileDescriptor pidfd_;
  std::optional<ExitStatus> status_;
};

/// For the template, whose standard input is its end of the conversation: forks whenever the server asks for it.
/// Returns the order in each fork, and nullopt in the template when the server is gone. The process has one thread.
[[nodiscard]] std::optional<json::Object> next_order();

}  // namespace lepton::table
