#include "base/subprocess.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <csignal>
#include <cstring>
#include <deque>
#include <functional>
#include <future>
#include <mutex>
#include <thread>
#include <utility>

#include "base/check.h"
#include "base/error.h"

namespace lepton {
namespace {

enum class Step { none, session, parent_death, confinement, limits, descriptors, directory, program };

// Everything the child needs, made ready before it exists: between vfork and exec it may only make system calls.
struct Launch {
  std::vector<char const*> arguments;
  std::vector<std::string> variables;
  std::vector<char const*> environment;
  std::string directory;
  std::vector<std::pair<int, int>> descriptors;  ///< in the child ← here, sorted by the first
  std::vector<int> staged;                       ///< room for copies out of the way of the targets
  std::vector<std::pair<__rlimit_resource_t, rlim_t>> limits;
  bool new_session = false;
  bool die_with_parent = false;
  pid_t parent = 0;
  FileDescriptor ruleset;
  FileDescriptor report;  ///< where to write a Failure
  int kept_report = -1;   ///< the same, out of the way of the targets
};

// What the child says before it gives up. Through a pipe that running the program closes, since a sanitizer may turn
// vfork into fork: then the child shares no memory with us, and we do not wait for it.
struct Failure {
  Step step = Step::none;
  int error = 0;
};

void collect_limits(ProcessOptions const& options, Launch& launch) {
  if (options.max_memory_bytes && can_limit_memory) launch.limits.emplace_back(RLIMIT_AS, *options.max_memory_bytes);
  if (options.max_cpu_time) launch.limits.emplace_back(RLIMIT_CPU, static_cast<rlim_t>(options.max_cpu_time->count()));
  if (options.max_file_bytes) launch.limits.emplace_back(RLIMIT_FSIZE, *options.max_file_bytes);
  if (options.max_open_files) launch.limits.emplace_back(RLIMIT_NOFILE, *options.max_open_files);
  launch.limits.emplace_back(RLIMIT_CORE, 0);  // a dump would hold what the process was allowed to read
}

void collect_descriptors(ProcessOptions const& options, int null_fd, Launch& launch) {
  auto const or_null = [&](int fd) { return fd < 0 ? null_fd : fd; };
  launch.descriptors = {
      {0, or_null(options.stdin_fd)}, {1, or_null(options.stdout_fd)}, {2, or_null(options.stderr_fd)}};
  for (auto const& [target, source] : options.inherit) {
    check(target > 2 && source >= 0, "inherited descriptors are open and leave 0 to 2 alone");
    launch.descriptors.emplace_back(target, source);
  }
  launch.staged.resize(launch.descriptors.size());
}

// Moves the descriptors to their places; all others close when the program runs.
bool place_descriptors(Launch& launch) {
  int const above = launch.descriptors.back().first + 1;
  launch.kept_report = ::fcntl(launch.report.get(), F_DUPFD_CLOEXEC, above);
  if (launch.kept_report < 0) return false;
  for (std::size_t i = 0; i < launch.descriptors.size(); ++i) {
    launch.staged[i] = ::fcntl(launch.descriptors[i].second, F_DUPFD_CLOEXEC, above);
    if (launch.staged[i] < 0) return false;
  }
  unsigned next = 0;
  for (std::size_t i = 0; i < launch.descriptors.size(); ++i) {
    int const target = launch.descriptors[i].first;
    if (::dup2(launch.staged[i], target) < 0) return false;
    auto const place = static_cast<unsigned>(target);
    if (place > next) ::close_range(next, place - 1, CLOSE_RANGE_CLOEXEC);
    next = place + 1;
  }
  return ::close_range(next, ~0U, CLOSE_RANGE_CLOEXEC) == 0;
}

bool set_limits(Launch const& launch) {
  for (auto const& [resource, amount] : launch.limits) {
    rlimit const limit{amount, amount};
    if (::setrlimit(resource, &limit) != 0) return false;
  }
  return true;
}

void reset_signals() {
  struct sigaction standard {};
  standard.sa_handler = SIG_DFL;
  for (int number = 1; number < NSIG; ++number) ::sigaction(number, &standard, nullptr);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

// In the child; returns only when a step failed.
Step become_program(Launch& launch) {
  if (launch.new_session && ::setsid() < 0) return Step::session;
  if (launch.die_with_parent) {
    if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) return Step::parent_death;
    if (::getppid() != launch.parent) ::_exit(127);  // it ended before we could ask to be told
  }
  if (!launch.directory.empty() && ::chdir(launch.directory.c_str()) != 0) return Step::directory;
  if (launch.ruleset.open() && (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
                                ::syscall(SYS_landlock_restrict_self, launch.ruleset.get(), 0) != 0))
    return Step::confinement;
  if (!place_descriptors(launch)) return Step::descriptors;
  if (!set_limits(launch)) return Step::limits;
  reset_signals();
  ::execve(launch.arguments[0], const_cast<char* const*>(launch.arguments.data()),
           const_cast<char* const*>(launch.environment.data()));
  return Step::program;
}

// vfork: the calling thread stands still while the child uses its memory, so no page table is copied however large the
// server is, and other threads' locks do not matter. Signals are blocked so that no handler runs in the child.
[[gnu::noinline]] pid_t launch_child(Launch& launch) {
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
  pid_t const pid = ::vfork();
#pragma GCC diagnostic pop
  if (pid == 0) {
    Failure failure{become_program(launch), 0};
    failure.error = errno;
    int const report = launch.kept_report < 0 ? launch.report.get() : launch.kept_report;
    [[maybe_unused]] ssize_t const ignored = ::write(report, &failure, sizeof failure);
    ::_exit(127);
  }
  int const error = errno;
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  errno = error;
  return pid;
}

// The kernel sends the parent-death signal when the *thread* that started the child ends. So such children are started
// by one thread that lives as long as the process.
class LastingThread {
 public:
  LastingThread() {
    std::thread([this] { work(); }).detach();
  }
  void run(std::function<void()> task) {
    std::packaged_task<void()> job(std::move(task));
    auto done = job.get_future();
    {
      std::lock_guard const lock(mutex_);
      queue_.push_back(std::move(job));
    }
    wake_.notify_one();
    done.get();
  }

 private:
  [[noreturn]] void work() {
    for (;;) {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return !queue_.empty(); });
      auto job = std::move(queue_.front());
      queue_.pop_front();
      lock.unlock();
      job();
    }
  }
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::packaged_task<void()>> queue_;
};

// Never destroyed: its thread must outlast every other object of the process.
LastingThread& lasting_thread() {
  static auto* const thread = new LastingThread;
  return *thread;
}

std::string_view describe(Step step) {
  switch (step) {
    case Step::none:
      return "starting";
    case Step::session:
      return "beginning a session";
    case Step::parent_death:
      return "asking for the parent's end";
    case Step::confinement:
      return "confining it";
    case Step::limits:
      return "setting limits";
    case Step::descriptors:
      return "passing descriptors";
    case Step::directory:
      return "entering its directory";
    case Step::program:
      return "running the program";
  }
  return "starting";
}

// False when the pipe closed without a word: the program runs.
bool read_failure(int reports, Failure& failure) {
  ssize_t count = -1;
  do count = ::read(reports, &failure, sizeof failure);
  while (count < 0 && errno == EINTR);
  return count == static_cast<ssize_t>(sizeof failure);
}

int remaining_ms(std::chrono::steady_clock::time_point until) {
  auto const left = std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now()).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, 3'600'000));
}

}  // namespace

ExitStatus ExitStatus::of_wait(int raw) {
  if (WIFSIGNALED(raw)) return {128 + WTERMSIG(raw), WTERMSIG(raw)};
  return {WEXITSTATUS(raw), 0};
}

std::string ExitStatus::describe() const {
  if (signal == 0) return fmt::format("exit code {}", code);
  char const* const name = ::sigabbrev_np(signal);
  std::string const killed =
      name != nullptr ? fmt::format("killed by SIG{}", name) : fmt::format("killed by signal {}", signal);
  switch (signal) {
    case SIGKILL:
      return killed + " (out of memory or by an administrator)";
    case SIGXCPU:
      return killed + " (out of processor time)";
    case SIGXFSZ:
      return killed + " (wrote too large a file)";
    default:
      return killed;
  }
}

Subprocess Subprocess::start(ProcessOptions const& options) {
  check(!options.arguments.empty(), "a process has a program");
  FileDescriptor const null_fd(::open("/dev/null", O_RDWR | O_CLOEXEC));
  if (!null_fd.open()) throw_errno("cannot open /dev/null");

  Launch launch;
  for (auto const& argument : options.arguments) launch.arguments.push_back(argument.c_str());
  launch.arguments.push_back(nullptr);
  for (auto const& [name, value] : options.environment) launch.variables.push_back(name + "=" + value);
  for (auto const& variable : launch.variables) launch.environment.push_back(variable.c_str());
  launch.environment.push_back(nullptr);
  launch.directory = options.working_directory.string();
  launch.new_session = options.new_session;
  launch.die_with_parent = options.die_with_parent;
  launch.parent = ::getpid();
  collect_descriptors(options, null_fd.get(), launch);
  collect_limits(options, launch);
  if (options.confinement) launch.ruleset = make_landlock_ruleset(*options.confinement);

  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) throw_errno("cannot start a process");
  FileDescriptor const reports(ends[0]);
  launch.report = FileDescriptor(ends[1]);
  pid_t pid = -1;
  int error = 0;
  auto const launch_now = [&] {
    pid = launch_child(launch);
    error = errno;
  };
  if (options.die_with_parent)
    lasting_thread().run(launch_now);
  else
    launch_now();
  launch.report.reset();
  Failure failure{Step::none, error};
  if (pid > 0 && read_failure(reports.get(), failure)) {
    while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
    }
    pid = -1;
  }
  if (pid < 0)
    throw unavailable(fmt::format("cannot start {} (while {}): {}", options.arguments[0], describe(failure.step),
                                  std::strerror(failure.error)));

  Subprocess process;
  process.pid_ = pid;
  process.pidfd_ = FileDescriptor(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  if (!process.pidfd_.open()) throw_errno(fmt::format("cannot watch {}", options.arguments[0]));
  return process;
}

Subprocess::Subprocess(Subprocess&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)), pidfd_(std::move(other.pidfd_)), status_(other.status_) {}

Subprocess& Subprocess::operator=(Subprocess&& other) noexcept {
  if (this != &other) {
    kill_and_wait();
    pid_ = std::exchange(other.pid_, -1);
    pidfd_ = std::move(other.pidfd_);
    status_ = other.status_;
  }
  return *this;
}

Subprocess::~Subprocess() {
  kill_and_wait();
}

void Subprocess::signal(int number) const {
  if (pid_ > 0 && !status_) ::syscall(SYS_pidfd_send_signal, pidfd_.get(), number, nullptr, 0);
}

std::optional<ExitStatus> Subprocess::wait(std::optional<std::chrono::milliseconds> timeout) {
  if (status_) return status_;
  check(pid_ > 0, "waiting for a process of our own");
  auto const until = std::chrono::steady_clock::now() + timeout.value_or(std::chrono::milliseconds(0));
  for (;;) {
    pollfd ended{pidfd_.get(), POLLIN, 0};
    int const ready = ::poll(&ended, 1, timeout ? remaining_ms(until) : -1);
    if (ready > 0) break;
    if (ready == 0 && std::chrono::steady_clock::now() >= until) return std::nullopt;
    if (ready < 0 && errno != EINTR) throw_errno("cannot wait for a process");
  }
  int raw = 0;
  pid_t reaped = -1;
  do reaped = ::waitpid(pid_, &raw, 0);
  while (reaped < 0 && errno == EINTR);
  check(reaped == pid_, "a child is reaped once, by its owner");
  status_ = ExitStatus::of_wait(raw);
  return status_;
}

void Subprocess::kill_and_wait() {
  if (pid_ <= 0 || status_) return;
  signal(SIGKILL);
  while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
  status_ = ExitStatus{128 + SIGKILL, SIGKILL};
}

void Subprocess::detach() {
  pid_ = -1;
  pidfd_.reset();
}

}  // namespace lepton
