#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/call.h"
#include "base/json.h"
#include "base/log.h"
#include "table/frames.h"
#include "table/worker_template.h"

namespace lepton::table {

struct WorkerOptions {
  std::vector<std::string> command;  ///< the program and the arguments that lead to query_worker_main()
  std::filesystem::path scratch;     ///< workers' private directories; emptied on start; where results are adopted from
  std::size_t spares = 2;            ///< kept warm
  std::size_t at_most = 8;           ///< working at the same time; more wait until their deadline
  std::uint64_t memory_bytes = 1ULL << 30;                      ///< for one piece of work
  std::uint64_t temporary_bytes = 8ULL << 30;                   ///< spilled to disk by one piece of work
  std::uint64_t output_bytes = 64ULL << 30;                     ///< longest file a worker may write
  std::size_t threads = 0;                                      ///< of one piece of work; 0: as the machine has
  std::chrono::milliseconds longest{std::chrono::minutes(10)};  ///< for a call without a nearer deadline
};

/// Until the call's deadline, but no longer than `longest`; in time of the machine, whatever clock the call has.
[[nodiscard]] std::chrono::milliseconds time_left(Call const& call, std::chrono::milliseconds longest);

/// One sealed child process and its private directory; both end with it. One thread. Killed when the call is cancelled
/// or late, or when it dies: that call fails and no other.
class Worker {
 public:
  Worker(WorkerOptions const& options, std::shared_ptr<WorkerTemplate> parent, std::filesystem::path directory);
  ~Worker();
  Worker(Worker const&) = delete;
  Worker& operator=(Worker const&) = delete;

  void send(json::Object const& task);
  /// The next frame. Errors that the worker reports are thrown as they are; a crash is Error{exhausted} or
  /// {unavailable}.
  [[nodiscard]] Frame receive(Call const& call);
  /// Like receive(), for a message.
  [[nodiscard]] json::Object receive_message(Call const& call);
  [[nodiscard]] std::filesystem::path const& directory() const { return directory_; }
  [[nodiscard]] pid_t pid() const { return process_->pid(); }
  [[nodiscard]] bool alive() { return !process_->wait(std::chrono::milliseconds(0)); }

 private:
  [[nodiscard]] int socket() const { return process_->socket(); }
  void wait_readable(Call const& call, std::chrono::steady_clock::time_point latest);
  [[noreturn]] void died();
  void read_exactly(Call const& call, char* into, std::size_t count);

  std::filesystem::path directory_;
  FileDescriptor stop_event_;
  std::optional<ForkedWorker> process_;
  std::chrono::milliseconds longest_;
  std::optional<std::chrono::steady_clock::time_point> latest_;
};

/// The pool of query workers. A worker serves one piece of work and is replaced by another fork of one template; spares
/// are warm, so that nobody waits for a start. Any thread may call. Owned by the composition root; outlives everybody
/// who holds a Lease.
class Workers {
 public:
  /// `log` outlives the pool. Does not wait for the spares.
  Workers(WorkerOptions options, Log const& log);
  ~Workers();
  Workers(Workers const&) = delete;
  Workers& operator=(Workers const&) = delete;

  /// A worker for one piece of work, returned by its end.
  class Lease {
   public:
    Lease(Workers& pool, std::unique_ptr<Worker> worker) : pool_(&pool), worker_(std::move(worker)) {}
    Lease(Lease&& other) noexcept = default;
    ~Lease() {
      if (worker_) pool_->give_back(std::move(worker_));
    }
    [[nodiscard]] Worker* operator->() const { return worker_.get(); }
    [[nodiscard]] Worker& operator*() const { return *worker_; }

   private:
    Workers* pool_;
    std::unique_ptr<Worker> worker_;
  };

  /// Waits for a free place until the call's deadline; then throws Error{exhausted, "busy"}.
  [[nodiscard]] Lease take(Call const& call);
  [[nodiscard]] WorkerOptions const& options() const { return options_; }
  /// What every task says about files and limits; the work itself is added to it.
  [[nodiscard]] json::Object task(std::string_view op, Worker const& worker,
                                  std::vector<std::filesystem::path> const& readable,
                                  std::vector<std::string> const& setup) const;

 private:
  struct State;
  void give_back(std::unique_ptr<Worker> worker);
  [[nodiscard]] std::unique_ptr<Worker> start_one();
  [[nodiscard]] std::shared_ptr<WorkerTemplate> template_of_workers();
  void refill(std::stop_token const& stop);

  WorkerOptions options_;
  Log const& log_;
  std::unique_ptr<State> state_;
  std::jthread refiller_;
};

}  // namespace lepton::table
