#include "graphs/text_template.h"

#include <fmt/format.h>

#include "base/error.h"

namespace lepton::graphs {
namespace {

/// RFC 3987 §2.2, iunreserved: beyond ASCII every character is taken as one.
bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_' || c == '~' || static_cast<unsigned char>(c) >= 0x80;
}

}  // namespace

TextTemplate::TextTemplate(std::string_view text) {
  texts_.emplace_back();
  for (std::size_t i = 0; i < text.size(); ++i) {
    char const c = text[i];
    if (c == '\\' && i + 1 < text.size()) {
      texts_.back() += text[++i];
    } else if (c == '{') {
      auto const end = text.find('}', i);
      if (end == std::string_view::npos)
        throw invalid(fmt::format("the brace of \"{}\" is not closed", text.substr(i)));
      auto const column = text.substr(i + 1, end - i - 1);
      if (column.empty() || column.find('{') != std::string_view::npos)
        throw invalid(fmt::format("\"{}\" is not a column in braces", text.substr(i, end - i + 1)));
      columns_.emplace_back(column);
      texts_.emplace_back();
      i = end;
    } else if (c == '}') {
      throw invalid(fmt::format("a brace closes in \"{}\" that was not opened", text.substr(0, i + 1)));
    } else {
      texts_.back() += c;
    }
  }
}

void append_iri_safe(std::string_view value, std::string& out) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  for (char const c : value) {
    if (is_unreserved(c)) {
      out += c;
      continue;
    }
    auto const byte = static_cast<unsigned char>(c);
    out += '%';
    out += digits[byte >> 4];
    out += digits[byte & 15];
  }
}

}  // namespace lepton::graphs
