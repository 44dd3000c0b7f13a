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

/// Nothing that a person has to read: null, "", [] and {}.
bool empty(json::Value const& value) {
  return value.is_null() || (value.is_string() && value.get_string().empty()) ||
         (value.is_array() && value.get_array().empty()) || (value.is_object() && value.get_object().empty());
}

/// Too much for one line: an object, or a list of objects.
bool nested(json::Value const& value) {
  return value.is_object() || (value.is_array() && !value.get_array().empty() && value.get_array()[0].is_object());
}

std::string titled(std::string const& title, std::size_t width, std::size_t indent, json::Value const& value) {
  std::string const margin(indent, ' ');
  if (!nested(value)) return margin + title + std::string(width - display_width(title) + 2, ' ') + cell(&value) + "\n";
  std::string text = margin + title + "\n";
  if (value.is_object()) return text + fields_text(value.get_object(), indent + 2);
  for (auto const& element : value.get_array()) {
    auto fields = element.is_object() ? fields_text(element.get_object(), indent + 4)
                                      : std::string(indent + 4, ' ') + cell(&element) + "\n";
    if (fields.size() > indent + 2) fields[indent + 2] = '-';
    text += fields;
  }
  return text;
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

namespace {

constexpr std::array<std::pair<std::string_view, Format>, 13> kFormats{{{"table", Format::table},
                                                                        {"json", Format::json},
                                                                        {"jsonl", Format::jsonl},
                                                                        {"yaml", Format::yaml},
                                                                        {"csv", Format::csv},
                                                                        {"parquet", Format::parquet},
                                                                        {"tsv", Format::tsv},
                                                                        {"xml", Format::xml},
                                                                        {"turtle", Format::turtle},
                                                                        {"trig", Format::trig},
                                                                        {"ntriples", Format::ntriples},
                                                                        {"nquads", Format::nquads},
                                                                        {"jsonld", Format::jsonld}}};

}  // namespace

std::optional<Format> find_format(std::string_view name) {
  for (auto const& [known, format] : kFormats)
    if (known == name) return format;
  return std::nullopt;
}

std::string_view name_of(Format format) {
  for (auto const& [name, known] : kFormats)
    if (known == format) return name;
  return "";
}

std::vector<std::string> format_names() {
  std::vector<std::string> names;
  for (auto const& [name, format] : kFormats) names.emplace_back(name);
  return names;
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
      if (!empty(inner))
        joined += fmt::format("{}{}: {}", joined.empty() ? "" : ", ", std::string_view(key), cell(&inner));
    return joined;
  }
  return json::write(*value);
}

std::string fields_text(json::Object const& object, std::size_t indent) {
  std::size_t widest = 0;
  for (auto const& [key, value] : object)
    if (!empty(value) && !nested(value)) widest = std::max(widest, display_width(key));
  std::string text;
  for (auto const& [key, value] : object)
    if (!empty(value)) text += titled(std::string(key), std::max(widest, display_width(key)), indent, value);
  return text;
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
  begin_block();
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
  begin_block();
  json::Object fields;
  for (auto const& column : shown)
    if (auto const* value = member(item, column.path)) fields[column.title] = *value;
  print(fields_text(fields, 0));
}

void Output::changed(json::Value const& item, std::vector<Column> const& columns) const {
  if (!quiet_ || format_ != Format::table) this->item(item, columns);
}

// Tables and items that follow each other are set apart.
void Output::begin_block() const {
  if (begun_) print("\n");
  begun_ = true;
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
