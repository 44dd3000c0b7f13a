#pragma once

#include <cstdint>
#include <map>
#include <random>
#include <set>
#include <vector>

#include "rdf/store/store.h"

/// For tests: a store of ordered maps that is too simple to be wrong, and comparison of a snapshot with it.
namespace lepton::rdf {

/// Quad → bits of Layers.
using QuadModel = std::map<IdQuad, std::uint8_t>;

inline void put(QuadModel& model, IdQuad const& quad, Layer layer) {
  model[quad] |= static_cast<std::uint8_t>(layer);
}

inline void take(QuadModel& model, IdQuad const& quad, Layer layer) {
  auto const found = model.find(quad);
  if (found == model.end()) return;
  found->second &= static_cast<std::uint8_t>(~static_cast<unsigned>(layer));
  if (found->second == 0) model.erase(found);
}

inline bool matches(QuadPattern const& pattern, IdQuad const& quad) {
  for (Part const part : {Part::subject, Part::predicate, Part::object, Part::graph})
    if (pattern.part(part).defined() && pattern.part(part) != quad.part(part)) return false;
  return true;
}

/// The matching quads of the layers, with their parts in the sequence of the order, ascending.
inline std::vector<std::array<TermId, 4>> rows_of(QuadModel const& model, QuadPattern const& pattern, Order order,
                                                  Layers layers) {
  std::set<std::array<TermId, 4>> rows;
  for (auto const& [quad, bits] : model) {
    if ((bits & static_cast<std::uint8_t>(layers)) == 0 || !matches(pattern, quad)) continue;
    std::array<TermId, 4> row;
    for (std::size_t place = 0; place < 4; ++place) row[place] = quad.part(parts_of(order)[place]);
    rows.insert(row);
  }
  return {rows.begin(), rows.end()};
}

/// What is left of a scan, in the same form.
inline std::vector<std::array<TermId, 4>> rows_of(Scan& scan, Order order, bool has_block = false) {
  std::vector<std::array<TermId, 4>> rows;
  while (has_block || scan.next()) {
    has_block = false;
    Block const& block = scan.block();
    for (std::size_t i = 0; i < block.rows; ++i) {
      rows.emplace_back();
      for (std::size_t place = 0; place < 4; ++place) rows.back()[place] = block.column(parts_of(order)[place])[i];
    }
  }
  return rows;
}

/// Draws quads from few enough terms that they collide.
class QuadGenerator {
 public:
  explicit QuadGenerator(std::uint64_t seed, std::uint64_t terms = 12) : random_(seed), terms_(terms) {}

  [[nodiscard]] std::uint64_t below(std::uint64_t bound) {
    return std::uniform_int_distribution<std::uint64_t>(0, bound - 1)(random_);
  }
  [[nodiscard]] IdQuad quad() {
    return {TermId::of(IdKind::iri, below(terms_)), TermId::of(IdKind::iri, below(4)),
            below(2) == 0 ? TermId::of(IdKind::literal, below(terms_))
                          : *find_integer_id(static_cast<std::int64_t>(below(terms_)) - 3),
            below(3) == 0 ? TermId::of(IdKind::iri, below(3)) : TermId::default_graph()};
  }
  [[nodiscard]] Layer layer() { return below(3) == 0 ? Layer::inferred : Layer::stated; }
  [[nodiscard]] Layers layers() { return static_cast<Layers>(below(3) + 1); }
  /// A quad with some parts left open.
  [[nodiscard]] QuadPattern pattern() {
    IdQuad const one = quad();
    std::uint64_t const mask = below(16);
    auto const part = [&](unsigned bit, TermId id) { return (mask >> bit & 1) != 0 ? id : TermId(); };
    return {part(0, one.subject), part(1, one.predicate), part(2, one.object), part(3, one.graph)};
  }
  [[nodiscard]] Order order() { return static_cast<Order>(below(order_count)); }

 private:
  std::mt19937_64 random_;
  std::uint64_t terms_;
};

}  // namespace lepton::rdf
