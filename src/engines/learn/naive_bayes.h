#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/call.h"
#include "learn/labelled_texts.h"

namespace lepton::learn {

/// The class of each asked text by multinomial naive Bayes over its words, with one word more of each in every class:
/// what a classifier of texts should be better than. The first class of each taught text counts, and there is one.
/// Heeds the call.
[[nodiscard]] std::vector<std::uint32_t> classify_by_naive_bayes(Call const& call, LabelledTexts const& taught,
                                                                 std::vector<std::string_view> const& asked,
                                                                 std::size_t classes);

}  // namespace lepton::learn
