#include "script.h"

#include <fcntl.h>

#include <cstdlib>

#include "base/file.h"
#include "base/subprocess.h"

namespace lepton::interop {

Said run_script(std::filesystem::path const& folder, std::string const& script,
                std::map<std::string, std::string> environment) {
  auto const output = folder / "said.txt";
  FileDescriptor const file(::open(output.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!file.open()) throw_errno(output.string());
  char const* const path = std::getenv("PATH");
  environment["PATH"] = std::filesystem::path(LEPTON_PROGRAM).parent_path().string() + ":" LEPTON_CLIENTS ":" +
                        (path != nullptr ? path : "/usr/bin:/bin");
  environment["HOME"] = folder.string();
  environment["XDG_CONFIG_HOME"] = (folder / "config").string();
  environment.emplace("LC_ALL", "C.UTF-8");
  auto process = Subprocess::start({.arguments = {"/bin/bash", "-c", script},
                                    .environment = std::move(environment),
                                    .working_directory = folder,
                                    .stdout_fd = file.get(),
                                    .stderr_fd = file.get()});
  auto const status = process.wait();
  return {status->code, read_file(output)};
}

bool available(std::string const& command) {
  TemporaryDirectory const folder;
  return run_script(folder.path(), command).code == 0;
}

}  // namespace lepton::interop
