#pragma once

#include <string>
#include <vector>

#include "cli/command.h"

namespace lepton::cli {

/// Parses and runs one command line (without the program's name); prints its answer or what went wrong and returns the
/// exit code.
[[nodiscard]] int run(std::vector<std::string> const& arguments);

}  // namespace lepton::cli
