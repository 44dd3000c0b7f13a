#include "jobs/job_directory.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/error.h"

namespace lepton::jobs {
namespace {

namespace fs = std::filesystem;

constexpr char const* kOrder = "order.json";
constexpr char const* kEnvironment = "environment.json";
constexpr char const* kStarted = "started.json";
constexpr char const* kEnded = "exit.json";
constexpr char const* kAbandoned = "abandoned";

FileDescriptor open_lock(fs::path const& path) {
  FileDescriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!file.open()) throw_errno(fmt::format("cannot open {}", path.string()));
  return file;
}

struct flock whole_file() {
  struct flock region {};
  region.l_type = F_WRLCK;
  region.l_whence = SEEK_SET;
  return region;
}

pid_t holder_of(FileDescriptor const& file) {
  struct flock region = whole_file();
  if (::fcntl(file.get(), F_GETLK, &region) != 0) throw_errno("cannot ask for a lock's holder");
  return region.l_type == F_UNLCK ? 0 : region.l_pid;
}

std::optional<LockHolder> find_holder(fs::path const& path) {
  FileDescriptor const file(::open(path.c_str(), O_RDWR | O_CLOEXEC));
  if (!file.open()) return std::nullopt;
  while (pid_t const pid = holder_of(file)) {
    FileDescriptor pidfd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
    // Still the holder: so the descriptor is the holder's, not of a later process with the same number.
    if (pidfd.open() && holder_of(file) == pid) return LockHolder{pid, std::move(pidfd)};
  }
  return std::nullopt;
}

// Files of the process inside are foreign: too large, half written or wrong ones count as absent.
template <class T>
std::optional<T> read_foreign(fs::path const& path) {
  std::error_code error;
  if (!fs::is_regular_file(fs::symlink_status(path, error)) || fs::file_size(path, error) > 65'536) return std::nullopt;
  try {
    return from_json<T>(json::parse(read_file(path)));
  } catch (Error const&) {
    return std::nullopt;
  }
}

template <class T>
std::optional<T> read_own(fs::path const& path) {
  if (!fs::exists(path)) return std::nullopt;
  return from_json<T>(json::parse(read_file(path)));
}

}  // namespace

void JobDirectory::create() const {
  fs::remove_all(path_);
  for (auto const& directory : {path_, inputs(), outputs(), path_ / "tmp"})
    if (::mkdir(directory.c_str(), 0700) != 0) throw_errno(fmt::format("cannot create {}", directory.string()));
  sync_directory(path_.parent_path());
}

void JobDirectory::write_order(ShimOrder const& order, std::map<std::string, std::string> const& environment) const {
  write_file_atomically(path_ / kEnvironment, json::write(to_json(environment)));
  write_file_atomically(path_ / kOrder, json::write_pretty(to_json(order)));
}

void JobDirectory::discard_data() const {
  std::error_code ignored;
  for (auto const* const name : {"inputs", "outputs", "tmp", "outputs.part"}) fs::remove_all(path_ / name, ignored);
  fs::remove(path_ / kEnvironment, ignored);
}

std::optional<ShimStarted> JobDirectory::started() const {
  return read_own<ShimStarted>(path_ / kStarted);
}

std::optional<ShimEnded> JobDirectory::ended() const {
  return read_own<ShimEnded>(path_ / kEnded);
}

std::optional<JobProgress> JobDirectory::progress() const {
  auto progress = read_foreign<JobProgress>(path_ / "progress.json");
  if (progress) progress->fraction = std::clamp(progress->fraction, 0.0, 1.0);
  return progress;
}

std::optional<JobError> JobDirectory::own_error() const {
  return read_foreign<JobError>(path_ / "error.json");
}

JobDirectory::Inspection JobDirectory::inspect() const {
  // Gone altogether: an administrator's doing, or a directory restored without it.
  if (!fs::exists(path_)) return {Found::never_started, {}};
  for (;;) {
    if (auto holder = find_holder(lock())) return {Found::alive, std::move(*holder)};
    FileDescriptor const file = open_lock(lock());
    struct flock region = whole_file();
    if (::fcntl(file.get(), F_SETLK, &region) != 0) continue;  // a shim came between
    // While we hold the lock no shim begins.
    if (fs::exists(path_ / kEnded)) return {Found::ended, {}};
    if (fs::exists(path_ / kStarted)) return {Found::died, {}};
    write_file_atomically(path_ / kAbandoned, "");
    return {Found::never_started, {}};
  }
}

bool JobDirectory::enter() const {
  FileDescriptor file = open_lock(lock());
  struct flock region = whole_file();
  while (::fcntl(file.get(), F_SETLKW, &region) != 0)
    if (errno != EINTR) throw_errno(fmt::format("cannot lock {}", lock().string()));
  std::ignore = file.release();  // held until this process ends
  return !fs::exists(path_ / kAbandoned) && !fs::exists(path_ / kStarted) && !fs::exists(path_ / kEnded);
}

ShimOrder JobDirectory::read_order() const {
  return from_json<ShimOrder>(json::parse(read_file(path_ / kOrder)));
}

std::map<std::string, std::string> JobDirectory::take_environment() const {
  auto environment = from_json<std::map<std::string, std::string>>(json::parse(read_file(path_ / kEnvironment)));
  fs::remove(path_ / kEnvironment);
  return environment;
}

void JobDirectory::write_started(ShimStarted const& started) const {
  write_file_atomically(path_ / kStarted, json::write(to_json(started)));
}

void JobDirectory::write_ended(ShimEnded const& ended) const {
  write_file_atomically(path_ / kEnded, json::write(to_json(ended)));
}

std::string last_line_of(fs::path const& log) {
  FileDescriptor const file(::open(log.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!file.open()) return "";
  char buffer[2048];
  off_t const size = ::lseek(file.get(), 0, SEEK_END);
  off_t const start = std::max<off_t>(0, size - static_cast<off_t>(sizeof buffer));
  ssize_t const count = ::pread(file.get(), buffer, sizeof buffer, start);
  std::string_view tail(buffer, count > 0 ? static_cast<std::size_t>(count) : 0);
  while (tail.ends_with('\n') || tail.ends_with(' ')) tail.remove_suffix(1);
  auto const newline = tail.rfind('\n');
  if (newline != std::string_view::npos) tail.remove_prefix(newline + 1);
  return is_utf8(tail) ? std::string(tail.substr(0, 500)) : "";
}

}  // namespace lepton::jobs
