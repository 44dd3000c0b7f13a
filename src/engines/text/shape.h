#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace lepton::text {

/// What a word looks like, character class by character class: "Reuters-96" → "Xxxxxxx-00", Han characters as 'C'.
/// With `collapsed` each class stands once per run: "Xx-0". At most 24 classes.
[[nodiscard]] std::string shape(std::string_view word, bool collapsed);

/// Facts about how a word is written; several may hold.
struct Spelling {
  bool initial_capital = false, all_capitals = false, mixed_case = false, lower_case = false;
  bool digits = false, all_digits = false, hyphen = false, dot = false, apostrophe = false, sign = false,
       initial = false;

  /// One bit each, in the order above.
  [[nodiscard]] std::uint32_t bits() const;
};
[[nodiscard]] Spelling spelling(std::string_view word);

/// Digits become '0': dates and scores of one form are one word.
[[nodiscard]] std::string mask_digits(std::string_view word);

}  // namespace lepton::text
