#pragma once

#include <string>
#include <vector>

namespace lepton::worker {

/// `lepton worker <kind> …`: what runs in the children that the server starts. Returns the child's exit code.
[[nodiscard]] int run(std::vector<std::string> const& arguments);

}  // namespace lepton::worker
