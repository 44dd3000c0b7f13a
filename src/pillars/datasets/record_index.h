#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace lepton::datasets {

/// Rows of one version by the text of their key: the rows as they were written, and sixteen bytes beside each. Filled
/// by one thread, then immutable and read by any.
class RecordIndex {
 public:
  /// `columns` follow the key in each row.
  explicit RecordIndex(std::vector<std::string> columns) : columns_(std::move(columns)) {}

  /// More of the rows: JSON arrays [key, column…], one per line, in pieces of any size.
  void add(std::string_view bytes);
  /// Call once, after the last row. Throws Error{internal} for a line that is no row.
  void finish();

  [[nodiscard]] std::vector<std::string> const& columns() const { return columns_; }
  /// The first row with the key, without it; the key is compared as text, a NULL is no key.
  [[nodiscard]] std::optional<json::Array> find(std::string_view key) const;
  [[nodiscard]] std::uint64_t bytes() const;

 private:
  struct Place {
    std::uint64_t hash;
    std::uint64_t offset;
    friend auto operator<=>(Place const&, Place const&) = default;
  };
  [[nodiscard]] json::Array row_at(std::uint64_t offset) const;

  std::vector<std::string> columns_;
  std::string rows_;
  std::vector<Place> places_;  ///< ascending
};

}  // namespace lepton::datasets
