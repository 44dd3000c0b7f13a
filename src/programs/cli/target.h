#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace lepton::cli {

/// A request target put together from parts that are escaped.
///
///     Target("/v1/departments/{}/datasets/{}:preview", {"banking", "customers"}).with("limit", "5").str()
class Target {
 public:
  Target(std::string_view path, std::initializer_list<std::string_view> parts = {});
  /// Left out when the value is absent or empty.
  Target& with(std::string_view name, std::optional<std::string> const& value);
  [[nodiscard]] std::string const& str() const { return text_; }

 private:
  std::string text_;
};

}  // namespace lepton::cli
