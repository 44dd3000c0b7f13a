#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/call.h"
#include "learn/linear_svm.h"
#include "runtime/linear_text.h"

namespace lepton::learn {

/// Texts as a classifier sees them: the terms that came often enough, and a row of their tf-idf, of length 1, a text.
struct TermMatrix {
  std::vector<runtime::TermTable::Slot> terms;
  std::vector<float> rarities;  ///< of each term
  SparseRows rows;
};

/// A term must stand in `least_count` texts, a piece of a word and a pair of words in two at least. Pieces count half
/// of what their rarity says, because every word brings many. Heeds the call.
[[nodiscard]] TermMatrix count_terms(Call const& call, std::span<std::string_view const> texts,
                                     runtime::TermOptions const& options, std::uint32_t least_count);

}  // namespace lepton::learn
