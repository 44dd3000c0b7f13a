#include <csignal>
#include <string>
#include <vector>

#include "cli/parser.h"
#include "server/serve.h"
#include "worker/worker.h"

int main(int argc, char** argv) {
  std::vector<std::string> const arguments(argv + 1, argv + argc);
  std::signal(SIGPIPE, SIG_IGN);
  if (!arguments.empty() && arguments[0] == "serve")
    return lepton::server::serve({arguments.begin() + 1, arguments.end()});
  if (!arguments.empty() && arguments[0] == "worker")
    return lepton::worker::run({arguments.begin() + 1, arguments.end()});
  return lepton::cli::run(arguments);
}
