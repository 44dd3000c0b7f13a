#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "text/index_keys.h"

namespace lepton::sparql {

/// A piece of text that a text must hold as it is, or in any spelling by case.
struct RequiredText {
  std::string piece;
  text::Edge before = text::Edge::open;
  text::Edge behind = text::Edge::open;
};

/// How letters of the text and of the piece compare.
enum class Spelling {
  exact,
  lowered,  ///< the text is lower-cased first: LCASE
  any_case  ///< flag i of a regular expression
};

/// Pieces that every text which the pattern matches holds. Empty when none can be told: for patterns with alternatives
/// or groups, which may need anything. Pure.
[[nodiscard]] std::vector<RequiredText> required_texts(std::string_view regular_expression);

/// What an index has for every text that holds the piece.
[[nodiscard]] std::vector<text::KeyPattern> key_patterns(RequiredText const& required, Spelling spelling);

}  // namespace lepton::sparql
