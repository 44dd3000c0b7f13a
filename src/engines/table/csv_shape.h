#pragma once

#include <istream>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace lepton::table {

/// What the first records of a CSV file (RFC 4180) tell.
struct CsvShape {
  char delimiter = ',';
  bool header = true;
  std::vector<std::string> columns;  ///< from the header, or column1, column2, …
};

/// `head` is the beginning of the file, `given` what the caller knows. Throws Error{invalid, "bad_file"} for an empty
/// file and for columns without a name or with the same one.
[[nodiscard]] CsvShape csv_shape(std::string_view head, std::optional<char> delimiter, std::optional<bool> header);

/// The fields of the first record.
[[nodiscard]] std::vector<std::string> first_record(std::string_view text, char delimiter);

/// Which of `columns` (positions) have a number with a fraction or an exponent anywhere in the file: a sample of its
/// beginning does not tell, and DuckDB would round them into an integer column without a word.
[[nodiscard]] std::set<std::size_t> columns_with_fractions(std::istream& file, char delimiter,
                                                           std::set<std::size_t> const& columns);

/// What is wrong with the encoding of a text file, as a sentence that says where and what to do; nullopt for UTF-8.
/// Reads up to the first wrong line.
[[nodiscard]] std::optional<std::string> encoding_problem(std::istream& file);

}  // namespace lepton::table
