#pragma once

#include <set>
#include <string>
#include <vector>

#include "cli/command.h"

namespace lepton::cli {

/// The script that teaches a shell to ask `lepton __complete`; throws Error{invalid} for another shell than bash, zsh
/// and fish.
[[nodiscard]] std::string completion_script(std::string const& shell);

/// What may stand in the place of the last of `words`, which is being typed. Addresses come from the server, which
/// tells only what the caller may discover; without a server there are none.
[[nodiscard]] std::set<std::string> completions(std::vector<Command> const& commands,
                                                std::vector<std::string> const& words, Connection const& connection);
/// Prints them, one per line.
[[nodiscard]] int complete(std::vector<Command> const& commands, std::vector<std::string> const& words,
                           Connection const& connection);

}  // namespace lepton::cli
