#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace lepton::cli {

/// The line of `text` that a message "line 3, column 14: …" speaks of, and a caret below the place; "" when the message
/// names none, or one that is not in the text. Columns are characters.
[[nodiscard]] std::string caret_of(std::string_view message, std::string_view text);

/// The error with that below its sentence.
[[nodiscard]] Error with_caret(Error const& error, std::string_view text);

}  // namespace lepton::cli
