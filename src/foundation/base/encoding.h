#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace lepton {

/// Lower-case hexadecimal.
[[nodiscard]] std::string to_hex(std::string_view bytes);
[[nodiscard]] std::optional<std::string> from_hex(std::string_view text);

/// RFC 4648 §5, without padding.
[[nodiscard]] std::string to_base64url(std::string_view bytes);
/// Accepts §4 and §5 alphabets, with or without padding.
[[nodiscard]] std::optional<std::string> from_base64(std::string_view text);

/// Crockford's base 32 in lower case (no i, l, o, u): short, readable aloud, safe in names and URLs.
[[nodiscard]] std::string to_base32(std::string_view bytes);

/// RFC 3986: everything but unreserved characters becomes %XX.
[[nodiscard]] std::string percent_encode(std::string_view text);
/// nullopt for a broken escape.
[[nodiscard]] std::optional<std::string> percent_decode(std::string_view text);

/// Whether the bytes are well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms).
[[nodiscard]] bool is_utf8(std::string_view bytes);

}  // namespace lepton
