#pragma once

#include <charconv>
#include <cmath>
#include <optional>
#include <string_view>

namespace lepton::text {

/// The finite number that all of the text is, as std::from_chars reads it; nothing for any other text, "nan" and "inf"
/// among them.
[[nodiscard]] inline std::optional<double> find_real(std::string_view text) {
  double number = 0;
  auto const [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc() || end != text.data() + text.size() || !std::isfinite(number)) return std::nullopt;
  return number;
}

}  // namespace lepton::text
