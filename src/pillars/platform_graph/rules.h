#pragma once

#include "base/call.h"
#include "rdf/store/dictionary.h"
#include "rdf/store/id_quad.h"
#include "reason/rule.h"

namespace lepton::platform_graph {

/// What follows from the facts of the platform: depends on, personal data, may reach. As the guide prints them.
[[nodiscard]] std::string_view rules_text();

/// Which statements the rules look at: the others need not be reasoned about. Any thread may call.
class RelevantFacts {
 public:
  RelevantFacts(reason::Rules const& rules, rdf::Dictionary& dictionary);
  [[nodiscard]] bool contain(rdf::IdQuad const& quad) const;

 private:
  rdf::TermId type_;
  std::vector<rdf::TermId> predicates_;  ///< ascending
  std::vector<rdf::TermId> classes_;     ///< ascending
};

}  // namespace lepton::platform_graph
