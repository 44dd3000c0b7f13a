#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lepton::recommend {

/// An item of somebody's history by name.
struct NamedTaken {
  std::string name;
  float value = 1;
};

/// An item that came after the training, with what is known of it: columns and fields.
struct NewItem {
  std::string name;
  std::vector<std::pair<std::string, std::string>> fields;
};

/// What somebody asks with.
struct HistoryRequest {
  std::vector<NamedTaken> history;
  std::vector<NewItem> items;
};

/// Reads a history as read_history() does, or {"history": …, "items": [{"item": name, column: field, …}, …]}: the
/// history as an array or as a text, and fields that are texts, numbers or null. Throws Error{invalid} that says what
/// is wrong, with the place.
[[nodiscard]] HistoryRequest read_history_request(std::string_view text);

/// Reads a history as those who ask write it: a JSON array of names, or of {"item": name, "value": how often}; names
/// may be whole numbers. What does not begin with '[' is a list of names with commas between. Nothing, or white space,
/// is an empty history. Throws Error{invalid} that says what is wrong, with the place in the array.
[[nodiscard]] std::vector<NamedTaken> read_history(std::string_view text);

}  // namespace lepton::recommend
