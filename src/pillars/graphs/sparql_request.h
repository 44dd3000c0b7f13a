#pragma once

#include <string_view>

#include "base/call.h"
#include "graphs/outbound.h"
#include "http/client.h"
#include "sparql/results.h"
#include "sparql/syntax_tree.h"

/// SPARQL 1.1 Protocol as its client: what is sent to a service outside and how its answers are read.
namespace lepton::graphs {

/// §2.1.2 and §2.2.1, as forms: what every service takes.
[[nodiscard]] http::ClientRequest query_request(std::string_view text, sparql::DatasetClause const& dataset,
                                                std::string_view accept);
[[nodiscard]] http::ClientRequest update_request(std::string_view text, sparql::DatasetClause const& dataset);

/// Types of results that are read here, as an Accept header, `preferred` first.
[[nodiscard]] std::string accept_of_results(std::string_view preferred = {});

/// Reads rows or a boolean. A boolean that a service answers as a table (Virtuoso does) is true when that has a row.
/// Throws Error{unavailable} for an answer that is neither.
void read_answer(Call const& call, sparql::QueryForm form, http::ClientResponse const& response,
                 sparql::ResultSink& sink);

/// Asks for rows, in memory: Federated Query §2.
void ask_service(Call const& call, Outbound& outbound, OutboundRequest request, sparql::ResultSink& sink);

}  // namespace lepton::graphs
