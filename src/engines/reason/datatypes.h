#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/call.h"
#include "reason/explanation.h"
#include "reason/materialisation.h"
#include "reason/value.h"

namespace lepton::reason {

/// Which datatypes have their meaning (RDF 1.1 Semantics §7): the rest are names like any other. A plain value.
class Datatypes {
 public:
  /// All that reasoning knows.
  Datatypes();
  /// Of these the known ones, beside xsd:string and rdf:langString, which always count.
  explicit Datatypes(std::set<std::string> const& recognised);

  [[nodiscard]] bool recognises(std::string_view iri) const { return recognised_.contains(iri); }
  [[nodiscard]] std::set<std::string, std::less<>> const& recognised() const { return recognised_; }

  /// Whether a literal is of a recognised datatype and its text does not belong to it.
  [[nodiscard]] bool is_ill_typed(Call const& call, rdf::TermView const& literal) const;
  /// Whether the literal's value belongs to a recognised datatype; nothing where that is not known.
  [[nodiscard]] std::optional<bool> has_value(rdf::TermView const& literal, std::string_view datatype) const;
  /// Whether two recognised datatypes surely have no value in common.
  [[nodiscard]] bool are_disjoint(std::string_view a, std::string_view b) const;
  /// Whether every value that all of `parts` have surely belongs to `whole`.
  [[nodiscard]] bool contains(std::string_view whole, std::vector<std::string> const& parts) const;
  /// The one literal that stands for all with the same value: numbers, booleans and strings of recognised datatypes;
  /// other terms as they are.
  [[nodiscard]] rdf::Term normal(rdf::Term term) const;

 private:
  std::set<std::string, std::less<>> recognised_;
};

/// Where facts contradict what datatypes are, at most `limit`, all named dt-not-type: literals that are not of their
/// own datatype, or not of one that a fact says they have, and terms of two datatypes without a common value.
[[nodiscard]] std::vector<Contradiction> datatype_conflicts(Call const& call, Materialisation const& in,
                                                            Datatypes const& datatypes, std::size_t limit);

}  // namespace lepton::reason
