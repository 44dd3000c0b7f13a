#include "rdf/characters.h"

#include <algorithm>

namespace lepton::rdf {

namespace {

struct Range {
  char32_t first;
  char32_t last;
};

/// PN_CHARS_BASE beyond ASCII; XML's NameStartChar has the same ranges.
constexpr std::array<Range, 12> letter_ranges{{{0xC0, 0xD6},
                                               {0xD8, 0xF6},
                                               {0xF8, 0x2FF},
                                               {0x370, 0x37D},
                                               {0x37F, 0x1FFF},
                                               {0x200C, 0x200D},
                                               {0x2070, 0x218F},
                                               {0x2C00, 0x2FEF},
                                               {0x3001, 0xD7FF},
                                               {0xF900, 0xFDCF},
                                               {0xFDF0, 0xFFFD},
                                               {0x10000, 0xEFFFF}}};

bool is_unicode_letter(char32_t c) {
  return std::ranges::any_of(letter_ranges, [c](Range const& r) { return c >= r.first && c <= r.last; });
}

bool is_unicode_mark(char32_t c) {
  return c == 0xB7 || (c >= 0x300 && c <= 0x36F) || c == 0x203F || c == 0x2040;
}

/// Every code point satisfies `rest`, and the first one `first`.
template <typename First, typename Rest>
bool consists_of(std::string_view text, First first, Rest rest) {
  if (text.empty()) return false;
  for (std::size_t i = 0; i < text.size();) {
    CodePoint const c = decode_utf8(text.substr(i));
    if (c.length == 0 || !(i == 0 ? first(c.value) : rest(c.value))) return false;
    i += c.length;
  }
  return true;
}

}  // namespace

bool is_name_start(char32_t c) {
  if (c < 0x80) return is_ascii_letter(static_cast<int>(c)) || c == '_';
  return is_unicode_letter(c);
}

bool is_name_char(char32_t c) {
  if (c < 0x80) return is_ascii_letter(static_cast<int>(c)) || c == '_' || is_digit(static_cast<int>(c)) || c == '-';
  return is_unicode_letter(c) || is_unicode_mark(c);
}

bool is_blank_label(std::string_view label) {
  return !label.ends_with('.') &&
         consists_of(
             label, [](char32_t c) { return is_name_start(c) || is_digit(static_cast<int>(c)); },
             [](char32_t c) { return is_name_char(c) || c == '.'; });
}

bool is_ncname(std::string_view text) {
  return consists_of(text, is_name_start, [](char32_t c) { return is_name_char(c) || c == '.'; });
}

bool is_xml_text(std::string_view text) {
  auto const allowed = [](char32_t c) {
    return c >= 0x20 ? c != 0xFFFE && c != 0xFFFF : c == '\t' || c == '\n' || c == '\r';
  };
  return text.empty() || consists_of(text, allowed, allowed);
}

CodePoint decode_utf8(std::string_view bytes) {
  if (bytes.empty()) return {};
  auto const at = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  auto const first = at(0);
  if (first < 0x80) return {first, 1};
  std::size_t const length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || bytes.size() < length) return {};
  char32_t value = first & (0x7Fu >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((at(i) & 0xC0) != 0x80) return {};
    value = value << 6 | (at(i) & 0x3Fu);
  }
  constexpr std::array<char32_t, 5> least{0, 0, 0x80, 0x800, 0x10000};
  if (value < least[length] || !is_scalar_value(value)) return {};
  return {value, length};
}

void append_utf8(std::string& out, char32_t c) {
  auto const byte = [&](char32_t value) { out.push_back(static_cast<char>(value)); };
  if (c < 0x80) {
    byte(c);
  } else if (c < 0x800) {
    byte(0xC0 | c >> 6);
    byte(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    byte(0xE0 | c >> 12);
    byte(0x80 | (c >> 6 & 0x3F));
    byte(0x80 | (c & 0x3F));
  } else {
    byte(0xF0 | c >> 18);
    byte(0x80 | (c >> 12 & 0x3F));
    byte(0x80 | (c >> 6 & 0x3F));
    byte(0x80 | (c & 0x3F));
  }
}

bool is_language_tag(std::string_view tag) {
  // Parsers keep it for every open element. The longest ones in use have some 35 bytes.
  constexpr std::size_t longest = 255;
  if (tag.size() > longest) return false;
  std::size_t letters = 0;
  bool first = true;
  for (char const c : tag) {
    if (c == '-') {
      if (letters == 0) return false;
      first = false;
      letters = 0;
    } else if (is_ascii_letter(c) || (!first && is_digit(c))) {
      ++letters;
    } else {
      return false;
    }
  }
  return letters > 0;
}

std::string to_lower_ascii(std::string_view text) {
  std::string lowered(text);
  for (char& c : lowered)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  return lowered;
}

}  // namespace lepton::rdf
