#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/log.h"

namespace lepton::server {

/// How a server is set up: flags over environment (LEPTON_…) over the YAML file of --config over what stands here.
struct Options {
  std::filesystem::path data = "lepton-data";
  std::string address = "127.0.0.1";
  std::uint16_t port = 8080;
  std::string database = "sqlite";  ///< "sqlite" (in the data directory) or a postgresql:// URI
  std::filesystem::path tls_certificate, tls_key;
  bool insecure = false;
  bool allow_commands = false;              ///< jobs may run programs of the submitter's choice
  std::vector<std::string> allow_services;  ///< SPARQL services outside that may be asked, by URL or origin
  std::filesystem::path port_file;          ///< the port is written here once the server answers
  LogLevel log_level = LogLevel::info;
  std::size_t threads = 16;                                          ///< that run requests
  std::chrono::seconds drain{20};                                    ///< patience with running requests when stopping
  std::chrono::milliseconds longest_request{std::chrono::hours(1)};  ///< that Lepton-Timeout may ask for
  std::filesystem::path program;                                     ///< this binary, for the children it starts
};

/// Nothing when the arguments asked for help, which is printed. Throws Error{invalid} with every problem of the file.
[[nodiscard]] std::optional<Options> read_options(std::vector<std::string> const& arguments);

}  // namespace lepton::server
