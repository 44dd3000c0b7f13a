#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace lepton::access {

/// Where an asset is: "banking/customers", or one version of it, "banking/customers@3". Names are 1–100 of a–z, 0–9,
/// '_', '-', '.' and non-ASCII letters, beginning with a letter or digit.
struct Address {
  std::string department;
  std::string name;
  std::optional<std::string> version;

  [[nodiscard]] std::string str() const;
  /// Without the version.
  [[nodiscard]] Address asset() const { return {department, name, std::nullopt}; }
  friend auto operator<=>(Address const&, Address const&) = default;
};

/// Throws Error{invalid} that says what an address looks like.
[[nodiscard]] Address parse_address(std::string_view text);
[[nodiscard]] bool is_name(std::string_view text);

}  // namespace lepton::access
