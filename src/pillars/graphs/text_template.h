#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace lepton::graphs {

/// Text with column names in braces, "http://bank.example/customer/{customer_id}" (R2RML §7.3); a backslash before a
/// brace or a backslash makes it plain text. A plain value.
class TextTemplate {
 public:
  /// Throws Error{invalid} that says what is wrong with it.
  explicit TextTemplate(std::string_view text);

  /// In the order in which they stand, each as often as it does.
  [[nodiscard]] std::vector<std::string> const& columns() const { return columns_; }
  /// What stands before each column, and behind the last: one more than there are columns.
  [[nodiscard]] std::vector<std::string> const& texts() const { return texts_; }

 private:
  std::vector<std::string> columns_;
  std::vector<std::string> texts_;
};

/// Appends `value` so that it can stand inside an IRI and does not change its structure: what is not unreserved is
/// percent-encoded, letters beyond ASCII stay (R2RML §7.3, "IRI-safe version").
void append_iri_safe(std::string_view value, std::string& out);

}  // namespace lepton::graphs
