#pragma once

#include <vector>

#include "embed/triples.h"

namespace lepton::embed {

/// A town that tests learn: `count` people in a row, each parent of the next two, each living in one of four places;
/// grandparents follow from parents, children are their inverse.
struct Town {
  enum Relation : std::uint32_t { parent, child, grandparent, lives_in };
  static constexpr std::uint32_t relations = 4;

  std::uint32_t entities;
  std::vector<Triple> triples;

  explicit Town(std::uint32_t count) : entities(count + 4) {
    for (std::uint32_t i = 0; i < count; ++i) {
      for (std::uint32_t const c : {2 * i + 1, 2 * i + 2}) {
        if (c >= count) continue;
        triples.push_back({i, parent, c});
        triples.push_back({c, child, i});
        for (std::uint32_t const g : {2 * c + 1, 2 * c + 2})
          if (g < count) triples.push_back({i, grandparent, g});
      }
      triples.push_back({i, lives_in, count + i % 4});
    }
  }
};

}  // namespace lepton::embed
