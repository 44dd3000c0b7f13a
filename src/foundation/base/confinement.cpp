#include "base/confinement.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/landlock.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <set>
#include <sstream>

#include "base/error.h"

namespace lepton {
namespace {

// The kernel takes the members it knows, by the size we give; the header of Debian 12 knows only the first.
struct RulesetAttributes {
  std::uint64_t handled_access_fs;
  std::uint64_t handled_access_net;
  std::uint64_t scoped;
};

constexpr std::uint64_t kTruncate = 1ULL << 14;  // LANDLOCK_ACCESS_FS_TRUNCATE, version 3
constexpr std::uint64_t kScopeAbstractSockets = 1ULL << 0;
constexpr std::uint64_t kScopeSignals = 1ULL << 1;  // version 6

constexpr std::uint64_t kRead = LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
constexpr std::uint64_t kOnFiles =
    LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | kTruncate;

long landlock_version() {
  return ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
}

std::uint64_t all_rights(long version) {
  std::uint64_t rights = (1ULL << 13) - 1;  // version 1: LANDLOCK_ACCESS_FS_EXECUTE up to MAKE_SYM
  if (version >= 2) rights |= 1ULL << 13;   // LANDLOCK_ACCESS_FS_REFER
  if (version >= 3) rights |= kTruncate;
  return rights;
}

void allow(int ruleset, std::filesystem::path const& path, std::uint64_t rights) {
  FileDescriptor const place(::open(path.c_str(), O_PATH | O_CLOEXEC));
  if (!place.open()) return;
  struct stat status {};
  if (::fstat(place.get(), &status) != 0) return;
  landlock_path_beneath_attr rule{};
  rule.allowed_access = S_ISDIR(status.st_mode) ? rights : rights & kOnFiles;
  rule.parent_fd = place.get();
  if (::syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) != 0)
    throw_errno(fmt::format("cannot allow {}", path.string()));
}

}  // namespace

bool can_confine() {
  return landlock_version() >= 1;
}

FileDescriptor make_landlock_ruleset(Confinement const& confinement) {
  long const version = landlock_version();
  RulesetAttributes attributes{all_rights(version), 0, version >= 6 ? kScopeAbstractSockets | kScopeSignals : 0};
  std::size_t const size = version >= 6 ? sizeof attributes : sizeof attributes.handled_access_fs;
  FileDescriptor ruleset(static_cast<int>(::syscall(SYS_landlock_create_ruleset, &attributes, size, 0)));
  if (!ruleset.open()) throw_errno("cannot confine a process (Landlock)");
  for (auto const& path : confinement.readable) allow(ruleset.get(), path, kRead);
  for (auto const& path : confinement.writable) allow(ruleset.get(), path, attributes.handled_access_fs);
  return ruleset;
}

std::vector<std::filesystem::path> directories_of_this_program() {
  std::set<std::filesystem::path> directories;
  std::istringstream maps(read_file("/proc/self/maps"));
  for (std::string line; std::getline(maps, line);) {
    auto const slash = line.find('/');  // proc(5): the path is the last field, absent for anonymous memory
    if (slash == std::string::npos || line.ends_with("(deleted)")) continue;
    directories.insert(std::filesystem::path(line.substr(slash)).parent_path());
  }
  return {directories.begin(), directories.end()};
}

}  // namespace lepton
