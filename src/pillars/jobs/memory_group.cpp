#include "jobs/memory_group.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <charconv>
#include <sstream>

#include "base/error.h"
#include "base/file.h"

namespace lepton::jobs {
namespace {

namespace fs = std::filesystem;

bool write_setting(fs::path const& file, std::string const& value) {
  FileDescriptor const handle(::open(file.c_str(), O_WRONLY | O_CLOEXEC));
  return handle.open() && ::write(handle.get(), value.data(), value.size()) == static_cast<ssize_t>(value.size());
}

std::string read_setting(fs::path const& file) {
  try {
    return read_file(file);
  } catch (Error const&) {
    return "";
  }
}

// "oom_kill 3" in a file of such lines.
std::uint64_t count_of(std::string const& text, std::string_view name) {
  std::istringstream lines(text);
  std::string key;
  std::uint64_t value = 0;
  while (lines >> key >> value)
    if (key == name) return value;
  return 0;
}

struct Place {
  fs::path group;
  bool v2;
};

// Where this process is, by /proc/self/cgroup: "0::/path" (v2) or "9:memory:/path" (v1).
std::optional<Place> own_place() {
  std::istringstream lines(read_setting("/proc/self/cgroup"));
  std::optional<Place> place;
  for (std::string line; std::getline(lines, line);) {
    auto const first = line.find(':');
    auto const second = line.find(':', first + 1);
    if (second == std::string::npos) continue;
    std::string const controllers = line.substr(first + 1, second - first - 1);
    std::string const path = line.substr(second + 1);
    if (controllers == "memory") return Place{fs::path("/sys/fs/cgroup/memory" + path), false};
    if (controllers.empty()) place = Place{fs::path("/sys/fs/cgroup" + path), true};
  }
  return place;
}

}  // namespace

std::optional<MemoryGroup> MemoryGroup::create(std::string const& name, std::uint64_t limit_bytes) {
  auto const place = own_place();
  if (!place) return std::nullopt;
  fs::path const path = place->group / ("lepton-" + name);
  if (::mkdir(path.c_str(), 0755) != 0) return std::nullopt;
  MemoryGroup group(place->group, path, place->v2);
  std::string const limit = fmt::format("{}", limit_bytes);
  if (!write_setting(path / (place->v2 ? "memory.max" : "memory.limit_in_bytes"), limit)) return std::nullopt;
  // Swap is memory too; kernels without it have no such file.
  write_setting(path / (place->v2 ? "memory.swap.max" : "memory.memsw.limit_in_bytes"), place->v2 ? "0" : limit);
  if (place->v2) write_setting(path / "memory.oom.group", "1");
  return group;
}

MemoryGroup::MemoryGroup(MemoryGroup&& other) noexcept
    : parent_(std::move(other.parent_)), path_(std::exchange(other.path_, {})), v2_(other.v2_) {}

MemoryGroup::~MemoryGroup() {
  if (!path_.empty()) ::rmdir(path_.c_str());
}

bool MemoryGroup::enter() const {
  return write_setting(path_ / "cgroup.procs", fmt::format("{}", ::getpid()));
}

void MemoryGroup::leave() const {
  write_setting(parent_ / "cgroup.procs", fmt::format("{}", ::getpid()));
}

bool MemoryGroup::killed_something() const {
  return count_of(read_setting(path_ / (v2_ ? "memory.events" : "memory.oom_control")), "oom_kill") > 0;
}

std::uint64_t MemoryGroup::peak_bytes() const {
  std::string const text = read_setting(path_ / (v2_ ? "memory.peak" : "memory.max_usage_in_bytes"));
  std::uint64_t bytes = 0;
  std::from_chars(text.data(), text.data() + text.size(), bytes);
  return bytes;
}

}  // namespace lepton::jobs
