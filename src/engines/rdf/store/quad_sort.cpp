#include "rdf/store/quad_sort.h"

#include <algorithm>

namespace lepton::rdf {

void sort_by(std::vector<QuadChange>& rows, Part part, std::vector<QuadChange>& scratch) {
  if (rows.empty()) return;
  auto const key = [part](QuadChange const& row) { return row.quad.part(part).raw(); };
  std::uint64_t varying = 0;
  bool sorted = true;
  for (std::size_t i = 1; i < rows.size(); ++i) {
    varying |= key(rows[i]) ^ key(rows[0]);
    sorted = sorted && key(rows[i - 1]) <= key(rows[i]);
  }
  if (sorted) return;
  scratch.resize(rows.size());
  for (unsigned shift = 0; shift < 64; shift += 8) {
    if ((varying >> shift & 255) == 0) continue;
    std::array<std::size_t, 256> places{};
    for (QuadChange const& row : rows) ++places[key(row) >> shift & 255];
    std::size_t sum = 0;
    for (std::size_t& place : places) sum += std::exchange(place, sum);
    for (QuadChange const& row : rows) scratch[places[key(row) >> shift & 255]++] = row;
    rows.swap(scratch);
  }
}

void sort_quads(std::vector<QuadChange>& rows, std::vector<QuadChange>& scratch) {
  if (std::is_sorted(rows.begin(), rows.end(), [](auto const& a, auto const& b) { return a.quad < b.quad; })) return;
  for (Part const part : {Part::graph, Part::object, Part::predicate, Part::subject}) sort_by(rows, part, scratch);
}

}  // namespace lepton::rdf
