#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/call.h"

namespace lepton::learn {

/// A column that a trainer asks for, and where its name stands in the specification ("/parameters/text").
struct AskedColumn {
  std::string pointer;
  std::string name;
};

/// Chosen columns of a table as text. A plain value.
struct TextColumns {
  std::vector<AskedColumn> asked;
  std::vector<std::vector<std::string>> values;  ///< of each asked column, one per row
  std::vector<std::size_t> lines;                ///< where each row begins in the file, from 1

  [[nodiscard]] std::size_t rows() const { return lines.size(); }
  /// "line 7, column 'label'": for messages.
  [[nodiscard]] std::string place(std::size_t row, std::size_t column) const;
};

/// Reads columns of RFC 4180 CSV with a header; what else the table holds is passed over. `what` is what errors call
/// it. An empty field is a missing value and an empty text alike. Throws Error{invalid}: asked for a column that is not
/// there (with its pointer) or twice, no rows, a row with another number of fields, and broken UTF-8, with line and
/// column. Long files heed the call.
[[nodiscard]] TextColumns read_text_columns(Call const& call, std::filesystem::path const& file,
                                            std::vector<AskedColumn> asked,
                                            std::string_view what = "the training data");

}  // namespace lepton::learn
