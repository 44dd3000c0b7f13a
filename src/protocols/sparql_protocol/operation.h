#pragma once

#include <string>
#include <variant>

#include "graphs/graphs.h"
#include "http/message.h"
#include "sparql/syntax_tree.h"

namespace lepton::sparql_protocol {

/// What a request asks, SPARQL 1.1 Protocol §2.1 and §2.2.
struct QueryOperation {
  sparql::Query query;
  sparql::DatasetClause dataset;
  graphs::Inferred inferred = graphs::Inferred::include;  ///< our own parameter: ?inferred=exclude, include or only
};
struct UpdateRequest {
  sparql::Update update;
  sparql::DatasetClause dataset;
};
/// Nothing: the service describes itself.
struct Describe {};

using Operation = std::variant<Describe, QueryOperation, UpdateRequest>;

/// Reads and parses what is asked. Throws Error{invalid}: with reason "media_type" for a body that is neither a form
/// nor SPARQL, with "sparql_syntax" for bad SPARQL, and for parameters that are missing, doubled or of the other
/// operation.
[[nodiscard]] Operation read_operation(http::Request const& request);

}  // namespace lepton::sparql_protocol
