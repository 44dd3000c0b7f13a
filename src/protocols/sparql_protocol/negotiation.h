#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace lepton::sparql_protocol {

/// The first of `offered` that the Accept header likes best (RFC 9110 §12.5.1); the first of all without a header;
/// nullopt when it takes none of them.
[[nodiscard]] std::optional<std::string_view> negotiate(std::optional<std::string_view> accept,
                                                        std::span<std::string_view const> offered);

}  // namespace lepton::sparql_protocol
