#include "platform_graph/names.h"

namespace lepton::platform_graph {

Names::Names() : dictionary_(std::make_shared<rdf::Dictionary>()), gates_{Gate{}}, places_{{Gate{}, 0}} {}

rdf::TermId Names::mention(std::string const& iri) {
  auto const id = dictionary_->intern(rdf::iri_view(iri));
  if (gate_of_.size() <= id.payload()) gate_of_.resize(id.payload() + 1, 0);
  return id;
}

rdf::TermId Names::iri(std::string const& iri, Gate const& gate) {
  auto const id = mention(iri);
  auto const [place, is_new] = places_.try_emplace(gate, static_cast<std::uint32_t>(gates_.size()));
  if (is_new) gates_.push_back(gate);
  gate_of_[id.payload()] = place->second;
  return id;
}

}  // namespace lepton::platform_graph
