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

}  // namespace

std::uint64_t pair_of(std::uint64_t first, std::uint64_t second) {
  return text::combine(text::combine(first, second), pair_seed);
}

std::vector<std::uint64_t> pieces_of(std::string_view word) {
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
  std::vector<std::uint64_t> pieces;
  for (std::size_t const size : {3U, 4U})
    for (std::size_t i = 0; i + size <= count; ++i)
      pieces.push_back(text::hash64(view.substr(starts[i], starts[i + size] - starts[i]), piece_seed));
  return pieces;
}

CutText cut_words(std::string_view raw) {
  CutText out{comparable(raw), {}};
  std::string_view const view = out.text;
  auto const add = [&](std::size_t begin, std::size_t end, bool has_pieces) {
    auto const word = view.substr(begin, end - begin);
    out.words.push_back({text::hash64(word, word_seed), static_cast<std::uint32_t>(begin),
                         static_cast<std::uint32_t>(word.size()), has_pieces});
  };
  for_each_run(view, [&](Script script, std::vector<std::size_t> const& starts) {
    if (script == Script::letters || starts.size() == 2) {
      add(starts.front(), starts.back(), script == Script::letters);
      return;
    }
    for (std::size_t i = 0; i + 2 < starts.size(); ++i) add(starts[i], starts[i + 2], false);
  });
  return out;
}

std::vector<Term> terms_of(std::string_view raw, Pieces pieces) {
  auto const text = cut_words(raw);
  std::vector<Term> terms;
  for (std::size_t i = 0; i < text.words.size(); ++i) {
    auto const& word = text.words[i];
    terms.push_back({word.hash, TermKind::word});
    if (i > 0) terms.push_back({pair_of(text.words[i - 1].hash, word.hash), TermKind::pair});
    if (word.has_pieces && pieces == Pieces::with)
      for (auto const piece : pieces_of(text.view(word))) terms.push_back({piece, TermKind::piece});
  }
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
