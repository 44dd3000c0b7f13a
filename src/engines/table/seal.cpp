#include "table/seal.h"

#include <fcntl.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "base/error.h"
#include "base/file.h"

namespace lepton::table {
namespace {

constexpr std::uint64_t kRead = LANDLOCK_ACCESS_FS_READ_FILE;
constexpr std::uint64_t kTruncate = 1ULL << 14;     // LANDLOCK_ACCESS_FS_TRUNCATE, ABI 3
constexpr std::uint64_t kIoctlDevice = 1ULL << 15;  // LANDLOCK_ACCESS_FS_IOCTL_DEV, ABI 5

std::uint64_t all_rights(long abi) {
  std::uint64_t rights = (1ULL << 13) - 1;  // ABI 1
  if (abi >= 2) rights |= LANDLOCK_ACCESS_FS_REFER;
  if (abi >= 3) rights |= kTruncate;
  if (abi >= 5) rights |= kIoctlDevice;
  return rights;
}

void allow(int ruleset, std::filesystem::path const& path, std::uint64_t rights) {
  FileDescriptor const file(::open(path.c_str(), O_PATH | O_CLOEXEC));
  if (!file.open()) throw_errno("a query worker cannot open what it should read");
  landlock_path_beneath_attr rule{};
  rule.allowed_access = rights;
  rule.parent_fd = file.get();
  if (::syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) != 0)
    throw_errno("a query worker cannot be sealed");
}

bool restrict_files(std::vector<std::filesystem::path> const& readable, std::filesystem::path const& directory) {
  long const abi = ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
  if (abi < 1) return false;
  landlock_ruleset_attr attributes{};
  attributes.handled_access_fs = all_rights(abi);
  FileDescriptor const ruleset(
      static_cast<int>(::syscall(SYS_landlock_create_ruleset, &attributes, sizeof attributes.handled_access_fs, 0)));
  if (!ruleset.open()) throw_errno("a query worker cannot be sealed");
  for (auto const& file : readable) allow(ruleset.get(), file, kRead);
  std::uint64_t const own =
      (all_rights(abi) & ~(LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_BLOCK |
                           LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_SYM));
  allow(ruleset.get(), directory, own);
  if (::syscall(SYS_landlock_restrict_self, ruleset.get(), 0) != 0) throw_errno("a query worker cannot be sealed");
  return true;
}

/// What DuckDB, the C++ runtime and the allocator need to compute, read and spill. Everything else answers EPERM.
constexpr char const* kAllowed[] = {
    "read",
    "write",
    "pread64",
    "pwrite64",
    "readv",
    "writev",
    "preadv",
    "pwritev",
    "lseek",
    "close",
    "fstat",
    "stat",
    "lstat",
    "newfstatat",
    "statx",
    "statfs",
    "fstatfs",
    "access",
    "faccessat",
    "faccessat2",
    "open",
    "openat",
    "readlink",
    "readlinkat",
    "fsync",
    "fdatasync",
    "ftruncate",
    "fallocate",
    "fadvise64",
    "flock",
    "getdents64",
    "mkdir",
    "mkdirat",
    "rmdir",
    "unlink",
    "unlinkat",
    "rename",
    "renameat",
    "renameat2",
    "getcwd",
    "dup",
    "mmap",
    "munmap",
    "mremap",
    "mprotect",
    "madvise",
    "brk",
    "mincore",
    "membarrier",
    "futex",
    "set_robust_list",
    "rseq",
    "set_tid_address",
    "sched_yield",
    "sched_getaffinity",
    "sched_setaffinity",
    "sched_getparam",
    "sched_getscheduler",
    "getcpu",
    "gettid",
    "getpid",
    "getuid",
    "geteuid",
    "getgid",
    "getegid",
    "getrandom",
    "rt_sigaction",
    "rt_sigprocmask",
    "rt_sigreturn",
    "sigaltstack",
    "clock_gettime",
    "clock_getres",
    "clock_nanosleep",
    "nanosleep",
    "gettimeofday",
    "time",
    "getrusage",
    "sysinfo",
    "uname",
    "poll",
    "ppoll",
    "restart_syscall",
    "exit",
    "exit_group",
};

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
/// A sanitizer asks through a pipe whether memory may be read, and takes a refusal for a broken object.
constexpr char const* kAllowedToSanitizers[] = {"pipe", "pipe2"};
#else
constexpr std::array<char const*, 0> kAllowedToSanitizers{};
#endif

constexpr std::uint32_t kBinaryTree = 2;  // SCMP_FLTATR_CTL_OPTIMIZE: few comparisons for any call

bool allow_call(scmp_filter_ctx filter, char const* name) {
  int const number = seccomp_syscall_resolve_name(name);
  return number == __NR_SCMP_ERROR || number < 0 || seccomp_rule_add(filter, SCMP_ACT_ALLOW, number, 0) == 0;
}

bool add_rules(scmp_filter_ctx filter) {
  bool good = seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, kBinaryTree) == 0;
  for (char const* name : kAllowed) good = allow_call(filter, name) && good;
  for (char const* name : kAllowedToSanitizers) good = allow_call(filter, name) && good;
  auto const own = static_cast<scmp_datum_t>(::getpid());
  // Threads, not processes; signals to itself alone; a thread's name, not privileges. glibc falls back to clone() when
  // clone3(), whose flags a filter cannot see, is absent.
  good = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1,
                          SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD)) == 0 &&
         good;
  good = seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0) == 0 && good;
  good = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1, SCMP_A0(SCMP_CMP_EQ, own)) == 0 && good;
  good = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(prctl), 1, SCMP_A0(SCMP_CMP_EQ, PR_SET_NAME)) == 0 && good;
  good = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(prctl), 1, SCMP_A0(SCMP_CMP_EQ, PR_SET_VMA)) == 0 && good;
  for (int const command : {F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_GETLK, F_SETLK, F_SETLKW, F_DUPFD_CLOEXEC})
    good = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(fcntl), 1,
                            SCMP_A1(SCMP_CMP_EQ, static_cast<scmp_datum_t>(command))) == 0 &&
           good;
  good = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), 1, SCMP_A2(SCMP_CMP_EQ, 0)) == 0 && good;
  return good;
}

/// Empty when it cannot be made.
std::vector<sock_filter> program_of_calls() {
  scmp_filter_ctx const filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
  if (filter == nullptr) return {};
  std::vector<sock_filter> program;
  FileDescriptor const file(::memfd_create("filter", MFD_CLOEXEC));
  if (file.open() && add_rules(filter) && seccomp_export_bpf(filter, file.get()) == 0) {
    auto const bytes = static_cast<std::size_t>(::lseek(file.get(), 0, SEEK_END));
    program.resize(bytes / sizeof(sock_filter));
    if (::pread(file.get(), program.data(), bytes, 0) != static_cast<ssize_t>(bytes)) program.clear();
  }
  seccomp_release(filter);
  return program;
}

bool restrict_calls(std::vector<sock_filter>& program) {
  sock_fprog const filter{static_cast<unsigned short>(program.size()), program.data()};
  return !program.empty() && ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0;
}

}  // namespace

Seal::Seal() : calls_(program_of_calls()) {}

Isolation Seal::close(std::vector<std::filesystem::path> const& readable, std::filesystem::path const& directory) {
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return "none";
  bool const files = restrict_files(readable, directory);
  bool const calls = restrict_calls(calls_);
  if (files && calls) return "landlock+seccomp";
  return files ? "landlock" : calls ? "seccomp" : "none";
}

}  // namespace lepton::table
