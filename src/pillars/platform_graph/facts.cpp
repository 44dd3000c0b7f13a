#include "platform_graph/facts.h"

#include <algorithm>

#include "rdf/store/term_id.h"

namespace lepton::platform_graph {
namespace {

constexpr Word kType{rdf::rdf_namespace, "type"};
constexpr std::string_view kDateTime = "http://www.w3.org/2001/XMLSchema#dateTime";

}  // namespace

rdf::TermId Facts::word(Word const& word) {
  auto const known = words_.find(word);
  if (known != words_.end()) return known->second;
  return words_.emplace(word, names_.iri(word.iri(), Gate::everyone())).first->second;
}

void Facts::say(rdf::TermId subject, Word const& predicate, rdf::TermId object) {
  quads_.push_back({subject, word(predicate), object});
}

Facts::Thing& Facts::Thing::is_a(Word const& type) {
  facts_.say(subject_, kType, facts_.word(type));
  return *this;
}

Facts::Thing& Facts::Thing::text(Word const& predicate, std::string_view value) {
  if (!value.empty()) facts_.say(subject_, predicate, facts_.names_.dictionary()->intern(rdf::literal_view(value)));
  return *this;
}

Facts::Thing& Facts::Thing::number(Word const& predicate, std::int64_t value) {
  auto const lexical = std::to_string(value);
  facts_.say(subject_, predicate, facts_.names_.dictionary()->intern(rdf::literal_view(lexical, rdf::xsd_integer)));
  return *this;
}

Facts::Thing& Facts::Thing::at(Word const& predicate, std::optional<Timestamp> const& moment) {
  if (!moment) return *this;
  facts_.say(subject_, predicate,
             facts_.names_.dictionary()->intern(rdf::literal_view(lepton::to_string(*moment), kDateTime)));
  return *this;
}

Facts::Thing& Facts::Thing::flag(Word const& predicate, bool value) {
  if (value) facts_.say(subject_, predicate, rdf::boolean_id(true));
  return *this;
}

Facts::Thing& Facts::Thing::link(Word const& predicate, std::string const& iri) {
  facts_.say(subject_, predicate, facts_.names_.mention(iri));
  return *this;
}

std::vector<rdf::IdQuad> Facts::take() && {
  std::ranges::sort(quads_);
  quads_.erase(std::ranges::unique(quads_).begin(), quads_.end());
  return std::move(quads_);
}

}  // namespace lepton::platform_graph
