#include "embed/resolve/word_likeness.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace lepton::embed {
namespace {

constexpr std::size_t longest = 32;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool has_digit(std::string_view word) {
  return std::any_of(word.begin(), word.end(), is_digit);
}

/// Optimal string alignment distance, or more than `most` as soon as it is more than that.
std::size_t distance(std::string_view a, std::string_view b, std::size_t most) {
  std::array<std::size_t, longest + 1> before{}, row{}, next{};
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    next[0] = i;
    std::size_t least = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      next[j] = std::min({row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        next[j] = std::min(next[j], before[j - 2] + 1);
      least = std::min(least, next[j]);
    }
    if (least > most) return most + 1;
    before = row;
    row = next;
  }
  return row[b.size()];
}

}  // namespace

bool is_code(std::string_view word) {
  auto const digits = static_cast<std::size_t>(std::count_if(word.begin(), word.end(), is_digit));
  return digits > 0 && (digits < word.size() ? word.size() >= 3 : digits >= 3);
}

float word_likeness(std::string_view a, std::string_view b) {
  if (a.size() > b.size()) std::swap(a, b);
  if (b.size() > longest || a.empty()) return 0;
  if (a.size() == 1) return a[0] == b[0] && !is_digit(a[0]) && b.size() > 1 && !is_digit(b[1]) ? 0.5f : 0;
  if (has_digit(a) || has_digit(b)) {
    bool const numbers = std::all_of(a.begin(), a.end(), is_digit) && std::all_of(b.begin(), b.end(), is_digit);
    if (numbers || a.size() < 4 || !(b.starts_with(a) || b.ends_with(a))) return 0;
    return 0.5f + 0.5f * static_cast<float>(a.size()) / static_cast<float>(b.size());
  }
  if (a.size() < 4 || b.size() > a.size() + 2) return 0;
  std::size_t const most = a.size() < 8 ? 1 : 2;
  auto const steps = distance(a, b, most);
  return steps > most ? 0 : 1 - static_cast<float>(steps) / static_cast<float>(b.size()) * 1.5f;
}

}  // namespace lepton::embed
