#pragma once

#include <string>

#include "cli/command.h"

namespace lepton::cli {

/// Waits, with a progress bar, until the operation is over, and shows it. Failed when it failed, pending when
/// --timeout passed first.
[[nodiscard]] ExitCode finish(Invocation& in, std::string const& operation);

}  // namespace lepton::cli
