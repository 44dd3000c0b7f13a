#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "base/time.h"
#include "graphs/graphs.h"
#include "http/message.h"
#include "sparql/syntax_tree.h"

namespace lepton::sparql_protocol {

/// What a request asks, SPARQL 1.1 Protocol §2.1 and §2.2.
/// The part of an answer that is wanted, on top of the query's own LIMIT and OFFSET.
struct Page {
  std::optional<std::uint64_t> limit;
  std::uint64_t offset = 0;
  [[nodiscard]] bool is_whole() const { return !limit && offset == 0; }
};

struct QueryOperation {
  std::string text;  ///< as it was sent
  sparql::Query query;
  sparql::DatasetClause dataset;
  Page page = {};                                         ///< parameters limit and offset
  std::optional<Duration> timeout = {};                   ///< parameter timeout
  graphs::Inferred inferred = graphs::Inferred::include;  ///< parameter inferred: exclude, include or only
};
struct UpdateRequest {
  std::string text;
  sparql::Update update;
  sparql::DatasetClause dataset;
  std::optional<Duration> timeout = {};
};
/// Nothing: the service describes itself.
struct Describe {};

using Operation = std::variant<Describe, QueryOperation, UpdateRequest>;

/// The query with its answer cut to the page. ASK has no pages.
[[nodiscard]] sparql::Query cut(sparql::Query query, Page const& page);

/// Reads and parses what is asked; relative IRIs are resolved against the service's own URL. Parameters may stand in
/// the URL and, of a form, in the body. Throws Error{invalid}: with reason "media_type" for a body that is neither a
/// form nor SPARQL, with "sparql_syntax" for bad SPARQL, and for parameters that are missing, doubled or of the other
/// operation.
[[nodiscard]] Operation read_operation(http::Request const& request);

}  // namespace lepton::sparql_protocol
