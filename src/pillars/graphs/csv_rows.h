#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace lepton::graphs {

/// One value of a row as text; nothing where it is null.
struct Cell {
  std::string_view text;
  bool is_null = false;
};

/// Cuts the rows that `table` writes as CSV (RFC 4180; a null is empty, an empty text is "") into cells, however the
/// bytes come in pieces. One thread.
class CsvRows {
 public:
  using Row = std::vector<Cell>;
  /// `row` hears each row behind the header; its cells live until it returns.
  explicit CsvRows(std::function<void(Row const&)> row) : row_(std::move(row)) {}

  void write(std::string_view bytes);

 private:
  [[nodiscard]] bool take_row(std::string_view& rest);
  void cut(std::string_view line);

  std::function<void(Row const&)> row_;
  std::string left_;  ///< the beginning of a row whose end has not come
  Row cells_;
  std::vector<std::string> unquoted_;  ///< of cells that hold quotes
  bool header_ = true;
};

}  // namespace lepton::graphs
