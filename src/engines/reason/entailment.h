#pragma once

#include <optional>
#include <set>
#include <span>
#include <string>

#include "rdf/quad.h"
#include "reason/reasoner.h"

namespace lepton::reason {

struct EntailmentOptions {
  Regime regime = Regime::rdfs_full;  ///< `none` is simple entailment
  Datatypes datatypes;
  DerivationLimits limits;
};

/// Why a graph follows from another.
struct Entailment {
  /// The rule "conclusion" and proofs of the facts that the conclusion's statements are matched with; or a
  /// contradiction in the premises and what was added to them.
  Contradiction because;
  /// The classes that the conclusion describes, an instance, or the contrary that was contradicted.
  std::vector<rdf::Quad> added;

  static constexpr std::string_view conclusion_rule = "conclusion";
};

/// A contradiction in the premises: everything follows from them.
[[nodiscard]] std::optional<Contradiction> find_contradiction(Call const& call, std::span<rdf::Quad const> premises,
                                                              EntailmentOptions const& options = {});

/// Whether the conclusion follows from the premises, its blank nodes read as "something" (RDF 1.1 Semantics §5.3, and
/// §7 to §9 or OWL 2 RDF-Based Semantics as the regime says); nothing where no rule leads to it. Both are default
/// graphs. With owl2_more also what rules cannot say in a head: that things differ, that something is in the complement
/// of a class, or that a property is transitive or has a range, is shown by assuming the contrary or an instance; and
/// classes that the conclusion describes by blank nodes exist when the classes and properties they are made of do.
[[nodiscard]] std::optional<Entailment> entails(Call const& call, std::span<rdf::Quad const> premises,
                                                std::span<rdf::Quad const> conclusion,
                                                EntailmentOptions const& options = {});

}  // namespace lepton::reason
