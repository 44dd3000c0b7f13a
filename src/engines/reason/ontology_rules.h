#pragma once

#include <set>
#include <string>

#include "base/call.h"
#include "reason/fact_base.h"
#include "reason/rule.h"
#include "reason/terms.h"

namespace lepton::reason {

/// Which entailments follow without a rule of the user.
enum class Regime : std::uint8_t {
  none,
  rdf,        ///< RDF 1.1 Semantics §8: rdfD2, the axiomatic triples, rdf:_n of the containers that occur
  rdfs,       ///< RDF 1.1 Semantics §9.2.1, over what a graph says; without axiomatic triples and types that hold of
              ///< everything
  rdfs_full,  ///< with them: rdfD2, rdfs1, rdfs4a/b, the axiomatic triples, rdf:_n of the containers that occur
  owl2_rl,    ///< OWL 2 Profiles §4.3, tables 4 to 9
  owl2_more,  ///< with further rules that hold in OWL 2, for questions beyond the profile: that everything equals
              ///< itself and is a thing, reflexive properties, least and exact cardinalities, domains of inverses,
              ///< datatypes within others
};

[[nodiscard]] constexpr bool is_owl(Regime regime) {
  return regime == Regime::owl2_rl || regime == Regime::owl2_more;
}

/// The rules of a regime that do not depend on a schema: those over the schema itself.
[[nodiscard]] Rules schema_rules(Call const& call, Regime regime);

/// Rules for the properties and classes of a schema, each with the statement it stands for in its body, so that it ends
/// to hold when that is taken back: "prp-dom" of one property and one class. `known` holds rules given out before,
/// which do not come again.
[[nodiscard]] Rules rules_of_schema(Regime regime, FactBase const& facts, Terms const& terms,
                                    std::set<std::string>& known);

/// Whether a fact may call for new rules: it is part of a schema.
[[nodiscard]] bool is_schema(Regime regime, Fact const& fact, Terms const& terms);

}  // namespace lepton::reason
