#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/confinement.h"
#include "base/file.h"

namespace lepton {

/// Whether max_memory_bytes is in force: not in programs built with a sanitizer, which reserve terabytes of address
/// space for what they know of memory. Tests that need it skip themselves there.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool can_limit_memory = false;
#else
inline constexpr bool can_limit_memory = true;
#endif

/// How a child process is started. Descriptors other than 0–2 and `inherit` are closed; the environment is exactly
/// `environment`; signals have their default actions; no core is dumped.
struct ProcessOptions {
  std::vector<std::string> arguments;  ///< [0] is the program's path
  std::map<std::string, std::string> environment;
  std::filesystem::path working_directory;
  int stdin_fd = -1;  ///< -1: /dev/null
  int stdout_fd = -1;
  int stderr_fd = -1;
  std::map<int, int> inherit;                        ///< descriptor in the child ← descriptor here (not owned)
  bool new_session = false;                          ///< outlives this process and its terminal
  bool die_with_parent = false;                      ///< SIGKILL when this process ends, whichever thread started it
  std::optional<std::uint64_t> max_memory_bytes;     ///< RLIMIT_AS; see can_limit_memory
  std::optional<std::chrono::seconds> max_cpu_time;  ///< RLIMIT_CPU
  std::optional<std::uint64_t> max_file_bytes;       ///< RLIMIT_FSIZE
  std::optional<std::uint64_t> max_open_files;       ///< RLIMIT_NOFILE
  std::optional<Confinement> confinement;            ///< and no new privileges; see can_confine()
};

struct ExitStatus {
  int code = 0;    ///< exit code; 128 + signal when killed
  int signal = 0;  ///< 0 when it exited
  [[nodiscard]] bool ok() const { return code == 0 && signal == 0; }
  /// Of what waitpid() gave.
  [[nodiscard]] static ExitStatus of_wait(int raw);
  /// "exit code 3", "killed by SIGKILL (out of memory or by an administrator)".
  [[nodiscard]] std::string describe() const;
};

/// A child process. One thread at a time; the destructor kills and reaps it unless detach() was called.
class Subprocess {
 public:
  /// Throws Error{unavailable} with the program's path when it cannot be started.
  [[nodiscard]] static Subprocess start(ProcessOptions const& options);
  Subprocess(Subprocess&&) noexcept;
  Subprocess& operator=(Subprocess&&) noexcept;
  ~Subprocess();

  [[nodiscard]] pid_t pid() const { return pid_; }
  /// Becomes readable when the process ends (pidfd).
  [[nodiscard]] int pidfd() const { return pidfd_.get(); }
  void signal(int number) const;
  /// Blocks until it ends or `timeout`; nullopt when it still runs.
  [[nodiscard]] std::optional<ExitStatus> wait(std::optional<std::chrono::milliseconds> timeout = std::nullopt);
  void kill_and_wait();
  /// Leaves it running after this object's end.
  void detach();

 private:
  Subprocess() = default;
  pid_t pid_ = -1;
  FileDescriptor pidfd_;
  std::optional<ExitStatus> status_;
};

}  // namespace lepton
