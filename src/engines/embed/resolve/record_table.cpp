#include "embed/resolve/record_table.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"

namespace lepton::embed {

RecordTable::RecordTable(std::vector<std::string> fields) : fields_(std::move(fields)) {
  if (fields_.empty() || fields_.size() > most_fields)
    throw invalid(fmt::format("a table of records has {} fields, expected 1 to {}", fields_.size(), most_fields));
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    if (fields_[i].empty()) throw invalid(fmt::format("field {} has no name", i + 1));
    if (std::find(fields_.begin(), fields_.begin() + static_cast<std::ptrdiff_t>(i), fields_[i]) !=
        fields_.begin() + static_cast<std::ptrdiff_t>(i))
      throw invalid(fmt::format("two fields are named '{}'", fields_[i]));
  }
}

void RecordTable::add(std::span<std::string_view const> values) {
  if (values.size() != fields_.size())
    throw invalid(fmt::format("record {} has {} values, expected {}", size() + 1, values.size(), fields_.size()));
  if (size() >= most_records) throw exhausted(fmt::format("there are more than {} records", most_records));
  for (auto const value : values) {
    bytes_ += value.substr(0, longest_value);
    ends_.push_back(bytes_.size());
  }
}

std::string_view RecordTable::value(std::size_t record, std::size_t field) const {
  std::size_t const at = record * fields_.size() + field;
  std::size_t const begin = at == 0 ? 0 : ends_[at - 1];
  return std::string_view(bytes_).substr(begin, ends_[at] - begin);
}

}  // namespace lepton::embed
