#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/fields.h"
#include "runtime/text_terms.h"

namespace lepton::anomaly {

/// Which columns of dated rows are what.
struct RowColumns {
  std::string time;
  std::optional<std::string> text;    ///< each of its words is a series
  std::vector<std::string> category;  ///< each of their values is a series; several stand in one field with '|' between
  std::optional<std::string> count;   ///< how many things the row stands for; else one

  static constexpr auto fields() {
    using C = RowColumns;
    return std::tuple{required("time", &C::time, "column of when"), optional("text", &C::text, "column of texts"),
                      optional("category", &C::category, "columns of categories"),
                      optional("count", &C::count, "column of how many things a row stands for")};
  }
};

/// Cuts a row into the series that it counts for: "branch: Köln", and of a text "text: panic" for each word
/// (TextTerms::names). The same when a detector learns and when it watches. One thread.
class RowSeries {
 public:
  /// Names of one row's series, each once. `categories` has a value for each column of categories.
  [[nodiscard]] std::vector<std::string> of(RowColumns const& columns, std::string_view text,
                                            std::vector<std::string_view> const& categories);

 private:
  runtime::TextTerms terms_{{1, 1, 0}};
};

/// Reads how many things a row stands for: a whole number from 0 to 10¹².
[[nodiscard]] std::optional<std::uint64_t> find_count(std::string_view text);

}  // namespace lepton::anomaly
