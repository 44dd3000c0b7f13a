#include "server/options.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <charconv>

#include "base/error.h"
#include "base/fields.h"
#include "base/file.h"
#include "base/yaml.h"

namespace lepton::server {
namespace {

// The file of --config; names are those of the flags.
struct File {
  std::optional<std::string> data, listen, database, tls_cert, tls_key, log_level, port_file;
  std::optional<bool> insecure, allow_commands;
  std::optional<std::vector<std::string>> allow_services;
  std::optional<int> threads;
  std::optional<Duration> drain, longest_request;
  static constexpr auto fields() {
    return std::tuple{
        optional("data", &File::data, "data directory"),
        optional("listen", &File::listen, "address:port"),
        optional("database", &File::database, "sqlite or postgresql://…"),
        optional("tls_cert", &File::tls_cert, "PEM file"),
        optional("tls_key", &File::tls_key, "PEM file"),
        optional("log_level", &File::log_level, "debug, info, warn or error"),
        optional("port_file", &File::port_file, "file that the port is written to"),
        optional("insecure", &File::insecure, "listen without TLS on other addresses than loopback"),
        optional("allow_commands", &File::allow_commands, "let recipes name programs to run"),
        optional("allow_services", &File::allow_services, "SPARQL services outside that may be asked"),
        optional("threads", &File::threads, "that run requests"),
        optional("drain", &File::drain, "patience with running requests when stopping, such as 20s"),
        optional("longest_request", &File::longest_request, "most time that a caller may ask for, such as 1h")};
  }
};

struct Flags {
  std::string config, data, listen, database, tls_cert, tls_key, log_level, port_file, drain, longest_request;
  bool insecure = false, allow_commands = false;
  std::vector<std::string> allow_services;
  int threads = -1;
};

void add_flags(CLI::App& app, Flags& flags) {
  app.add_option("--config", flags.config, "YAML file with the same names as these options")->envname("LEPTON_CONFIG");
  app.add_option("--data", flags.data, "data directory; default ./lepton-data")->envname("LEPTON_DATA");
  app.add_option("--listen", flags.listen, "address:port; default 127.0.0.1:8080, port 0 for any free one")
      ->envname("LEPTON_LISTEN");
  app.add_option("--database", flags.database, "sqlite (default, in the data directory) or postgresql://…")
      ->envname("LEPTON_DATABASE");
  app.add_option("--tls-cert", flags.tls_cert, "PEM file with the certificate chain")->envname("LEPTON_TLS_CERT");
  app.add_option("--tls-key", flags.tls_key, "PEM file with its key")->envname("LEPTON_TLS_KEY");
  app.add_flag("--insecure", flags.insecure, "allow other addresses than loopback without TLS")
      ->envname("LEPTON_INSECURE");
  app.add_flag("--allow-commands", flags.allow_commands,
               "let recipes name programs, which run with limits as the server's user")
      ->envname("LEPTON_ALLOW_COMMANDS");
  app.add_option(
         "--allow-service", flags.allow_services,
         "SPARQL service outside that graphs may ask: its URL, or an origin for all its paths; repeatable, in the "
         "environment with commas between; default none")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->envname("LEPTON_ALLOW_SERVICES");
  app.add_option("--port-file", flags.port_file, "write the port here once the server answers")
      ->envname("LEPTON_PORT_FILE");
  app.add_option("--log-level", flags.log_level, "debug, info (default), warn or error")->envname("LEPTON_LOG_LEVEL");
  app.add_option("--threads", flags.threads, "that run requests; default 16")->envname("LEPTON_THREADS");
  app.add_option("--drain", flags.drain, "patience with running requests when stopping; default 20s")
      ->envname("LEPTON_DRAIN");
  app.add_option("--longest-request", flags.longest_request,
                 "most time that a caller may ask for with Lepton-Timeout; default 1h, 0s for any")
      ->envname("LEPTON_LONGEST_REQUEST");
}

void set_listen(Options& options, std::string const& text) {
  auto const colon = text.rfind(':');
  unsigned port = 0;
  auto const* const end = text.data() + text.size();
  if (colon == std::string::npos || std::from_chars(text.data() + colon + 1, end, port).ptr != end || port > 65535)
    throw invalid(fmt::format("--listen must be address:port, such as 127.0.0.1:8080, found \"{}\"", text));
  options.address = text.substr(0, colon);
  if (options.address.size() > 2 && options.address.front() == '[' && options.address.back() == ']')
    options.address = options.address.substr(1, options.address.size() - 2);
  options.port = static_cast<std::uint16_t>(port);
}

void set_log_level(Options& options, std::string const& text) {
  auto const level = find_log_level(text);
  if (!level) throw invalid(fmt::format("--log-level must be debug, info, warn or error, found \"{}\"", text));
  options.log_level = *level;
}

void set_threads(Options& options, int number) {
  if (number < 1 || number > 1024) throw invalid(fmt::format("--threads must be 1 to 1024, found {}", number));
  options.threads = static_cast<std::size_t>(number);
}

void set_drain(Options& options, std::string const& text) {
  auto const duration = find_duration(text);
  if (!duration) throw invalid(fmt::format("--drain must be a duration such as 20s, found \"{}\"", text));
  options.drain = std::chrono::duration_cast<std::chrono::seconds>(*duration);
}

void set_longest_request(Options& options, std::string const& text) {
  auto const duration = find_duration(text);
  if (!duration || duration->count() < 0)
    throw invalid(fmt::format("--longest-request must be a duration such as 1h, found \"{}\"", text));
  options.longest_request = std::chrono::duration_cast<std::chrono::milliseconds>(*duration);
}

void apply_file(Options& options, std::string const& path) {
  auto const documents = parse_yaml(read_file(path), path);
  if (documents.empty() || documents[0].is_null()) return;
  auto const file = from_json<File>(documents[0]);
  if (file.data) options.data = *file.data;
  if (file.listen) set_listen(options, *file.listen);
  if (file.database) options.database = *file.database;
  if (file.tls_cert) options.tls_certificate = *file.tls_cert;
  if (file.tls_key) options.tls_key = *file.tls_key;
  if (file.log_level) set_log_level(options, *file.log_level);
  if (file.port_file) options.port_file = *file.port_file;
  if (file.insecure) options.insecure = *file.insecure;
  if (file.allow_commands) options.allow_commands = *file.allow_commands;
  if (file.allow_services) options.allow_services = *file.allow_services;
  if (file.threads) set_threads(options, *file.threads);
  if (file.drain) options.drain = std::chrono::duration_cast<std::chrono::seconds>(*file.drain);
  if (file.longest_request)
    options.longest_request = std::chrono::duration_cast<std::chrono::milliseconds>(*file.longest_request);
}

}  // namespace

std::optional<Options> read_options(std::vector<std::string> const& arguments) {
  CLI::App app("Start a Lepton server", "lepton serve");
  app.footer(
      "\nExamples:\n  lepton serve --data ./lepton-data\n"
      "  lepton serve --data /var/lib/lepton --database postgresql://lepton@db/lepton --listen 0.0.0.0:8443 "
      "--tls-cert cert.pem --tls-key key.pem\n\nThe first start prints a one-time admin token.");
  Flags flags;
  add_flags(app, flags);
  try {
    std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
    app.parse(reversed);
  } catch (CLI::ParseError const& e) {
    if (app.exit(e) == 0) return std::nullopt;
    throw invalid("the command line is wrong").with_reason("usage");
  }
  Options options;
  if (!flags.config.empty()) apply_file(options, flags.config);
  if (!flags.data.empty()) options.data = flags.data;
  if (!flags.listen.empty()) set_listen(options, flags.listen);
  if (!flags.database.empty()) options.database = flags.database;
  if (!flags.tls_cert.empty()) options.tls_certificate = flags.tls_cert;
  if (!flags.tls_key.empty()) options.tls_key = flags.tls_key;
  if (flags.insecure) options.insecure = true;
  if (!flags.port_file.empty()) options.port_file = flags.port_file;
  if (!flags.log_level.empty()) set_log_level(options, flags.log_level);
  if (flags.allow_commands) options.allow_commands = true;
  if (!flags.allow_services.empty()) options.allow_services = flags.allow_services;
  if (flags.threads != -1) set_threads(options, flags.threads);
  if (!flags.drain.empty()) set_drain(options, flags.drain);
  if (!flags.longest_request.empty()) set_longest_request(options, flags.longest_request);
  if (options.tls_certificate.empty() != options.tls_key.empty())
    throw invalid("--tls-cert and --tls-key belong together");
  options.program = std::filesystem::read_symlink("/proc/self/exe");
  return options;
}

}  // namespace lepton::server
