#pragma once

#include <functional>
#include <string>

#include "access/access.h"
#include "base/call.h"
#include "base/log.h"
#include "graphs/graphs.h"
#include "graphs/queries.h"
#include "graphs/remotes.h"
#include "http/router.h"
#include "http/spool.h"
#include "sparql_protocol/answer_cache.h"
#include "sparql_protocol/operation.h"

namespace lepton::sparql_protocol {

/// SPARQL 1.1 Protocol, Graph Store HTTP Protocol and Service Description for every graph: queries and updates at
/// /sparql/{department}/{graph}, where {graph} may be a version (exposure@2) or a part, and its graph store at
/// /sparql/{department}/{graph}/data?default or ?graph=IRI, or at the graph's own URL below that. The ETag of what was
/// read begins with the graph's commit, and If-Match asks for that. A query that is repeated on the same commit by
/// somebody who sees the same of the graph may be answered from memory. Owned by the composition root; ends before what
/// it refers to.
class Protocol {
 public:
  struct Parts {
    graphs::Graphs& graphs;
    graphs::Queries& queries;
    graphs::Remotes& remotes;
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
  [[nodiscard]] std::uint64_t run(Call const& call, graphs::View const& view, QueryOperation const& operation,
                                  std::string_view type, http::Spool& spool);
  [[nodiscard]] http::Response update(Call const& call, http::Request const& request, UpdateRequest const& operation);
  [[nodiscard]] http::Response describe(Call const& call, http::Request const& request);
  static void describe_service(std::string const& endpoint, bool updates, rdf::QuadSink& sink);

  [[nodiscard]] http::Response read_graph(Call const& call, http::Request& request);
  [[nodiscard]] http::Response put_graph(Call const& call, http::Request& request);
  [[nodiscard]] http::Response post_graph(Call const& call, http::Request& request);
  [[nodiscard]] http::Response delete_graph(Call const& call, http::Request& request);
  struct Form {
    std::string const& boundary;
    http::Spool const& body;
  };
  [[nodiscard]] graphs::Commit load_form(Call const& call, access::Address const& address, graphs::Place const& place,
                                         Form const& form, std::optional<std::int64_t> expected);
  /// `created`: where what was not there before is now.
  [[nodiscard]] static http::Response changed(graphs::Commit const& commit, std::optional<std::string> const& created);

  // What a service elsewhere answers: remote.cpp.
  [[nodiscard]] http::Response ask_remote(Call const& call, http::Request const& request,
                                          QueryOperation const& operation, std::string_view type);
  [[nodiscard]] http::Response update_remote(Call const& call, http::Request const& request,
                                             UpdateRequest const& operation);
  [[nodiscard]] http::Response read_remote(Call const& call, http::Request const& request);
  [[nodiscard]] http::Response change_remote(Call const& call, http::Request& request);

  [[nodiscard]] bool exists(Call const& call, access::Address const& address, graphs::Place const& place);

  Parts parts_;
  AnswerCache answers_;
};

}  // namespace lepton::sparql_protocol
