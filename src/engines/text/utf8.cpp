#include "text/utf8.h"

#include "base/encoding.h"

namespace lepton::text {

Decoded decode(std::string_view text, std::size_t position) {
  auto const byte = [&](std::size_t i) { return static_cast<unsigned char>(text[position + i]); };
  unsigned const first = byte(0);
  if (first < 0x80) return {first, 1};
  std::uint32_t const bytes = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || position + bytes > text.size()) return {};
  char32_t character = first & (0x7F >> bytes);
  for (std::uint32_t i = 1; i < bytes; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {};
    character = character << 6 | (byte(i) & 0x3F);
  }
  bool const overlong = (bytes == 3 && character < 0x800) || (bytes == 4 && character < 0x10000);
  bool const surrogate = character >= 0xD800 && character < 0xE000;
  if (overlong || surrogate || character > 0x10FFFF) return {};
  return {character, bytes};
}

void append(std::string& text, char32_t character) {
  auto const tail = [&](int shift) { text += static_cast<char>(0x80 | ((character >> shift) & 0x3F)); };
  if (character < 0x80) {
    text += static_cast<char>(character);
  } else if (character < 0x800) {
    text += static_cast<char>(0xC0 | character >> 6);
    tail(0);
  } else if (character < 0x10000) {
    text += static_cast<char>(0xE0 | character >> 12);
    tail(6);
    tail(0);
  } else {
    text += static_cast<char>(0xF0 | character >> 18);
    tail(12);
    tail(6);
    tail(0);
  }
}

std::string repair(std::string_view bytes) {
  if (is_utf8(bytes)) return std::string(bytes);
  std::string text;
  text.reserve(bytes.size() + 16);
  for (std::size_t at = 0; at < bytes.size();) {
    auto const [character, size] = decode(bytes, at);
    append(text, character);
    at += size;
  }
  return text;
}

std::size_t length(std::string_view text) {
  std::size_t characters = 0;
  for (std::size_t at = 0; at < text.size(); at += decode(text, at).bytes) ++characters;
  return characters;
}

bool is_han(char32_t c) {
  return (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x3400 && c <= 0x4DBF) || (c >= 0x20000 && c <= 0x323AF) ||
         (c >= 0xF900 && c <= 0xFAFF) || c == 0x3007;
}

}  // namespace lepton::text
