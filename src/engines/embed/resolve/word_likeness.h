#pragma once

#include <string_view>

namespace lepton::embed {

/// How much two different words look like the same one, 0 to 1: one letter wrong, missing, added or swapped in four
/// (Damerau-Levenshtein), a code that continues another, an initial. Words of digits alone are alike only when equal.
[[nodiscard]] float word_likeness(std::string_view a, std::string_view b);

/// Whether it has digits, and letters or at least three of them: a model or article number, a version.
[[nodiscard]] bool is_code(std::string_view word);

}  // namespace lepton::embed
