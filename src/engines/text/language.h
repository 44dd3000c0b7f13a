#pragma once

#include <string_view>

namespace lepton::text {

/// What a text is written in.
struct Language {
  std::string_view code = "und";  ///< ISO 639-1: en zh ja ko ru ar … ; "und": not enough to tell
  double share = 0;               ///< of its letters that speak for it
};

/// By script, and within Latin script by the most frequent words of English, German, French, Spanish, Italian,
/// Portuguese and Dutch. Looks at the first 4,096 bytes. Any bytes are accepted.
[[nodiscard]] Language detect_language(std::string_view text);

}  // namespace lepton::text
