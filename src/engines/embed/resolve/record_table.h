#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lepton::embed {

/// Records to be compared: rows of texts, all with the same fields. A plain value.
class RecordTable {
 public:
  static constexpr std::size_t most_fields = 64;
  static constexpr std::size_t most_records = 2'000'000;
  static constexpr std::size_t longest_value = 1 << 16;  ///< bytes that are looked at; what is beyond is ignored

  /// Throws Error{invalid} for no field, too many, empty names and names that come twice.
  explicit RecordTable(std::vector<std::string> fields);

  /// One value a field; empty: absent. Any bytes: broken UTF-8 is repaired before it is compared. Throws Error{invalid}
  /// that names the record for another number of values, Error{exhausted} past most_records.
  void add(std::span<std::string_view const> values);

  [[nodiscard]] std::vector<std::string> const& fields() const { return fields_; }
  [[nodiscard]] std::size_t size() const { return ends_.size() / fields_.size(); }
  [[nodiscard]] std::string_view value(std::size_t record, std::size_t field) const;

 private:
  std::vector<std::string> fields_;
  std::string bytes_;
  std::vector<std::size_t> ends_;
};

}  // namespace lepton::embed
