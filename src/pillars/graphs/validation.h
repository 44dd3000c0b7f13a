#pragma once

#include <cstdint>
#include <string>
#include <tuple>
#include <vector>

#include "base/fields.h"
#include "rdf/quad.h"
#include "reason/shacl_validation.h"

namespace lepton::graphs {

/// One way in which a graph does not conform (SHACL §3.6.2), in terms as N-Triples writes them, whole numbers bare.
struct ValidationResult {
  std::string focus;
  std::string path;  ///< as SPARQL writes paths; empty for a constraint on the node itself
  std::string value;
  std::string shape;
  std::string constraint;  ///< "MinCountConstraintComponent"
  std::string severity;    ///< "Violation", "Warning", "Info", or an IRI
  std::string message;

  static constexpr auto fields() {
    return std::tuple{required("focus", &ValidationResult::focus, "the node"),
                      optional("path", &ValidationResult::path, "from the node to the value"),
                      optional("value", &ValidationResult::value, "that does not conform"),
                      required("shape", &ValidationResult::shape, "that says so"),
                      required("constraint", &ValidationResult::constraint, "the constraint component"),
                      required("severity", &ValidationResult::severity, "Violation, Warning, Info or an IRI"),
                      required("message", &ValidationResult::message, "for people")};
  }
};

/// What a validation found, at one commit.
struct Validation {
  bool conforms = true;
  std::int64_t commit = 0;
  std::vector<std::string> shapes;
  std::vector<ValidationResult> results;
  bool truncated = false;  ///< there are more results

  static constexpr auto fields() {
    return std::tuple{required("conforms", &Validation::conforms, "no results"),
                      required("commit", &Validation::commit, "of the graph"),
                      required("shapes", &Validation::shapes, "by which versions"),
                      required("results", &Validation::results, "each way in which it does not conform"),
                      optional("truncated", &Validation::truncated, "there are more")};
  }
};

[[nodiscard]] std::vector<ValidationResult> results_of(reason::GraphView const& data, reason::Shapes const& shapes,
                                                       reason::ShaclReport const& report);
/// Whether a result makes a commit fail: sh:Warning and sh:Info do not.
[[nodiscard]] bool is_violation(ValidationResult const& result);
/// "<c1> <owes>: must be at least 0 (found -5)".
[[nodiscard]] std::string sentence_of(ValidationResult const& result);

/// The report as RDF, SHACL §3.6: sh:ValidationReport and its results.
void write_report(reason::GraphView const& data, reason::Shapes const& shapes, reason::ShaclReport const& report,
                  rdf::QuadSink& sink);

}  // namespace lepton::graphs
