#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "rdf/quad.h"
#include "sparql/results.h"
#include "suite.h"

namespace lepton::conformance {

/// What a query answered, or should answer.
struct Answer {
  std::optional<bool> truth;
  std::vector<std::string> names;
  std::vector<sparql::Row> rows;
  std::optional<std::vector<rdf::Quad>> graph;
};

/// An evaluation case of the manifests of SPARQL: files are resolved, nothing is read yet.
struct EvaluationCase {
  std::string query_iri;
  std::vector<rdf::Quad> data;
  std::map<std::string, std::vector<rdf::Quad>> services;  ///< endpoint → its default graph
  std::filesystem::path result;
  std::vector<rdf::Quad> result_data;  ///< of an update
  bool lax_cardinality = false;
  std::vector<std::string> regimes;  ///< of entailment, by their local names
};

/// The evaluation cases of one folder, e.g. "sparql11/bind": `suite` names them for run_suite.
class EvaluationSuite {
 public:
  EvaluationSuite(std::filesystem::path folder, std::string const& version, std::string const& name);

  Suite suite;
  [[nodiscard]] EvaluationCase read(std::string const& name) const;
  /// The file that an IRI of the suite names, as statements of the graph `graph` or the default graph.
  [[nodiscard]] std::vector<rdf::Quad> load(std::string const& iri, std::optional<std::string> const& graph) const;
  [[nodiscard]] std::filesystem::path path_of(std::string const& iri) const;

 private:
  void add_data(rdf::Term const& of, std::string const& vocabulary, std::vector<rdf::Quad>& out) const;

  std::filesystem::path folder_;
  std::string base_;
  std::optional<Graph> graph_;
  std::map<std::string, rdf::Term> entries_;
};

/// Reads the result file of a case: a result format, the result set vocabulary, or a graph.
[[nodiscard]] Answer read_answer(std::filesystem::path const& path, std::string const& iri);

/// What differs; nullopt: the same up to blank node labels, spellings of numbers and, unless `ordered`, order.
[[nodiscard]] std::optional<std::string> compare(Answer const& expected, Answer const& actual, bool ordered, bool lax);

}  // namespace lepton::conformance
