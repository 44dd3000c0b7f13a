#pragma once

#include <map>
#include <optional>
#include <string>

#include "base/file.h"
#include "company.h"
#include "http/client.h"
#include "http_suite.h"

namespace lepton::conformance {

/// A real server with a contributor's key, on which each case has a graph of its own. One thread.
class SparqlServer {
 public:
  SparqlServer();

  /// An empty graph, risk/<name>; where it is asked and, below that at /data, stored: "/sparql/risk/<name>".
  std::string create_graph(std::string const& name);
  [[nodiscard]] http::ClientResponse send(http::ClientRequest const& request) { return client_.send(request); }
  [[nodiscard]] std::string const& url() const { return server_.url(); }

  /// Plays a case at the paths of a graph: `prefix`, such as /gsp, stands for `path`. What went wrong, or nothing.
  std::optional<std::string> play(HttpCase const& one, std::string const& prefix, std::string const& path);

 private:
  std::optional<std::string> play(Exchange exchange, std::string const& prefix, std::string const& path);

  TemporaryDirectory directory_;
  crash::RunningServer server_{directory_.path() / "data"};
  http::Client client_;
  std::map<std::string, std::string> locations_;  ///< $LOCATION$ → what a server answered
};

}  // namespace lepton::conformance
