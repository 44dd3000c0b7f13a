#pragma once

#include <string_view>
#include <vector>

#include "text/token.h"

namespace lepton::text {

/// Cuts a text into words, numbers and punctuation as newswire corpora do: "don't" → do n't, "Smith's" → Smith 's, and
/// "U.S.", "J.", "1,000.50", "1996-08-22", "London-based", "a@b.com" stay whole. Han characters stand alone. Any bytes
/// are accepted; every byte that is no white space is in exactly one token, none longer than 256 bytes. Appends to
/// `tokens`. Throws Error{invalid} for a text longer than longest_text.
void tokenize_english(std::string_view text, std::vector<Span>& tokens);
[[nodiscard]] std::vector<Span> tokenize_english(std::string_view text);

}  // namespace lepton::text
