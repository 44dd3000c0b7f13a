#include "cli/caret.h"

#include <fmt/format.h>

#include <charconv>

#include "cli/width.h"

namespace lepton::cli {
namespace {

/// The number behind `word` in the message; 0 when there is none.
std::size_t number_after(std::string_view message, std::string_view word) {
  auto const at = message.find(word);
  if (at == std::string_view::npos) return 0;
  std::size_t number = 0;
  auto const digits = message.substr(at + word.size());
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

std::string_view line_of(std::string_view text, std::size_t number) {
  for (; number > 1 && !text.empty(); --number) {
    auto const end = text.find('\n');
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  }
  return text.substr(0, text.find('\n'));
}

/// The first `count` characters.
std::string_view characters(std::string_view text, std::size_t count) {
  std::size_t at = 0;
  while (at < text.size() && count > 0) {
    ++at;
    while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) ++at;
    --count;
  }
  return text.substr(0, at);
}

}  // namespace

std::string caret_of(std::string_view message, std::string_view text) {
  auto const line = number_after(message, "line ");
  auto const column = number_after(message, "column ");
  if (line == 0 || column == 0) return "";
  std::string shown(line_of(text, line));
  for (char& c : shown)
    if (static_cast<unsigned char>(c) < 0x20) c = ' ';  // a tab is one character, as columns count
  if (shown.empty()) return "";
  auto const before = display_width(characters(shown, column - 1));
  return fmt::format("  {}\n  {}^", shown, std::string(before, ' '));
}

Error with_caret(Error const& error, std::string_view text) {
  auto const caret = caret_of(error.what(), text);
  if (caret.empty()) return error;
  return Error(error.code(), fmt::format("{}\n{}", error.what(), caret), error.details())
      .with_reason(std::string(error.reason()))
      .with_access_request(error.request_access_to());
}

}  // namespace lepton::cli
