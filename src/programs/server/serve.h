#pragma once

#include <string>
#include <vector>

namespace lepton::server {

/// `lepton serve`: runs until SIGTERM or SIGINT. Returns the exit code.
[[nodiscard]] int serve(std::vector<std::string> const& arguments);

}  // namespace lepton::server
