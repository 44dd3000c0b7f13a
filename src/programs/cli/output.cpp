#include "cli/output.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <cmath>

#include "base/time.h"
#include "base/yaml.h"
#include "cli/width.h"

namespace lepton::cli {
namespace {

json::Value const* member(json::Value const& item, std::string_view path) {
  auto const* at = &item;
  while (at != nullptr && at->is_object()) {
    if (auto const* whole = at->get_object().if_contains(path)) return whole;
    auto const dot = path.find('.');
    if (dot == std::string_view::npos) return nullptr;
    at = at->get_object().if_contains(path.substr(0, dot));
    path.remove_prefix(dot + 1);
  }
  return nullptr;
}

std::size_t terminal_width() {
  winsize size{};
  if (isatty(STDOUT_FILENO) == 0 || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0) return 0;
  return size.ws_col;
}

void print(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
}

std::string without_fraction(std::string const& text) {
  auto const dot = text.find('.');
  return dot != std::string::npos && find_timestamp(text) ? text.substr(0, dot) + "Z" : text;
}

// What a spreadsheet reads: whole numbers and full text, unlike a table's cell.
std::string csv_cell(json::Value const* value) {
  if (value == nullptr || value->is_null()) return "";
  if (value->is_string()) return std::string(value->get_string());
  return json::write(*value);
}

std::string csv_line(std::vector<std::string> const& cells) {
  std::string line;
  for (std::size_t i = 0; i < cells.size(); ++i) line += (i == 0 ? "" : ",") + csv_field(cells[i]);
  return line + "\r\n";
}

}  // namespace

std::optional<Format> find_format(std::string_view name) {
  static constexpr std::array<std::pair<std::string_view, Format>, 5> names{{{"table", Format::table},
                                                                             {"json", Format::json},
                                                                             {"jsonl", Format::jsonl},
                                                                             {"yaml", Format::yaml},
                                                                             {"csv", Format::csv}}};
  for (auto const& [known, format] : names)
    if (known == name) return format;
  return std::nullopt;
}

std::string cell(json::Value const* value) {
  if (value == nullptr || value->is_null()) return "";
  if (value->is_string()) {
    std::string text = without_fraction(std::string(value->get_string()));
    for (char& c : text)
      if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';  // no line breaks, no terminal commands
    return text;
  }
  if (value->is_double()) return fmt::format("{:.6g}", value->get_double());
  if (value->is_array()) {
    std::string joined;
    for (auto const& element : value->get_array()) joined += (joined.empty() ? "" : ", ") + cell(&element);
    return joined;
  }
  if (value->is_object()) {
    std::string joined;
    for (auto const& [key, inner] : value->get_object())
      joined += fmt::format("{}{}: {}", joined.empty() ? "" : ", ", std::string_view(key), cell(&inner));
    return joined;
  }
  return json::write(*value);
}

std::string csv_field(std::string const& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (char const c : text) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + "\"";
}

std::string render_table(std::vector<std::string> const& titles, std::vector<std::vector<std::string>> const& rows,
                         std::vector<bool> const& right, std::size_t width) {
  std::vector<std::size_t> widths;
  for (std::size_t c = 0; c < titles.size(); ++c) {
    std::size_t widest = display_width(titles[c]);
    for (auto const& row : rows) widest = std::max(widest, display_width(row[c]));
    widths.push_back(widest);
  }
  if (width > 0) {
    // The widest column gives until the line fits, but no column shrinks below 8.
    for (;;) {
      std::size_t total = 2 * (widths.size() - 1);
      for (auto const w : widths) total += w;
      auto const widest = std::max_element(widths.begin(), widths.end());
      if (total <= width || *widest <= 8) break;
      --*widest;
    }
  }
  std::string out;
  auto const line = [&](std::vector<std::string> const& cells) {
    std::string text;
    for (std::size_t c = 0; c < cells.size(); ++c) {
      auto const shown = fit(cells[c], widths[c]);
      std::string const pad(widths[c] - std::min(widths[c], display_width(shown)), ' ');
      text += (c == 0 ? "" : "  ") + (right[c] ? pad + shown : shown + pad);
    }
    text.erase(text.find_last_not_of(' ') + 1);
    out += text + "\n";
  };
  line(titles);
  for (auto const& row : rows) line(row);
  return out;
}

void Output::list(json::Array const& items, std::vector<Column> const& columns) const {
  if (format_ == Format::json) return print(json::write_pretty(items) + "\n");
  if (format_ == Format::yaml) return print(write_yaml(items));
  if (format_ == Format::jsonl) {
    for (auto const& item : items) print(json::write(item) + "\n");
    return;
  }
  std::vector<std::string> titles;
  for (auto const& column : columns) titles.push_back(format_ == Format::csv ? column.path : column.title);
  if (format_ == Format::csv) {
    print(csv_line(titles));
    for (auto const& item : items) {
      std::vector<std::string> cells;
      for (auto const& column : columns) cells.push_back(csv_cell(member(item, column.path)));
      print(csv_line(cells));
    }
    return;
  }
  std::vector<std::vector<std::string>> rows;
  std::vector<bool> right(columns.size(), !items.empty());
  for (auto const& item : items) {
    auto& row = rows.emplace_back();
    for (std::size_t c = 0; c < columns.size(); ++c) {
      auto const* value = member(item, columns[c].path);
      row.push_back(cell(value));
      if (value != nullptr && !value->is_null() && !value->is_number()) right[c] = false;
    }
  }
  if (rows.empty()) return note("nothing to show");
  print(render_table(titles, rows, right, terminal_width()));
}

void Output::item(json::Value const& item, std::vector<Column> const& columns) const {
  if (format_ == Format::json) return print(json::write_pretty(item) + "\n");
  if (format_ == Format::jsonl) return print(json::write(item) + "\n");
  if (format_ == Format::yaml) return print(write_yaml(item));
  std::vector<Column> shown = columns;
  if (shown.empty() && item.is_object())
    for (auto const& entry : item.get_object()) shown.push_back({entry.key(), entry.key()});
  if (format_ == Format::csv) return list(json::Array{item}, shown);
  std::size_t widest = 0;
  for (auto const& column : shown) widest = std::max(widest, display_width(column.title));
  for (auto const& column : shown) {
    auto const text = cell(member(item, column.path));
    if (text.empty()) continue;
    print(column.title + std::string(widest - display_width(column.title) + 2, ' ') + text + "\n");
  }
}

void Output::text(std::string_view line) const {
  if (format_ == Format::table) print(std::string(line) + "\n");
}

void Output::note(std::string_view line) const {
  if (quiet_) return;
  std::fflush(stdout);
  fmt::print(stderr, "{}\n", line);
}

}  // namespace lepton::cli
