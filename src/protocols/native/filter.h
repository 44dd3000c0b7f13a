#pragma once

#include <memory>
#include <string_view>

#include "base/json.h"

namespace lepton::native {

/// The small filter language of lists, after AIP-160: `tags:"pii" AND (rows > 1000 OR NOT kind = "dataset")`. Fields
/// may be dotted; operators are = != < <= > >= and `:` (contains: text in text, element in list, key in object). A
/// missing field makes a comparison false. Immutable; any thread may call.
class Filter {
 public:
  /// Throws Error{invalid} with the column where the text stops making sense. Empty text matches all.
  [[nodiscard]] static Filter parse(std::string_view text);
  [[nodiscard]] bool matches(json::Value const& item) const;

  struct Node;

 private:
  explicit Filter(std::shared_ptr<Node const> root) : root_(std::move(root)) {}
  std::shared_ptr<Node const> root_;  // shared by copies of an immutable filter
};

/// The member that a dotted path names, or null.
[[nodiscard]] json::Value const* find_member(json::Value const& item, std::string_view path);
/// Orders two values of one field: absent and null first, then false < true, numbers, text.
[[nodiscard]] int compare(json::Value const* a, json::Value const* b);

}  // namespace lepton::native
