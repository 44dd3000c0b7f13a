#include "rdf/store/version.h"

namespace lepton::rdf {

Tally Version::tally(Order order, Prefix const& prefix) const {
  Tally sum;
  for (auto const& run : runs_) sum += run->tally(order, prefix);
  return sum;
}

std::uint8_t Version::layers_of(IdQuad const& quad) const {
  std::array const row{quad.subject, quad.predicate, quad.object, quad.graph};
  // The newest run that speaks of a quad is right.
  for (auto run = runs_.rbegin(); run != runs_.rend(); ++run) {
    auto const cursor = (*run)->open(Order::spo);
    cursor->seek({row, 4});
    bool found = cursor->rows() > 0;
    for (std::size_t place = 0; place < 4 && found; ++place) found = cursor->column(place)[0] == row[place];
    if (found) return Change::unpack(cursor->changes()[0]).after;
  }
  return 0;
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
