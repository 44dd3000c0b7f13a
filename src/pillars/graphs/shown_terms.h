#pragma once

#include <map>
#include <string>

#include "rdf/quad.h"
#include "reason/explanation.h"

namespace lepton::graphs {

/// Facts in words for people: IRIs short by prefixes, everything else as Turtle writes it. A cheap value.
class ShownTerms {
 public:
  explicit ShownTerms(std::map<std::string, std::string> prefixes) : prefixes_(std::move(prefixes)) {}

  [[nodiscard]] std::string term(rdf::TermView const& term) const;
  /// Every <IRI> in a text that the rule language or N-Triples wrote.
  [[nodiscard]] std::string text(std::string_view text) const;
  [[nodiscard]] std::string fact(reason::Terms const& terms, reason::Fact const& fact) const;

 private:
  [[nodiscard]] std::string iri(std::string_view iri) const;

  std::map<std::string, std::string> prefixes_;  ///< name → IRI
};

}  // namespace lepton::graphs
