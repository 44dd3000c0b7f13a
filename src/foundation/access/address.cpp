#include "access/address.h"

#include <cstdint>

#include "base/encoding.h"
#include "base/error.h"

namespace lepton::access {
namespace {

constexpr std::size_t kMaxNameLength = 100;

/// Decodes one code point of text known to be UTF-8 and moves past it.
std::uint32_t next_code_point(std::string_view text, std::size_t& at) {
  auto const byte = [&](std::size_t i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(text[i])); };
  std::uint32_t const lead = byte(at);
  std::size_t const length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  std::uint32_t code = length == 1 ? lead : lead & (0x7Fu >> length);
  for (std::size_t i = 1; i < length; ++i) code = (code << 6) | (byte(at + i) & 0x3Fu);
  at += length;
  return code;
}

/// Beyond ASCII: everything but the ranges of controls, spaces, punctuation, formatting, private use and
/// non-characters, which would let two names look alike or break a line.
bool is_letter_beyond_ascii(std::uint32_t c) {
  return c >= 0xC0 && c != 0xD7 && c != 0xF7 && !(c >= 0x2000 && c <= 0x206F) && !(c >= 0x3000 && c <= 0x3004) &&
         !(c >= 0x3008 && c <= 0x3020) && !(c >= 0xE000 && c <= 0xF8FF) && !(c >= 0xFE00 && c <= 0xFE0F) &&
         c != 0xFEFF && !(c >= 0xFF00 && c <= 0xFF0F) && !(c >= 0xFFF0 && c <= 0xFFFF) && c < 0xE0000;
}

}  // namespace

bool is_name(std::string_view text) {
  if (text.empty() || !is_utf8(text)) return false;
  std::size_t length = 0;
  for (std::size_t at = 0; at < text.size(); ++length) {
    std::uint32_t const c = next_code_point(text, at);
    bool const alphanumeric = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || is_letter_beyond_ascii(c);
    bool const joining = c == '_' || c == '-' || c == '.';
    if (!alphanumeric && !(joining && length > 0)) return false;
  }
  return length <= kMaxNameLength;
}

std::string Address::str() const {
  return department + "/" + name + (version ? "@" + *version : "");
}

Address parse_address(std::string_view text) {
  auto const wrong = [&] {
    return invalid("'" + std::string(is_utf8(text) ? text.substr(0, 300) : "?") +
                   "' is not an address: expected department/name or department/name@version, names of a–z, 0–9, '_', "
                   "'-' and '.', at most 100 long, beginning with a letter or digit");
  };
  auto const slash = text.find('/');
  if (slash == std::string_view::npos) throw wrong();
  Address address{std::string(text.substr(0, slash)), std::string(text.substr(slash + 1)), std::nullopt};
  if (auto const at = address.name.find('@'); at != std::string::npos) {
    address.version = address.name.substr(at + 1);
    address.name.resize(at);
  }
  if (!is_name(address.department) || !is_name(address.name) || (address.version && !is_name(*address.version)))
    throw wrong();
  return address;
}

}  // namespace lepton::access
