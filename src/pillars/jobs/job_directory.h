#pragma once

#include <sys/types.h>

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/fields.h"
#include "base/file.h"
#include "jobs/job.h"

namespace lepton::jobs {

/// What the shim is told: the file order.json.
struct ShimOrder {
  std::string job;
  std::string fence;
  std::vector<std::string> command;
  std::int64_t memory_bytes = 0;
  Duration time_limit{0};
  Duration grace{0};  ///< between asking the process to end and killing it
  std::int64_t file_bytes = 0;
  bool use_cgroup = true;
  bool network = false;
  std::vector<std::string> readable;  ///< files and folders besides the system's, the program's and the job's own

  static constexpr auto fields() {
    using O = ShimOrder;
    return std::tuple{required("job", &O::job, ""),
                      required("fence", &O::fence, ""),
                      required("command", &O::command, ""),
                      required("memory_bytes", &O::memory_bytes, ""),
                      required("time_limit", &O::time_limit, ""),
                      required("grace", &O::grace, ""),
                      required("file_bytes", &O::file_bytes, ""),
                      required("use_cgroup", &O::use_cgroup, ""),
                      required("network", &O::network, ""),
                      required("readable", &O::readable, "")};
  }
};

/// What the shim writes before it runs the process: the file started.json.
struct ShimStarted {
  std::string isolation;  ///< Job::isolation

  static constexpr auto fields() { return std::tuple{required("isolation", &ShimStarted::isolation, "")}; }
};

/// What the shim writes when all is over: the file exit.json.
struct ShimEnded {
  std::string why;  ///< "exited", "cancelled", "memory_limit", "time_limit", "not_started"
  std::int64_t code = 0;
  std::int64_t signal = 0;
  std::string message;  ///< ExitStatus::describe, or why it could not be started
  std::string isolation;
  std::int64_t peak_memory_bytes = 0;
  Timestamp at;

  static constexpr auto fields() {
    using E = ShimEnded;
    return std::tuple{required("why", &E::why, ""),
                      required("code", &E::code, ""),
                      required("signal", &E::signal, ""),
                      required("message", &E::message, ""),
                      required("isolation", &E::isolation, ""),
                      required("peak_memory_bytes", &E::peak_memory_bytes, ""),
                      required("at", &E::at, "")};
  }
};

/// The process that holds a lock file.
struct LockHolder {
  pid_t pid = 0;
  FileDescriptor pidfd;  ///< of that process and no other, even when the number is used again
};

/// The files of one attempt of a job, and the protocol by which a server finds out what became of it. The shim holds a
/// record lock on `lock` while it lives; the kernel names the holder, so that no stored process id is ever trusted. Any
/// thread may call; servers and shims of the same directory agree through the lock alone.
class JobDirectory {
 public:
  explicit JobDirectory(std::filesystem::path path) : path_(std::move(path)) {}

  [[nodiscard]] std::filesystem::path const& path() const { return path_; }
  [[nodiscard]] std::filesystem::path inputs() const { return path_ / "inputs"; }
  [[nodiscard]] std::filesystem::path outputs() const { return path_ / "outputs"; }
  [[nodiscard]] std::filesystem::path log() const { return path_ / "log"; }
  [[nodiscard]] std::filesystem::path shim_log() const { return path_ / "shim.log"; }
  [[nodiscard]] std::filesystem::path lock() const { return path_ / "lock"; }

  /// Empty, whatever was there before.
  void create() const;
  /// The environment is in a file of its own that the shim removes: it holds a credential.
  void write_order(ShimOrder const& order, std::map<std::string, std::string> const& environment) const;
  /// Drops what is not needed once the job is over: inputs, outputs, scratch files.
  void discard_data() const;

  [[nodiscard]] std::optional<ShimStarted> started() const;
  [[nodiscard]] std::optional<ShimEnded> ended() const;
  [[nodiscard]] std::optional<JobProgress> progress() const;
  /// What the process itself says about its failure, in error.json.
  [[nodiscard]] std::optional<JobError> own_error() const;

  enum class Found {
    alive,          ///< a shim supervises it: `holder` is set
    ended,          ///< ended() says how
    never_started,  ///< and never will: a shim that comes late finds the attempt abandoned
    died,           ///< the shim began and is gone without a word
  };
  struct Inspection {
    Found found;
    LockHolder holder;
  };
  [[nodiscard]] Inspection inspect() const;

  // The shim's side.

  /// Waits for the lock and keeps it until this process ends. False when the attempt is abandoned or over.
  [[nodiscard]] bool enter() const;
  [[nodiscard]] ShimOrder read_order() const;
  [[nodiscard]] std::map<std::string, std::string> take_environment() const;
  void write_started(ShimStarted const& started) const;
  void write_ended(ShimEnded const& ended) const;

 private:
  std::filesystem::path path_;
};

/// Of a log that may be foreign: at most 500 bytes, empty when there is none or it is no text.
[[nodiscard]] std::string last_line_of(std::filesystem::path const& log);

}  // namespace lepton::jobs
