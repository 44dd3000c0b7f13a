#pragma once

#include <string>
#include <string_view>

namespace lepton::text {

/// What is to be made equal before words are compared.
struct Normalisation {
  bool compatibility = true;  ///< NFKC (Unicode Annex 15): ligatures, full and half width, presentation forms
  bool case_folded = false;   ///< lower case by Unicode's full case folding
};

/// Any bytes in, well-formed UTF-8 out: broken bytes become U+FFFD first. ASCII takes no way through ICU.
[[nodiscard]] std::string normalise(std::string_view text, Normalisation const& how = {});

/// Lower case, character by character (simple case mapping), so that the number of characters stays.
[[nodiscard]] std::string lower(std::string_view text);
/// The first letter upper case, the others lower case.
[[nodiscard]] std::string title(std::string_view text);

}  // namespace lepton::text
