#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lepton::native {

/// The revision inside an If-Match value: "\"3\"" → 3; empty → nullopt. Throws Error{invalid} for anything else, and
/// for a weak tag, which RFC 9110 §13.1.1 never lets match.
[[nodiscard]] std::optional<std::int64_t> revision_of(std::string_view if_match);

}  // namespace lepton::native
