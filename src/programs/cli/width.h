#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace lepton::cli {

/// Columns of a terminal that UTF-8 text takes: East Asian wide and fullwidth characters two, combining marks none
/// (Unicode Standard Annex 11).
[[nodiscard]] std::size_t display_width(std::string_view text);
/// At most `columns` wide, ended with "…" when something was cut; never within a character.
[[nodiscard]] std::string fit(std::string_view text, std::size_t columns);

}  // namespace lepton::cli
