#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/call.h"

namespace lepton::embed {

/// Divides vectors of length 1, `dimensions` numbers each, into `classes` by spherical k-means (Dhillon & Modha 2001),
/// at most `rounds` of it: the class of each, from 0. The first vectors are the first centres; a centre that none is
/// nearest to stays. The same processor gives the same classes. Heeds the call.
[[nodiscard]] std::vector<std::uint32_t> spherical_means(Call const& call, std::span<float const> vectors,
                                                         std::size_t dimensions, std::size_t classes, int rounds);

}  // namespace lepton::embed
