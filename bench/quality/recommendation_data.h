#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "embed/triples.h"
#include "recommend/content_map.h"
#include "recommend/interactions.h"

namespace lepton::bench {

/// MovieLens' lines "user item rating time", numbered from 1 in the file and from 0 here.
[[nodiscard]] std::vector<recommend::Interaction> read_ratings(std::filesystem::path const& path);

/// Lines "user item item …", numbered from 0.
[[nodiscard]] std::vector<recommend::Interaction> read_histories(std::filesystem::path const& path);

/// Who listened to which artists, and what a graph says of those.
struct Listening {
  std::uint32_t users = 0, items = 0;
  std::vector<recommend::Interaction> taken;
  std::vector<recommend::Interaction> facts;  ///< item, feature, 1
  std::uint32_t features = 0;
  std::vector<embed::Triple> graph;  ///< the same facts, between nodes of which the first are the items
  std::uint32_t nodes = 0, relations = 0;
};
[[nodiscard]] Listening read_listening(std::filesystem::path const& folder);

/// Genres, year and words of the titles of MovieLens 100k: item, feature, 1.
struct MovieFeatures {
  std::vector<recommend::Interaction> facts;
  std::uint32_t features = 0;
};
[[nodiscard]] MovieFeatures read_movies(std::filesystem::path const& path);

/// A part of the list by a hash of its places, and the rest: `held_out` of `parts` parts.
struct Parts {
  std::vector<recommend::Interaction> rest, held_out;
};
[[nodiscard]] Parts part(std::vector<recommend::Interaction> const& list, std::uint64_t parts, std::uint64_t seed);

}  // namespace lepton::bench
