#include "graphs/csv_rows.h"

#include <algorithm>

namespace lepton::graphs {
namespace {

/// One after the cell that begins at `start`: a comma, or the end of the line.
std::size_t end_of_cell(std::string_view line, std::size_t start) {
  if (start >= line.size() || line[start] != '"') return std::min(line.find(',', start), line.size());
  std::size_t i = start + 1;
  while (i < line.size() && !(line[i] == '"' && (i + 1 == line.size() || line[i + 1] != '"')))
    i += line[i] == '"' ? 2 : 1;
  return std::min(i + 1, line.size());
}

/// Where the first row ends, at its line feed; npos when that has not come.
std::size_t end_of_row(std::string_view text) {
  auto end = text.find('\n');
  if (end == std::string_view::npos || text.substr(0, end).find('"') == std::string_view::npos) return end;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') quoted = !quoted;
    if (text[i] == '\n' && !quoted) return i;
  }
  return std::string_view::npos;
}

}  // namespace

void CsvRows::cut(std::string_view line) {
  cells_.clear();
  unquoted_.clear();
  unquoted_.reserve(static_cast<std::size_t>(std::ranges::count(line, ',')) + 1);  // so that views into it stay
  for (std::size_t start = 0; start <= line.size();) {
    auto const end = end_of_cell(line, start);
    auto text = line.substr(start, end - start);
    bool const is_quoted = text.starts_with('"');
    if (is_quoted) text = text.substr(1, text.size() - 2);
    if (is_quoted && text.find('"') != std::string_view::npos) {
      auto& plain = unquoted_.emplace_back();
      for (std::size_t i = 0; i < text.size(); ++i) {
        plain += text[i];
        if (text[i] == '"') ++i;
      }
      text = plain;
    }
    cells_.push_back({text, !is_quoted && text.empty()});
    start = end + 1;
  }
}

bool CsvRows::take_row(std::string_view& rest) {
  auto const end = end_of_row(rest);
  if (end == std::string_view::npos) return false;
  if (!header_) {
    cut(rest.substr(0, end));
    row_(cells_);
  }
  header_ = false;
  rest.remove_prefix(end + 1);
  return true;
}

void CsvRows::write(std::string_view bytes) {
  if (left_.empty()) {
    while (take_row(bytes)) continue;
    left_ = bytes;
    return;
  }
  left_ += bytes;
  std::string_view rest = left_;
  while (take_row(rest)) continue;
  left_.erase(0, left_.size() - rest.size());
}

}  // namespace lepton::graphs
