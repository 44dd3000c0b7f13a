#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "access/assets.h"
#include "access/audit.h"
#include "access/authority.h"
#include "access/secrets.h"
#include "base/call.h"
#include "db/database.h"
#include "graphs/graph.h"
#include "graphs/graphs.h"
#include "graphs/outbound.h"
#include "graphs/remote_catalog.h"
#include "sparql/results.h"
#include "sparql/syntax_tree.h"

namespace lepton::graphs {

/// Graphs that are kept by a SPARQL 1.1 service elsewhere: the same asset, with its grants, policies and audit here,
/// and statements that only that service has. What is asked has passed our parser and the decision before anything is
/// sent; it goes out with the graph's own login, never with the caller's. There are no versions, parts, rules or
/// commits. Each function throws what Outbound::send does. Owned by the composition root; any thread may call.
class Remotes {
 public:
  struct Parts {
    db::Database& database;
    access::Authority const& authority;
    access::Assets& assets;
    access::Audit& audit;
    access::Secrets const& secrets;
    Outbound& outbound;
  };
  explicit Remotes(Parts parts) : parts_(parts) {}

  /// For contributors of the department; every address must be of a service that may be asked.
  Graph create(Call const& call, access::Address const& address, std::string const& description,
               std::set<std::string> const& tags, RemoteSettings const& settings);
  /// Other addresses, another login: all of it is replaced, so that no login goes to where it was not given for. For
  /// contributors.
  Graph change(Call const& call, access::Address const& address, RemoteSettings const& settings);

  /// Whether a graph is remote, so that what is asked of it is to be asked here. Says nothing about who may.
  [[nodiscard]] bool contains(Call const& call, access::Address const& address) const;

  /// Throws what a query, or a change, would before anything is sent; the remote as it is shown.
  [[nodiscard]] Remote get(Call const& call, access::Address const& address, access::Action action) const;

  struct Question {
    std::string_view text;
    sparql::Query const& query;
    sparql::DatasetClause const& dataset;
    std::string accept;
  };
  /// Hands the answer on as it comes; the result is its head.
  http::ClientResponse query(Call const& call, access::Address const& address, Question const& question,
                             Outbound::OnPiece const& on_piece);
  /// Rows in memory, for SERVICE.
  void query(Call const& call, access::Address const& address, std::string const& text, sparql::ResultSink& sink);

  /// Whether it took effect when the service fails in the middle is not known; the audit log says that it was sent.
  void update(Call const& call, access::Address const& address, std::string_view text, sparql::Update const& update,
              sparql::DatasetClause const& dataset);

  /// One request of the Graph Store Protocol: `request` holds all but its target.
  http::ClientResponse data(Call const& call, access::Address const& address, Place const& place,
                            http::ClientRequest request, Outbound::OnPiece const& on_piece);

 private:
  struct Opened {
    access::AssetId id;
    StoredRemote remote;
    std::string address;
  };
  [[nodiscard]] Opened open(db::Transaction& tx, Call const& call, access::Address const& address,
                            access::Action action, std::vector<access::Ground>* grounds) const;
  [[nodiscard]] Opened enter(Call const& call, access::Address const& address, access::Action action,
                             std::string const& what);
  http::ClientResponse send(Call const& call, Opened const& opened, std::string const& url, http::ClientRequest request,
                            Outbound::OnPiece const& on_piece);
  http::ClientResponse send_change(Call const& call, Opened const& opened, std::string const& url,
                                   http::ClientRequest request);
  [[nodiscard]] StoredRemote stored(RemoteSettings const& settings, access::AssetId const& id) const;

  Parts parts_;
};

}  // namespace lepton::graphs
