#pragma once

#include <string>

#include "company.h"
#include "http/client.h"

namespace lepton::interop {

/// A real server with the company of the tests, asked in SPARQL. Each test its own; one thread.
class GraphServer {
 public:
  /// Its data directory in `folder`, under `name`.
  explicit GraphServer(std::filesystem::path const& folder, std::string const& name = "data")
      : server_(folder / name) {}

  /// `services`: what --allow-service is given, with commas between.
  void start(std::string const& services = "");
  [[nodiscard]] crash::RunningServer& server() { return server_; }
  [[nodiscard]] crash::Api api(std::string const& who) { return server_.api(tokens_.at(who)); }
  [[nodiscard]] std::string const& token(std::string const& who) const { return tokens_.at(who); }

  http::ClientResponse send(std::string const& who, http::ClientRequest request);
  /// A query of a graph of risk, answered as `accept`.
  http::ClientResponse query(std::string const& who, std::string const& graph, std::string const& text,
                             std::string const& accept = "text/csv");
  http::ClientResponse update(std::string const& who, std::string const& graph, std::string const& text);
  /// An empty graph risk/<name> of ben's; `remote` as in the API.
  crash::Answer create(std::string const& name, json::Value const& remote = nullptr);

 private:
  crash::RunningServer server_;
  crash::Tokens tokens_;
};

}  // namespace lepton::interop
