#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/call.h"

namespace lepton::learn {

/// What company words keep, by the hash of the term (runtime::TextTerms) that each word is: a vector of 100 numbers,
/// about a mean of 0, near where words keep similar company. A plain value.
struct TermContext {
  struct Term {
    std::uint32_t number = 0;  ///< of its vector
    std::uint32_t words = 1;   ///< words (Chinese: characters) that it is a run of
  };
  std::size_t dimensions = 0;
  std::unordered_map<std::uint64_t, Term> terms;
  std::vector<float> values;

  [[nodiscard]] std::span<float const> vector(std::uint32_t number) const {
    return std::span(values).subspan(number * dimensions, dimensions);
  }
};

/// Learns from texts that nobody needs to have labelled; of Chinese text, words are those of ICU's dictionary. Equal
/// texts in equal order give equal vectors. Heeds the call. Throws Error{invalid} where no word comes five times.
[[nodiscard]] TermContext learn_term_context(Call const& call, std::span<std::string_view const> texts);

}  // namespace lepton::learn
