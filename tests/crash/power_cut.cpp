#include "power_cut.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <mutex>

#include "base/error.h"
#include "base/file.h"

namespace lepton::crash {
namespace {

std::mutex mutex;
std::filesystem::path kept_in;

/// A number of a file that no other one gets, unlike that of its inode.
std::string name_of(int directory, char const* path, int flags) {
  struct statx file {};
  if (::statx(directory, path, flags, STATX_INO | STATX_BTIME, &file) != 0) throw_errno(path);
  return fmt::format("{}-{}-{}", file.stx_ino, file.stx_btime.tv_sec, file.stx_btime.tv_nsec);
}

void keep(int file) {
  struct stat status {};
  std::lock_guard const lock(mutex);
  if (kept_in.empty() || ::fstat(file, &status) != 0 || !S_ISREG(status.st_mode)) return;
  // By its own descriptor it may be for writing alone.
  auto const bytes = read_file(fmt::format("/proc/self/fd/{}", file));
  auto const place = kept_in / name_of(file, "", AT_EMPTY_PATH);
  auto const fresh = place.string() + ".new";
  FileDescriptor const copy(::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  write_all(copy.get(), bytes, fresh);
  std::filesystem::rename(fresh, place);
}

}  // namespace

void watch_syncs(std::filesystem::path const& kept) {
  std::lock_guard const lock(mutex);
  kept_in = kept;
}

void cut_power(std::filesystem::path const& directory, std::filesystem::path const& kept) {
  for (auto const& entry : std::filesystem::recursive_directory_iterator(directory)) {
    if (!entry.is_regular_file()) continue;
    auto const copy = kept / name_of(AT_FDCWD, entry.path().c_str(), 0);
    // Into the same file, whose number stays: the next round may be killed before it syncs.
    std::string const bytes = std::filesystem::exists(copy) ? read_file(copy) : std::string();
    FileDescriptor const file(::open(entry.path().c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC));
    write_all(file.get(), bytes, entry.path().string());
  }
}

}  // namespace lepton::crash

// In place of the C library's, also for the libraries that the test is linked with.
extern "C" int fdatasync(int file) {
  lepton::crash::keep(file);
  return static_cast<int>(::syscall(SYS_fdatasync, file));
}

extern "C" int fsync(int file) {
  lepton::crash::keep(file);
  return static_cast<int>(::syscall(SYS_fsync, file));
}
