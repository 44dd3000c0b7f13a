#include "cli/width.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace lepton::cli {
namespace {

struct Range {
  char32_t first, last;
};

// Unicode 15, East_Asian_Width W and F, neighbouring ranges joined over unassigned code points.
constexpr std::array<Range, 38> kWide{
    {{0x1100, 0x115F}, {0x231A, 0x231B}, {0x2329, 0x232A}, {0x23E9, 0x23EC}, {0x23F0, 0x23F0}, {0x23F3, 0x23F3},
     {0x25FD, 0x25FE}, {0x2614, 0x2615}, {0x2648, 0x2653}, {0x267F, 0x267F}, {0x2693, 0x2693}, {0x26A1, 0x26A1},
     {0x26AA, 0x26AB}, {0x26BD, 0x26BE}, {0x26C4, 0x26C5}, {0x26CE, 0x26CE}, {0x26D4, 0x26D4}, {0x26EA, 0x26EA},
     {0x26F2, 0x26F3}, {0x26F5, 0x26F5}, {0x26FA, 0x26FA}, {0x26FD, 0x26FD}, {0x2705, 0x2705}, {0x270A, 0x270B},
     {0x2728, 0x2728}, {0x274C, 0x274C}, {0x2753, 0x2755}, {0x2795, 0x2797}, {0x2E80, 0x303E}, {0x3041, 0x33FF},
     {0x3400, 0x4DBF}, {0x4E00, 0xA4CF}, {0xA960, 0xA97C}, {0xAC00, 0xD7A3}, {0xF900, 0xFAFF}, {0xFE10, 0xFE6F},
     {0xFF01, 0xFF60}, {0xFFE0, 0xFFE6}}};
constexpr std::array<Range, 5> kWideAbove{
    {{0x16FE0, 0x18CD5}, {0x1B000, 0x1B2FB}, {0x1F300, 0x1F64F}, {0x1F680, 0x1FAF8}, {0x20000, 0x3FFFD}}};
constexpr std::array<Range, 12> kNone{{{0x0300, 0x036F},
                                       {0x0483, 0x0489},
                                       {0x0591, 0x05BD},
                                       {0x0610, 0x061A},
                                       {0x064B, 0x065F},
                                       {0x1AB0, 0x1ACE},
                                       {0x1DC0, 0x1DFF},
                                       {0x200B, 0x200F},
                                       {0x20D0, 0x20F0},
                                       {0x302A, 0x302D},
                                       {0xFE00, 0xFE0F},
                                       {0xFE20, 0xFE2F}}};

template <std::size_t N>
bool within(std::array<Range, N> const& ranges, char32_t c) {
  auto const after = std::upper_bound(ranges.begin(), ranges.end(), c,
                                      [](char32_t value, Range const& range) { return value < range.first; });
  return after != ranges.begin() && c <= std::prev(after)->last;
}

std::size_t width_of(char32_t c) {
  if (within(kNone, c)) return 0;
  return within(kWide, c) || within(kWideAbove, c) ? 2 : 1;
}

// Bytes of the character at the front; broken UTF-8 counts byte by byte.
std::size_t next(std::string_view text, char32_t& c) {
  auto const lead = static_cast<unsigned char>(text[0]);
  std::size_t const length = lead < 0x80 ? 1 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
  c = length == 1 ? lead : lead & (0xFF >> (length + 1));
  if (length > text.size()) return 1;
  for (std::size_t i = 1; i < length; ++i) c = (c << 6) | (static_cast<unsigned char>(text[i]) & 0x3F);
  return length;
}

}  // namespace

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    char32_t c = 0;
    text.remove_prefix(next(text, c));
    width += width_of(c);
  }
  return width;
}

std::string fit(std::string_view text, std::size_t columns) {
  if (display_width(text) <= columns) return std::string(text);
  std::string out;
  std::size_t width = 0;
  while (!text.empty()) {
    char32_t c = 0;
    auto const length = next(text, c);
    if (width + width_of(c) + 1 > columns) break;
    out += text.substr(0, length);
    width += width_of(c);
    text.remove_prefix(length);
  }
  return out + "…";
}

}  // namespace lepton::cli
