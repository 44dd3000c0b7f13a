#pragma once

#include <functional>
#include <string>

#include "access/access.h"
#include "base/call.h"
#include "base/log.h"
#include "graphs/graphs.h"
#include "graphs/queries.h"
#include "http/router.h"
#include "sparql_protocol/operation.h"

namespace lepton::sparql_protocol {

/// SPARQL 1.1 Protocol, Graph Store HTTP Protocol and Service Description for every graph: queries and updates at
/// /sparql/{department}/{graph}, where {graph} may be a version (exposure@2) or a part, and its graph store at
/// /sparql/{department}/{graph}/data?default or ?graph=IRI. The ETag is the graph's commit, and If-Match asks for it.
/// Owned by the composition root; ends before what it refers to.
class Protocol {
 public:
  struct Parts {
    graphs::Graphs& graphs;
    graphs::Queries& queries;
    access::Credentials const& credentials;
    Clock const& clock;
    Log const& log;
    Duration timeout = std::chrono::seconds(60);
  };
  explicit Protocol(Parts parts) : parts_(parts) {}

  void mount(http::Router& router);

 private:
  using Handler = http::Response (Protocol::*)(Call const&, http::Request&);
  [[nodiscard]] http::Response answer(http::Request& request, Handler handler, Duration timeout);

  [[nodiscard]] http::Response operate(Call const& call, http::Request& request);
  [[nodiscard]] http::Response query(Call const& call, http::Request const& request, QueryOperation const& operation);
  [[nodiscard]] http::Response update(Call const& call, http::Request const& request, UpdateRequest const& operation);
  [[nodiscard]] http::Response describe(Call const& call, http::Request const& request);

  [[nodiscard]] http::Response read_graph(Call const& call, http::Request& request);
  [[nodiscard]] http::Response put_graph(Call const& call, http::Request& request);
  [[nodiscard]] http::Response post_graph(Call const& call, http::Request& request);
  [[nodiscard]] http::Response delete_graph(Call const& call, http::Request& request);
  enum class Merge : std::uint8_t { no, yes };
  [[nodiscard]] http::Response write_graph(Call const& call, http::Request& request, Merge merge);
  [[nodiscard]] bool exists(Call const& call, access::Address const& address, graphs::Place const& place);

  Parts parts_;
};

}  // namespace lepton::sparql_protocol
