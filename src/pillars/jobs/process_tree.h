#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace lepton::jobs {

/// The processes below `root` (not `root` itself), as /proc shows them now. Complete when `root` is a subreaper, as
/// nobody leaves it then.
[[nodiscard]] std::vector<pid_t> descendants(pid_t root);

/// Memory that the processes hold alone or share, as resident pages: shared ones count once per process.
[[nodiscard]] std::uint64_t resident_bytes(std::vector<pid_t> const& processes);

/// Processes of ours whose environment has NAME=VALUE: how the orphans of a supervisor that was killed are found.
[[nodiscard]] std::vector<pid_t> processes_with(std::string const& variable);

}  // namespace lepton::jobs
