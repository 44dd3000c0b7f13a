#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "http/client.h"
#include "suite.h"

namespace lepton::conformance {

/// What must come back for one request.
struct Expected {
  std::vector<std::string> statuses;  ///< any of "200", "2xx"; empty: any
  std::optional<bool> truth;
  std::string form;                       ///< "boolean", "tabular" or "RDF"; empty: any
  std::optional<std::string> type;        ///< Content-Type
  std::optional<std::string> statements;  ///< Turtle, up to blank node labels
  std::string location;                   ///< a name for the Location that must be there, to be put into later requests
};

/// One request with its answer, as written: paths begin with the suite's own, such as /gsp.
struct Exchange {
  std::string method;
  std::string target;
  http::Headers headers;
  std::string body;
  Expected expected;
};

/// Requests that are sent in order to one graph store, which holds `data` before: graph's IRI → file.
struct HttpCase {
  std::string name;
  std::vector<std::pair<std::string, std::filesystem::path>> data;
  std::vector<Exchange> exchanges;
};

/// The cases of a manifest in the vocabulary of HTTP in RDF, in its order; those that are there but not listed last.
[[nodiscard]] std::vector<HttpCase> read_http_cases(std::filesystem::path const& manifest, std::string const& base);

/// The cases of http-rdf-update, whose requests and answers are prose in a comment. Each continues the one before;
/// $URL$ in them is where the graph store is.
[[nodiscard]] std::vector<HttpCase> read_prose_cases(std::filesystem::path const& manifest, std::string const& base);

/// The suite of these cases, for run_suite.
[[nodiscard]] Suite suite_of(std::string const& name, std::vector<HttpCase> const& cases);

}  // namespace lepton::conformance
