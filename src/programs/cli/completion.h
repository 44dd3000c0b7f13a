#pragma once

#include <string>
#include <vector>

#include "cli/command.h"

namespace lepton::cli {

/// The script that teaches a shell to ask `lepton __complete`; throws Error{invalid} for another shell than bash, zsh
/// and fish.
[[nodiscard]] std::string completion_script(std::string const& shell);

/// Prints what may follow `words` (the last one is being typed), one per line. Addresses come from the server, which
/// tells only what the caller may discover; without a server there are none.
[[nodiscard]] int complete(std::vector<Command> const& commands, std::vector<std::string> const& words,
                           Connection const& connection);

}  // namespace lepton::cli
