#include "rdf/store/version.h"

namespace lepton::rdf {

Tally Version::tally(Order order, Prefix const& prefix) const {
  Tally sum;
  for (auto const& run : runs_) sum += run->tally(order, prefix);
  return sum;
}

std::uint8_t Version::layers_of(IdQuad const& quad) const {
  Prefix const whole{{quad.subject, quad.predicate, quad.object, quad.graph}, 4};
  // A quad's changes over all runs add up to where it stands now.
  Tally const sum = tally(Order::spo, whole);
  return static_cast<std::uint8_t>(sum.stated | sum.inferred << 1);
}

Prefix bound_prefix(QuadPattern const& pattern, Order order) {
  Prefix prefix;
  for (Part const part : parts_of(order)) {
    if (!pattern.part(part).defined()) break;
    prefix.parts[prefix.length++] = pattern.part(part);
  }
  return prefix;
}

}  // namespace lepton::rdf
