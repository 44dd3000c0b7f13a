#include "text/breaks.h"

#include <unicode/brkiter.h>
#include <unicode/utext.h>

#include "base/check.h"
#include "base/error.h"
#include "text/english.h"
#include "text/utf8.h"

namespace lepton::text {
namespace {

bool is_space(char32_t c) {
  return c <= ' ' || c == 0x7F || c == 0x85 || c == 0xA0 || (c >= 0x2000 && c <= 0x200B) || c == 0x2028 ||
         c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000 || c == 0xFEFF;
}

Span trim(std::string_view text, Span span) {
  while (span.begin < span.end) {
    auto const [character, bytes] = decode(text, span.begin);
    if (!is_space(character)) break;
    span.begin += bytes;
  }
  while (span.end > span.begin) {
    auto first = span.end - 1;
    while (first > span.begin && (static_cast<unsigned char>(text[first]) & 0xC0) == 0x80) --first;
    if (!is_space(decode(text, first).character)) break;
    span.end = first;
  }
  return span;
}

/// Whether a sentence cannot end here: its last token is an initial, an abbreviation or a title.
bool goes_on(std::string_view sentence) {
  if (sentence.size() < 2 || sentence.back() != '.') return false;
  auto const from = sentence.find_last_of(" \n\t", sentence.size() - 2);
  auto const last = tokenize_english(sentence.substr(from == std::string_view::npos ? 0 : from + 1));
  return !last.empty() && last.back().end - last.back().begin > 1 && sentence.size() > 2;
}

}  // namespace

struct Breaker::State {
  Unit unit;
  std::unique_ptr<icu::BreakIterator> iterator;
};

Breaker::Breaker(Unit unit) : state_(std::make_unique<State>()) {
  UErrorCode status = U_ZERO_ERROR;
  state_->unit = unit;
  state_->iterator.reset(unit == Unit::word
                             ? icu::BreakIterator::createWordInstance(icu::Locale::getRoot(), status)
                             : icu::BreakIterator::createSentenceInstance(icu::Locale::getRoot(), status));
  check(U_SUCCESS(status) != 0, "ICU carries its break rules");
}
Breaker::~Breaker() = default;
Breaker::Breaker(Breaker&&) noexcept = default;
Breaker& Breaker::operator=(Breaker&&) noexcept = default;

std::vector<Span> Breaker::cut(std::string_view text) {
  if (text.size() > longest_text) throw invalid("the text is longer than 64 MiB: cut it into documents");
  UErrorCode status = U_ZERO_ERROR;
  UText source = UTEXT_INITIALIZER;
  utext_openUTF8(&source, text.data(), static_cast<std::int64_t>(text.size()), &status);
  state_->iterator->setText(&source, status);
  check(U_SUCCESS(status) != 0, "ICU walks any bytes");
  std::vector<Span> spans;
  bool joined = false;
  std::uint32_t begin = 0;
  for (auto end = state_->iterator->next(); end != icu::BreakIterator::DONE; end = state_->iterator->next()) {
    Span const raw{begin, static_cast<std::uint32_t>(end)};
    begin = raw.end;
    auto const span = trim(text, raw);
    if (span.begin == span.end) continue;
    if (joined) {
      spans.back().end = span.end;
    } else {
      spans.push_back(span);
    }
    bool const line_ends = text.substr(span.end, raw.end - span.end).find('\n') != std::string_view::npos;
    joined = state_->unit == Unit::sentence && !line_ends && goes_on(spans.back().of(text));
  }
  utext_close(&source);
  return spans;
}

std::vector<Span> characters(std::string_view text, bool runs) {
  if (text.size() > longest_text) throw invalid("the text is longer than 64 MiB: cut it into documents");
  auto const kind_of = [](char32_t c) {
    char32_t const low = c | 32;
    return low >= 'a' && low <= 'z' ? 1 : c >= '0' && c <= '9' ? 2 : 0;
  };
  std::vector<Span> spans;
  int previous = 0;
  for (std::uint32_t at = 0; at < text.size();) {
    auto const [character, bytes] = decode(text, at);
    int const kind = kind_of(character);
    if (is_space(character)) {
      previous = 0;
    } else if (runs && kind != 0 && kind == previous) {
      spans.back().end += bytes;
    } else {
      spans.push_back({at, at + bytes});
      previous = kind;
    }
    at += bytes;
  }
  return spans;
}

}  // namespace lepton::text
