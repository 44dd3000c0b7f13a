#include "table/schema.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace lepton::table {
namespace {

std::string quoted(std::string_view text, char quote) {
  std::string out(1, quote);
  for (char const c : text) {
    if (c == quote) out += quote;
    out += c;
  }
  return out += quote;
}

}  // namespace

std::string lower_case(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

std::string quote_name(std::string_view name) {
  return quoted(name, '"');
}

std::string quote_text(std::string_view text) {
  return quoted(text, '\'');
}

std::string quote_list(std::vector<std::string> const& texts) {
  std::string out = "[";
  for (std::string const& text : texts) out += (out.size() > 1 ? ", " : "") + quote_text(text);
  return out + "]";
}

Column const* find_column(Schema const& schema, std::string_view name) {
  std::string const wanted = lower_case(name);
  auto const found = std::ranges::find_if(schema, [&](Column const& c) { return lower_case(c.name) == wanted; });
  return found == schema.end() ? nullptr : &*found;
}

bool is_number_type(std::string_view type) {
  static constexpr std::array<std::string_view, 12> kNames{"TINYINT",  "SMALLINT",  "INTEGER",  "BIGINT",
                                                           "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT",
                                                           "HUGEINT",  "UHUGEINT",  "FLOAT",    "DOUBLE"};
  return std::ranges::find(kNames, type) != kNames.end() || type.starts_with("DECIMAL(");
}

bool is_moment_type(std::string_view type) {
  return type == "DATE" || type.starts_with("TIMESTAMP");
}

std::vector<std::string> differences(Schema const& before, Schema const& now) {
  std::vector<std::string> found;
  for (Column const& old : before) {
    Column const* const same = find_column(now, old.name);
    if (same == nullptr)
      found.push_back(fmt::format("column {} ({}) is missing", old.name, old.type));
    else if (same->type != old.type)
      found.push_back(fmt::format("column {} was {} and is {}", old.name, old.type, same->type));
  }
  for (Column const& column : now)
    if (find_column(before, column.name) == nullptr)
      found.push_back(fmt::format("column {} ({}) is new", column.name, column.type));
  return found;
}

}  // namespace lepton::table
