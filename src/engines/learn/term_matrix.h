#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/call.h"
#include "learn/linear_svm.h"
#include "learn/term_context.h"
#include "runtime/linear_text.h"

namespace lepton::learn {

/// Texts as a classifier sees them: the terms that came often enough, and a row of their tf-idf, of length 1, a text.
/// With a context, its terms stand there too, those that no text has with a rarity of 0 in the table, and behind the
/// terms each row has columns for the sum of its terms' vectors, which do not count for its length.
struct TermMatrix {
  std::vector<runtime::TermTable::Slot> terms;
  std::vector<float> rarities;  ///< of each term
  double unseen = 0;            ///< rarity of a term that no text has
  SparseRows rows;
  TermContext const* context = nullptr;
  float context_scale = 0;                  ///< what the vectors are multiplied by in the rows
  std::vector<float> context_values{};      ///< of each row before that
  std::vector<std::uint32_t> context_of{};  ///< of each term: the number of its vector, or no_context

  static constexpr std::uint32_t no_context = 0xFFFFFFFFu;
  [[nodiscard]] std::size_t columns() const { return rarities.size() + (context ? context->dimensions : 0); }
  void scale_context(float scale);
};

/// A term must stand in `least_count` texts, a piece of a word and a pair of words in two at least. Pieces count half
/// of what their rarity says, because every word brings many. A rarity is the `power` of 1 + log(texts / texts with the
/// term). The context, if any, outlives the matrix. Heeds the call.
[[nodiscard]] TermMatrix count_terms(Call const& call, std::span<std::string_view const> texts,
                                     runtime::TermOptions const& options, std::uint32_t least_count,
                                     TermContext const* context = nullptr, double power = 1);

}  // namespace lepton::learn
