#include "server/serve.h"

#include <fmt/format.h>
#include <pthread.h>
#include <signal.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/file.h"
#include "server/options.h"
#include "server/platform.h"

namespace lepton::server {
namespace {

// Blocked before any thread starts, so that every thread inherits it and only wait_for_signal() sees them.
sigset_t block_stop_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

/// The address that a client on this machine reaches a server by.
std::string login_url(Platform& platform, Options const& options) {
  if (options.address != "0.0.0.0" && options.address != "::") return platform.http().url();
  return fmt::format("{}://localhost:{}", options.tls_certificate.empty() ? "http" : "https", platform.http().port());
}

int run(Options const& options, sigset_t const& signals) {
  Platform platform(options);
  if (auto const token = platform.admin_token())
    fmt::print(
        "Nobody administers this server yet. Within 24 hours:\n\n  lepton login --url {} --admin-token {} --user "
        "NAME\n\n",
        login_url(platform, options), *token);
  fmt::print("Lepton listens on {}\n", platform.http().url());
  std::fflush(stdout);
  if (!options.port_file.empty())
    write_file_atomically(std::filesystem::absolute(options.port_file), std::to_string(platform.http().port()) + "\n");
  platform.log().info("server started", {{"url", platform.http().url()}, {"data", options.data.string()}});

  int number = 0;
  sigwait(&signals, &number);
  platform.log().info("stopping", {{"signal", number == SIGTERM ? "SIGTERM" : "SIGINT"}});
  if (!platform.drain()) platform.log().warn("requests still ran and were cut");
  return 0;
}

}  // namespace

int serve(std::vector<std::string> const& arguments) {
  auto const signals = block_stop_signals();
  ::umask(077);  // what a server writes, uploads and scratch files too, is for nobody else's eyes
  try {
    auto const options = read_options(arguments);
    return options ? run(*options, signals) : 0;
  } catch (Error const& e) {
    if (e.reason() == "usage") return 2;
    std::string const sentence = e.what();
    fmt::print(stderr, "error: {}\n", sentence);
    for (auto const& [pointer, text] : e.details())
      if (sentence.find(text) == std::string::npos) fmt::print(stderr, "  {}: {}\n", pointer, text);
    return 1;
  }
}

}  // namespace lepton::server
