#include "text/shape.h"

#include <unicode/uchar.h>

#include "text/utf8.h"

namespace lepton::text {
namespace {

char class_of(char32_t c) {
  if (c < 0x80) {
    if (c >= 'a' && c <= 'z') return 'x';
    if (c >= 'A' && c <= 'Z') return 'X';
    if (c >= '0' && c <= '9') return '0';
    return static_cast<char>(c);
  }
  if (is_han(c)) return 'C';
  auto const character = static_cast<UChar32>(c);
  if (u_isupper(character)) return 'X';
  if (u_islower(character)) return 'x';
  if (u_isdigit(character)) return '0';
  return u_isalpha(character) ? 'a' : '?';
}

}  // namespace

std::string shape(std::string_view word, bool collapsed) {
  std::string out;
  for (std::size_t at = 0; at < word.size() && out.size() < 24;) {
    auto const [character, bytes] = decode(word, at);
    char const c = class_of(character);
    if (!collapsed || out.empty() || out.back() != c) out += c;
    at += bytes;
  }
  return out;
}

Spelling spelling(std::string_view word) {
  Spelling s;
  std::size_t upper = 0, small = 0, digits = 0, others = 0, position = 0;
  for (std::size_t at = 0; at < word.size(); ++position) {
    auto const [character, bytes] = decode(word, at);
    char const c = class_of(character);
    if (c == 'X') {
      ++upper;
      s.initial_capital |= position == 0;
    } else if (c == 'x') {
      ++small;
    } else if (c == '0') {
      ++digits;
    } else if (c != 'C' && c != 'a') {
      ++others;
      s.hyphen |= c == '-';
      s.dot |= c == '.';
      s.apostrophe |= c == '\'';
    }
    at += bytes;
  }
  s.all_capitals = upper > 0 && small == 0;
  s.lower_case = small > 0 && upper == 0;
  s.mixed_case = upper > 0 && small > 0 && !(s.initial_capital && upper == 1);
  s.digits = digits > 0;
  s.all_digits = digits > 0 && upper + small == 0;
  s.sign = others > 0 && upper + small + digits == 0;
  s.initial = word.size() == 2 && upper == 1 && s.dot;
  return s;
}

std::uint32_t Spelling::bits() const {
  std::uint32_t all = 0, bit = 1;
  for (bool const fact : {initial_capital, all_capitals, mixed_case, lower_case, digits, all_digits, hyphen, dot,
                          apostrophe, sign, initial}) {
    if (fact) all |= bit;
    bit <<= 1;
  }
  return all;
}

std::string mask_digits(std::string_view word) {
  std::string out(word);
  for (char& c : out)
    if (c >= '0' && c <= '9') c = '0';
  return out;
}

}  // namespace lepton::text
