#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace lepton::recommend {

/// An item of somebody's history by name.
struct NamedTaken {
  std::string name;
  float value = 1;
};

/// Reads a history as those who ask write it: a JSON array of names, or of {"item": name, "value": how often}; names
/// may be whole numbers. What does not begin with '[' is a list of names with commas between. Nothing, or white space,
/// is an empty history. Throws Error{invalid} that says what is wrong, with the place in the array.
[[nodiscard]] std::vector<NamedTaken> read_history(std::string_view text);

}  // namespace lepton::recommend
