#include "jobs/process_tree.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <charconv>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string_view>

#include "base/file.h"

namespace lepton::jobs {
namespace {

// Empty when the process is gone meanwhile.
std::string read_proc(pid_t pid, char const* name) {
  FileDescriptor const file(::open(fmt::format("/proc/{}/{}", pid, name).c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.open()) return "";
  std::string text;
  char buffer[4096];
  for (ssize_t count = 0; (count = ::read(file.get(), buffer, sizeof buffer)) > 0;)
    text.append(buffer, static_cast<std::size_t>(count));
  return text;
}

std::vector<pid_t> all_processes() {
  std::vector<pid_t> all;
  for (auto const& entry : std::filesystem::directory_iterator("/proc")) {
    std::string const name = entry.path().filename();
    pid_t pid = 0;
    auto const [end, error] = std::from_chars(name.data(), name.data() + name.size(), pid);
    if (error == std::errc() && end == name.data() + name.size()) all.push_back(pid);
  }
  return all;
}

// proc(5): the fourth field of /proc/[pid]/stat, after a name in parentheses that may hold anything.
pid_t parent_of(pid_t pid) {
  std::string const stat = read_proc(pid, "stat");
  auto const close = stat.rfind(')');
  if (close == std::string::npos || close + 4 >= stat.size()) return 0;
  pid_t parent = 0;
  std::from_chars(stat.data() + close + 4, stat.data() + stat.size(), parent);
  return parent;
}

}  // namespace

std::vector<pid_t> descendants(pid_t root) {
  std::multimap<pid_t, pid_t> children;
  for (pid_t const pid : all_processes()) children.emplace(parent_of(pid), pid);
  std::vector<pid_t> found;
  std::vector<pid_t> open{root};
  std::set<pid_t> seen{root};
  while (!open.empty()) {
    pid_t const parent = open.back();
    open.pop_back();
    auto const [begin, end] = children.equal_range(parent);
    for (auto child = begin; child != end; ++child) {
      if (!seen.insert(child->second).second) continue;
      found.push_back(child->second);
      open.push_back(child->second);
    }
  }
  return found;
}

std::uint64_t resident_bytes(std::vector<pid_t> const& processes) {
  auto const page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  std::uint64_t total = 0;
  for (pid_t const pid : processes) {
    std::string const statm = read_proc(pid, "statm");  // proc(5): size, resident, …
    auto const space = statm.find(' ');
    if (space == std::string::npos) continue;
    std::uint64_t pages = 0;
    std::from_chars(statm.data() + space + 1, statm.data() + statm.size(), pages);
    total += pages * page;
  }
  return total;
}

std::vector<pid_t> processes_with(std::string const& variable) {
  std::string const wanted = '\0' + variable + '\0';
  std::vector<pid_t> found;
  for (pid_t const pid : all_processes())
    if (('\0' + read_proc(pid, "environ")).find(wanted) != std::string::npos) found.push_back(pid);
  return found;
}

}  // namespace lepton::jobs
