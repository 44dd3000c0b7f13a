#include "rdf/store/quad_sort.h"

#include <algorithm>

namespace lepton::rdf {

namespace {

constexpr std::size_t worth_counting = 128;  ///< fewer rows are sorted faster by comparing them

}  // namespace

void sort_by(std::vector<QuadChange>& rows, Part part, std::vector<QuadChange>& scratch) {
  if (rows.empty()) return;
  auto const key = [part](QuadChange const& row) { return row.quad.part(part).raw(); };
  if (rows.size() < worth_counting) {
    std::ranges::stable_sort(rows, {}, key);
    return;
  }
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
  if (std::ranges::is_sorted(rows, {}, &QuadChange::quad)) return;
  if (rows.size() < worth_counting) {
    std::ranges::stable_sort(rows, {}, &QuadChange::quad);
    return;
  }
  for (Part const part : {Part::graph, Part::object, Part::predicate, Part::subject}) sort_by(rows, part, scratch);
}

void in_each_order(std::vector<QuadChange>& rows, std::vector<QuadChange>& scratch,
                   std::function<void(Order)> const& sorted) {
  sort_quads(rows, scratch);
  sorted(Order::spo);
  sort_by(rows, Part::graph, scratch);
  sorted(Order::gspo);
  sort_quads(rows, scratch);
  sort_by(rows, Part::predicate, scratch);
  sorted(Order::pso);
  sort_by(rows, Part::subject, scratch);
  sort_by(rows, Part::object, scratch);
  sorted(Order::osp);
  sort_by(rows, Part::predicate, scratch);
  sorted(Order::pos);
}

}  // namespace lepton::rdf
