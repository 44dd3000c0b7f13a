#include "learn/text_columns.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/encoding.h"
#include "base/error.h"
#include "learn/csv.h"

namespace lepton::learn {
namespace {

constexpr std::size_t text_rows_between_checks = 4096;

/// Where each asked column stands in the header.
std::vector<std::size_t> positions_of(std::vector<AskedColumn> const& asked,
                                      std::vector<std::string_view> const& header, std::string_view what) {
  std::vector<std::size_t> positions;
  Details problems;
  for (auto const& column : asked) {
    auto const found = std::find(header.begin(), header.end(), column.name);
    auto const position = static_cast<std::size_t>(found - header.begin());
    if (found == header.end()) {
      problems.emplace(column.pointer, fmt::format("there is no column '{}'", column.name));
    } else if (std::find(positions.begin(), positions.end(), position) != positions.end()) {
      problems.emplace(column.pointer, fmt::format("'{}' is asked for twice", column.name));
    }
    positions.push_back(position);
  }
  if (!problems.empty())
    throw invalid(
        fmt::format("{} does not have the columns that were asked for; it has {}", what, fmt::join(header, ", ")),
        std::move(problems));
  return positions;
}

}  // namespace

std::string TextColumns::place(std::size_t row, std::size_t column) const {
  return fmt::format("line {}, column '{}'", lines.at(row), asked.at(column).name);
}

TextColumns read_text_columns(Call const& call, std::filesystem::path const& file, std::vector<AskedColumn> asked,
                              std::string_view what) {
  MappedFile const mapped(file);
  CsvReader reader(mapped.bytes());
  std::vector<std::string_view> fields;
  if (!reader.next(fields)) throw invalid(fmt::format("{} is empty: it has not even a header", what));
  auto const positions = positions_of(asked, fields, what);
  std::size_t const width = fields.size();

  TextColumns columns;
  columns.asked = std::move(asked);
  columns.values.resize(positions.size());
  while (reader.next(fields)) {
    if (columns.rows() % text_rows_between_checks == 0) call.proceed();
    if (fields.size() != width)
      throw invalid(fmt::format("line {}: expected {} fields, found {}", reader.line(), width, fields.size()));
    columns.lines.push_back(reader.line());
    for (std::size_t i = 0; i < positions.size(); ++i) {
      auto const field = fields[positions[i]];
      if (!is_utf8(field)) throw invalid(columns.place(columns.rows() - 1, i) + ": the text is not UTF-8");
      columns.values[i].emplace_back(field);
    }
  }
  if (columns.rows() == 0) throw invalid(fmt::format("{} has no rows", what));
  return columns;
}

}  // namespace lepton::learn
