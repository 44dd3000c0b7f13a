#include "text/index_keys.h"

#include <algorithm>

#include "text/normal.h"
#include "text/utf8.h"

namespace lepton::text {
namespace {

bool is_ascii_byte(char c) {
  return static_cast<unsigned char>(c) < 0x80;
}

bool is_run(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/// Calls run(begin, end) and pair(begin, middle, end) for what is found in a folded text; middle is the end where no
/// second character belongs to the key.
template <class Run, class Pair>
void walk(std::string_view text, Run const& run, Pair const& pair) {
  for (std::size_t at = 0; at < text.size();) {
    std::size_t const begin = at;
    if (is_run(text[at])) {
      while (at < text.size() && is_run(text[at])) ++at;
      run(begin, at);
    } else if (is_ascii_byte(text[at])) {
      ++at;
    } else {
      at += decode(text, at).bytes;
      bool const goes_on = at < text.size() && !is_ascii_byte(text[at]);
      pair(begin, at, goes_on ? at + decode(text, at).bytes : at);
    }
  }
}

void take_keys(std::string_view folded, std::function<void(std::string_view)> const& take) {
  walk(
      folded,
      [&](std::size_t begin, std::size_t end) { take(folded.substr(begin, std::min(end - begin, longest_key))); },
      [&](std::size_t begin, std::size_t, std::size_t end) { take(folded.substr(begin, end - begin)); });
}

}  // namespace

void index_keys(std::string_view text, std::function<void(std::string_view)> const& take) {
  std::string folded(text);
  for (char& c : folded)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  take_keys(folded, take);
  if (std::ranges::all_of(text, is_ascii_byte)) return;
  auto const words = normalise(text, {.compatibility = true, .case_folded = true});
  if (words != folded) take_keys(words, take);
}

bool KeyPattern::fits(std::string_view of_text) const {
  // A key that may have been cut could have gone on with anything.
  if (open_begin)
    return of_text.size() == longest_key ||
           (open_end ? of_text.find(key) != std::string_view::npos : of_text.ends_with(key));
  return open_end ? of_text.starts_with(key) : of_text == key;
}

std::vector<KeyPattern> key_patterns(std::string_view piece, Edge before, Edge behind) {
  std::vector<KeyPattern> patterns;
  walk(
      piece,
      [&](std::size_t begin, std::size_t end) {
        KeyPattern pattern{std::string(piece.substr(begin, end - begin)), begin == 0 && before == Edge::open,
                           end == piece.size() && behind == Edge::open};
        if (pattern.key.size() >= longest_key && !pattern.open_begin) {
          pattern.key.resize(longest_key);
          pattern.open_end = false;
        }
        patterns.push_back(std::move(pattern));
      },
      [&](std::size_t begin, std::size_t middle, std::size_t end) {
        bool const is_last_of_several =
            middle == end && !patterns.empty() && begin > 0 && !is_ascii_byte(piece[begin - 1]);
        if (is_last_of_several) return;  // the pair before has it
        patterns.push_back({std::string(piece.substr(begin, end - begin)), false, middle == end});
      });
  return patterns;
}

}  // namespace lepton::text
