#include "retrieval/terms.h"

#include <unicode/uchar.h>

#include <array>

#include "base/error.h"
#include "text/hash.h"
#include "text/normal.h"
#include "text/token.h"
#include "text/utf8.h"

namespace lepton::retrieval {
namespace {

constexpr std::uint64_t word_seed = 61, piece_seed = 62, pair_seed = 63;

enum class Script : std::uint8_t { none, letters, han };

Script script_of(char32_t character) {
  if (character < 0x80) {
    char32_t const low = character | 0x20;
    return (low >= 'a' && low <= 'z') || (character >= '0' && character <= '9') ? Script::letters : Script::none;
  }
  if (text::is_han(character)) return Script::han;
  auto const c = static_cast<UChar32>(character);
  bool const part =
      u_isalnum(c) != 0 || u_charType(c) == U_NON_SPACING_MARK || u_charType(c) == U_COMBINING_SPACING_MARK;
  return part ? Script::letters : Script::none;
}

std::string comparable(std::string_view text) {
  if (text.size() > text::longest_text) throw invalid("the text is longer than 64 MiB: cut it into passages");
  return text::normalise(text, {.compatibility = true, .case_folded = true});
}

/// Calls `take(run, script, starts)` for each run of one script; `starts` are where its characters begin, and its end.
template <typename Take>
void for_each_run(std::string_view text, Take const& take) {
  std::vector<std::size_t> starts;
  auto script = Script::none;
  auto const finish = [&](std::size_t end) {
    if (script != Script::none) {
      starts.push_back(end);
      take(script, starts);
    }
    starts.clear();
  };
  for (std::size_t at = 0; at < text.size();) {
    auto const [character, bytes] = text::decode(text, at);
    auto const next = script_of(character);
    if (next != script || starts.size() == longest_word) finish(at);
    script = next;
    if (script != Script::none) starts.push_back(at);
    at += bytes;
  }
  finish(text.size());
}

void add_pieces(std::string_view word, std::vector<Term>& terms) {
  std::array<char, 4 * longest_word + 2> marked;
  std::array<std::uint16_t, longest_word + 3> starts;
  std::size_t bytes = 0, count = 0;
  auto const add = [&](std::string_view character) {
    starts[count++] = static_cast<std::uint16_t>(bytes);
    bytes += character.copy(marked.data() + bytes, character.size());
  };
  add("\x01");
  for (std::size_t at = 0; at < word.size();) {
    auto const size = text::decode(word, at).bytes;
    add(word.substr(at, size));
    at += size;
  }
  add("\x02");
  starts[count] = static_cast<std::uint16_t>(bytes);
  std::string_view const view(marked.data(), bytes);
  for (std::size_t const size : {3U, 4U})
    for (std::size_t i = 0; i + size <= count; ++i)
      terms.push_back(
          {text::hash64(view.substr(starts[i], starts[i + size] - starts[i]), piece_seed), TermKind::piece});
}

}  // namespace

std::vector<Term> terms_of(std::string_view raw, Pieces pieces) {
  auto const text = comparable(raw);
  std::string_view const view = text;
  std::vector<Term> terms;
  std::uint64_t previous = 0;
  auto const add_word = [&](std::string_view word) {
    auto const hash = text::hash64(word, word_seed);
    terms.push_back({hash, TermKind::word});
    if (previous != 0) terms.push_back({text::combine(text::combine(previous, hash), pair_seed), TermKind::pair});
    previous = hash;
  };
  for_each_run(view, [&](Script script, std::vector<std::size_t> const& starts) {
    if (script == Script::letters || starts.size() == 2) {
      auto const word = view.substr(starts.front(), starts.back() - starts.front());
      add_word(word);
      if (script == Script::letters && pieces == Pieces::with) add_pieces(word, terms);
      return;
    }
    for (std::size_t i = 0; i + 2 < starts.size(); ++i) add_word(view.substr(starts[i], starts[i + 2] - starts[i]));
  });
  return terms;
}

std::vector<std::uint64_t> words_of(std::string_view raw) {
  auto const text = comparable(raw);
  std::string_view const view = text;
  std::vector<std::uint64_t> words;
  for_each_run(view, [&](Script script, std::vector<std::size_t> const& starts) {
    std::size_t const step = script == Script::han ? 1 : starts.size() - 1;
    for (std::size_t i = 0; i + step < starts.size(); i += step)
      words.push_back(text::hash64(view.substr(starts[i], starts[i + step] - starts[i]), word_seed));
  });
  return words;
}

}  // namespace lepton::retrieval
