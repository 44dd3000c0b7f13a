#pragma once

#include <algorithm>
#include <iterator>

#include "sparql/row_morsels.h"

namespace lepton::sparql {

/// Sorts on several threads where that pays: pieces by themselves, then neighbours merged, twice as long each round.
/// The result is that of one thread when `less` is total. `less` is called from several threads.
template <typename T, typename Less>
void parallel_sort(Parallelism const& parallelism, std::vector<T>& values, Less const& less) {
  bool const shared = RowMorsels(parallelism, values.size()).count() > 1;
  std::size_t const pieces = shared ? parallelism.pool->threads() + 1 : 1;
  auto const place = [&](std::size_t piece) {
    return values.begin() + static_cast<std::ptrdiff_t>(values.size() * std::min(piece, pieces) / pieces);
  };
  if (pieces == 1) {
    std::sort(values.begin(), values.end(), less);
    return;
  }
  parallelism.pool->run(pieces, [&](MorselQueue& queue) {
    while (auto const piece = queue.next()) std::sort(place(*piece), place(*piece + 1), less);
  });
  for (std::size_t width = 1; width < pieces; width *= 2) {
    parallelism.pool->run((pieces + 2 * width - 1) / (2 * width), [&](MorselQueue& queue) {
      while (auto const pair = queue.next()) {
        std::size_t const first = *pair * 2 * width;
        std::inplace_merge(place(first), place(first + width), place(first + 2 * width), less);
      }
    });
  }
}

}  // namespace lepton::sparql
