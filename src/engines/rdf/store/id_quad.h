#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>

#include "rdf/store/term_id.h"

namespace lepton::rdf {

enum class Part : std::uint8_t { subject = 0, predicate = 1, object = 2, graph = 3 };

/// A statement by its ids. Without a named graph it stands in the default graph.
struct IdQuad {
  TermId subject;
  TermId predicate;
  TermId object;
  TermId graph = TermId::default_graph();

  [[nodiscard]] constexpr TermId part(Part which) const {
    return which == Part::subject     ? subject
           : which == Part::predicate ? predicate
           : which == Part::object    ? object
                                      : graph;
  }
  friend constexpr bool operator==(IdQuad const&, IdQuad const&) = default;
  friend constexpr auto operator<=>(IdQuad const&, IdQuad const&) = default;
};

/// Which quads: an undefined part matches everything (in the graph's place: the default graph and all named ones).
struct QuadPattern {
  TermId subject;
  TermId predicate;
  TermId object;
  TermId graph;

  [[nodiscard]] constexpr TermId part(Part which) const {
    return IdQuad{subject, predicate, object, graph}.part(which);
  }
};

/// The sort orders that the store keeps. Each ends with the part that its name leaves out; parts compare as ids do.
enum class Order : std::uint8_t { spo = 0, pso = 1, pos = 2, osp = 3, gspo = 4 };
inline constexpr std::size_t order_count = 5;

/// The parts of `order`, most significant first.
[[nodiscard]] constexpr std::array<Part, 4> parts_of(Order order) {
  using enum Part;
  constexpr std::array<std::array<Part, 4>, order_count> all{{{subject, predicate, object, graph},
                                                              {predicate, subject, object, graph},
                                                              {predicate, object, subject, graph},
                                                              {object, subject, predicate, graph},
                                                              {graph, subject, predicate, object}}};
  return all[static_cast<std::size_t>(order)];
}

/// A quad is stated, inferred, or both at once.
enum class Layer : std::uint8_t { stated = 1, inferred = 2 };
/// Which of them a reader wants to see; `both` shows a quad once.
enum class Layers : std::uint8_t { stated = 1, inferred = 2, both = 3 };

}  // namespace lepton::rdf
