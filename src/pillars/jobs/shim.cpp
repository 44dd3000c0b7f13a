#include "jobs/shim.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>

#include "base/error.h"
#include "base/file.h"
#include "base/subprocess.h"
#include "jobs/job_directory.h"
#include "jobs/memory_group.h"
#include "jobs/process_tree.h"

namespace lepton::jobs {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kWatch{100};

// SIGTERM as a descriptor; other signals that would end us are ignored.
FileDescriptor take_signals() {
  ::signal(SIGHUP, SIG_IGN);
  ::signal(SIGINT, SIG_IGN);
  ::signal(SIGPIPE, SIG_IGN);
  sigset_t term;
  ::sigemptyset(&term);
  ::sigaddset(&term, SIGTERM);
  ::sigprocmask(SIG_BLOCK, &term, nullptr);
  FileDescriptor signals(::signalfd(-1, &term, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!signals.open()) throw_errno("cannot receive signals");
  return signals;
}

void signal_all(std::vector<pid_t> const& processes, int number) {
  for (pid_t const pid : processes) ::kill(pid, number);
}

// Into a network of our own, in which there is nothing. Those who are not root need a user namespace for that.
bool leave_network() {
  if (::unshare(CLONE_NEWNET) == 0) return true;
  auto const user = ::geteuid();
  auto const group = ::getegid();
  if (::unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0) return false;
  auto const write_map = [](char const* path, std::string const& text) {
    FileDescriptor const file(::open(path, O_WRONLY | O_CLOEXEC));
    if (file.open()) write_all(file.get(), text, path);
  };
  write_map("/proc/self/setgroups", "deny");
  write_map("/proc/self/uid_map", fmt::format("{} {} 1", user, user));
  write_map("/proc/self/gid_map", fmt::format("{} {} 1", group, group));
  return true;
}

class Shim {
 public:
  explicit Shim(JobDirectory directory) : directory_(std::move(directory)) {}

  void run() {
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);  // what the process leaves behind becomes ours
    FileDescriptor const signals = take_signals();
    order_ = directory_.read_order();
    if (order_.use_cgroup)
      if (auto group = MemoryGroup::create(order_.fence, static_cast<std::uint64_t>(order_.memory_bytes)))
        group_.emplace(std::move(*group));
    ended_.isolation = group_ ? group_->kind() : "watchdog";
    if (!order_.network && leave_network()) ended_.isolation += " no-network";
    if (can_confine()) ended_.isolation += " landlock";
    directory_.write_started({ended_.isolation});
    try {
      Subprocess process = start();
      watch(process, signals.get());
      conclude(*process.wait());
    } catch (Error const& error) {
      ended_.why = "not_started";
      ended_.code = 127;
      ended_.message = error.what();
    }
    kill_rest();
    if (group_) ended_.peak_memory_bytes = static_cast<std::int64_t>(group_->peak_bytes());
    ended_.at = SystemClock().wall();
    directory_.write_ended(ended_);
  }

 private:
  Subprocess start() {
    ProcessOptions options;
    options.arguments = order_.command;
    options.environment = directory_.take_environment();
    options.working_directory = directory_.path();
    options.new_session = true;
    options.die_with_parent = true;
    options.max_file_bytes = static_cast<std::uint64_t>(order_.file_bytes);
    // The watchdog looks every few milliseconds; this stops what would outrun it, and leaves room for address space
    // that is reserved and never used.
    auto const memory = static_cast<std::uint64_t>(order_.memory_bytes);
    if (!group_) options.max_memory_bytes = 4 * memory + (std::uint64_t{4} << 30);
    FileDescriptor const log(
        ::open(directory_.log().c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!log.open()) throw_errno("cannot open the log");
    options.stdout_fd = log.get();
    options.stderr_fd = log.get();
    if (can_confine()) options.confinement = confinement();
    bool const inside = group_ && group_->enter();
    if (group_ && !inside) throw unavailable("cannot enter the control group");
    struct Leave {
      MemoryGroup const* group;
      ~Leave() {
        if (group != nullptr) group->leave();
      }
    } const leave{inside ? &*group_ : nullptr};
    return Subprocess::start(options);
  }

  // The system's programs and libraries, ours, and the job's own folder: not the platform's data, nor other jobs.
  [[nodiscard]] Confinement confinement() const {
    Confinement reach;
    for (auto const* const path :
         {"/usr", "/bin", "/sbin", "/lib", "/lib64", "/proc", "/sys", "/dev", "/etc/alternatives", "/etc/group",
          "/etc/hosts", "/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/localtime",
          "/etc/nsswitch.conf", "/etc/passwd", "/etc/resolv.conf", "/etc/ssl"})
      reach.readable.emplace_back(path);
    for (auto const& path : directories_of_this_program()) reach.readable.push_back(path);
    for (auto const& path : order_.readable) reach.readable.emplace_back(path);
    for (auto const* const path : {"/dev/null", "/dev/zero", "/dev/full", "/dev/shm"})
      reach.writable.emplace_back(path);
    reach.writable.push_back(directory_.path());
    return reach;
  }

  void watch(Subprocess& process, int signals) {
    auto const limit = steady_clock::now() + order_.time_limit;
    for (;;) {
      // With a group the kernel watches memory, and we only the clock.
      auto const next = std::min(limit, kill_at_.value_or(limit));
      auto left = std::chrono::ceil<milliseconds>(next - steady_clock::now());
      if (!group_) left = std::min(left, kWatch);
      pollfd waiting[] = {{process.pidfd(), POLLIN, 0}, {signals, POLLIN, 0}};
      ::poll(waiting, 2, static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 3'600'000)));
      if ((waiting[0].revents & POLLIN) != 0) return;
      if ((waiting[1].revents & POLLIN) != 0) {
        signalfd_siginfo ignored;
        while (::read(signals, &ignored, sizeof ignored) > 0) {
        }
        ask_to_end("cancelled");
      }
      auto const now = steady_clock::now();
      if (!group_) watch_memory();
      if (now >= limit && !kill_at_) ask_to_end("time_limit");
      if (kill_at_ && now >= *kill_at_) {
        signal_all(descendants(::getpid()), SIGKILL);
        kill_at_ = now + std::chrono::seconds(1);
      }
    }
  }

  void watch_memory() {
    auto const processes = descendants(::getpid());
    auto const bytes = static_cast<std::int64_t>(resident_bytes(processes));
    ended_.peak_memory_bytes = std::max(ended_.peak_memory_bytes, bytes);
    if (bytes <= order_.memory_bytes) return;
    ended_.why = "memory_limit";
    signal_all(processes, SIGKILL);
  }

  void ask_to_end(char const* why) {
    if (ended_.why.empty()) ended_.why = why;
    if (kill_at_) return;
    signal_all(descendants(::getpid()), SIGTERM);
    kill_at_ = steady_clock::now() + order_.grace;
  }

  void conclude(ExitStatus const& status) {
    ended_.code = status.code;
    ended_.signal = status.signal;
    ended_.message = status.describe();
    if (group_ && group_->killed_something() && !status.ok()) ended_.why = "memory_limit";
    if (ended_.why.empty()) ended_.why = "exited";
  }

  // Everything below us, until nothing is left: a job has no afterlife.
  static void kill_rest() {
    for (;;) {
      signal_all(descendants(::getpid()), SIGKILL);
      pid_t const reaped = ::waitpid(-1, nullptr, 0);
      if (reaped < 0 && errno == ECHILD) return;
    }
  }

  JobDirectory directory_;
  ShimOrder order_;
  std::optional<MemoryGroup> group_;
  ShimEnded ended_;
  std::optional<steady_clock::time_point> kill_at_;
};

}  // namespace

int shim_main(std::span<std::string const> arguments) {
  if (arguments.size() != 1) {
    fmt::print(stderr, "usage: lepton worker job-shim DIRECTORY\n");
    return 2;
  }
  try {
    JobDirectory const directory(arguments[0]);
    if (!directory.enter()) return 0;
    Shim(directory).run();
    return 0;
  } catch (std::exception const& error) {
    fmt::print(stderr, "job-shim: {}\n", error.what());
    return 1;
  }
}

}  // namespace lepton::jobs
