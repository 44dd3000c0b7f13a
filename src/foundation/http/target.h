#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "http/message.h"

namespace lepton::http {

/// A request target taken apart (RFC 9112 §3.2): origin form, or absolute form, whose authority is dropped.
struct Target {
  std::string_view raw_path;  ///< still percent-encoded; points into the text that was parsed
  std::string path;           ///< decoded
  Pairs query;
};

/// nullopt for what is neither form, a broken escape, a NUL, or a path with "." or ".." segments.
[[nodiscard]] std::optional<Target> parse_target(std::string_view target);

/// scheme://host:port of a base URL.
struct Origin {
  bool tls = false;
  std::string host;  ///< without the brackets of an IPv6 address
  std::string port;
  std::string prefix;  ///< path before each target, without a trailing slash

  /// For the Host field.
  [[nodiscard]] std::string authority() const;
};

/// Throws Error{invalid} for what is no http or https URL.
[[nodiscard]] Origin parse_origin(std::string_view url);

}  // namespace lepton::http
