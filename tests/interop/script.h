#pragma once

#include <filesystem>
#include <map>
#include <string>

namespace lepton::interop {

/// What a script said on both streams, and how it ended.
struct Said {
  int code = 0;
  std::string text;
};

/// Runs a bash script in a folder; `lepton` and the installed clients are in its PATH, profiles are kept in the folder,
/// and `environment` is added. Blocks until it ends.
[[nodiscard]] Said run_script(std::filesystem::path const& folder, std::string const& script,
                              std::map<std::string, std::string> environment = {});

/// Whether the command answers at all, for skipping what needs a program that is not installed.
[[nodiscard]] bool available(std::string const& command);

}  // namespace lepton::interop
