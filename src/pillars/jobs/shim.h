#pragma once

#include <span>
#include <string>

namespace lepton::jobs {

/// `lepton worker job-shim <directory>`: supervises the one process of one attempt of a job, in a session of its own,
/// so that it outlives the server. Holds the limits, kills the whole tree of processes when asked by SIGTERM or at a
/// limit, and writes exit.json as its last act. Returns its exit code, which nobody needs.
int shim_main(std::span<std::string const> arguments);

}  // namespace lepton::jobs
