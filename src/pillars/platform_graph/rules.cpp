#include "platform_graph/rules.h"

#include <algorithm>

namespace lepton::platform_graph {
namespace {

constexpr std::string_view kRules = R"(@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct:  <http://purl.org/dc/terms/> .
@prefix lep:  <urn:lepton:terms:> .

@rule "influence"
prov:wasInfluencedBy[?x, ?y] :- prov:wasDerivedFrom[?x, ?y] .
prov:wasInfluencedBy[?x, ?y] :- prov:wasGeneratedBy[?x, ?y] .
prov:wasInfluencedBy[?x, ?y] :- prov:used[?x, ?y] .
prov:wasInfluencedBy[?x, ?y] :- prov:wasInformedBy[?x, ?y] .

@rule "depends on what it was made from"
lep:dependsOn[?x, ?y] :- prov:wasInfluencedBy[?x, ?y] .
lep:dependsOn[?x, ?z] :- lep:dependsOn[?x, ?y], prov:wasInfluencedBy[?y, ?z] .
@rule "depends on what that is a version of"
lep:dependsOn[?x, ?a] :- lep:dependsOn[?x, ?v], dcat:isVersionOf[?v, ?a] .
@rule "depends on what its current version depends on"
lep:dependsOn[?a, ?y] :- dcat:hasCurrentVersion[?a, ?v], lep:dependsOn[?v, ?y], FILTER(?a != ?y) .

@rule "contains personal data"
lep:PersonalData[?a] :- dcat:keyword[?a, "pii"] .
lep:PersonalData[?v] :- dcat:isVersionOf[?v, ?a], lep:PersonalData[?a] .

@rule "covers"
lep:covers[?g, ?a] :- lep:on[?g, ?a], lep:Asset[?a] .
lep:covers[?g, ?a] :- lep:on[?g, ?d], dct:publisher[?a, ?d], lep:Asset[?a] .
@rule "may reach, by a grant"
[?who, lep:mayReach, ?a] ?g :- lep:InForce[?g], lep:action[?g, ?act], lep:to[?g, ?who], lep:covers[?g, ?a],
  FILTER(?act = "read" || ?act = "label" || ?act = "train" || ?act = "serve") .
@rule "may reach, as the owner"
lep:mayReach[?d, ?a] :- dct:publisher[?a, ?d], lep:Asset[?a] .
)";

rdf::TermId id_of(rdf::Dictionary& dictionary, reason::Node const& node) {
  return dictionary.intern(node.term.view());
}

void sort_once(std::vector<rdf::TermId>& ids) {
  std::ranges::sort(ids);
  ids.erase(std::ranges::unique(ids).begin(), ids.end());
}

}  // namespace

std::string_view rules_text() {
  return kRules;
}

RelevantFacts::RelevantFacts(reason::Rules const& rules, rdf::Dictionary& dictionary)
    : type_(dictionary.intern(rdf::iri_view(rdf::rdf_type))) {
  for (auto const& rule : rules) {
    for (auto const& literal : rule.body) {
      auto const* const atom = std::get_if<reason::Atom>(&literal.what);
      if (atom == nullptr) continue;
      auto const predicate = id_of(dictionary, atom->predicate);
      if (predicate == type_) {
        classes_.push_back(id_of(dictionary, atom->object));
      } else {
        predicates_.push_back(predicate);
      }
    }
  }
  sort_once(predicates_);
  sort_once(classes_);
}

bool RelevantFacts::contain(rdf::IdQuad const& quad) const {
  return quad.predicate == type_ ? std::ranges::binary_search(classes_, quad.object)
                                 : std::ranges::binary_search(predicates_, quad.predicate);
}

}  // namespace lepton::platform_graph
