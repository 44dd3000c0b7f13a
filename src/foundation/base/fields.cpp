#include "base/fields.h"

#include <fmt/format.h>

namespace lepton::fields_detail {

void expected_kind(Details& problems, std::string const& pointer, std::string_view expected, json::Value const& found) {
  problems.emplace(pointer, fmt::format("expected {}, found {}", expected, json::kind_name(found)));
}

std::optional<std::int64_t> whole_number(json::Value const& value) {
  if (value.is_int64()) return value.get_int64();
  if (value.is_uint64() && value.get_uint64() <= INT64_MAX) return static_cast<std::int64_t>(value.get_uint64());
  if (value.is_double()) {
    double const number = value.get_double();
    if (number == std::floor(number) && std::abs(number) < 9.2e18) return static_cast<std::int64_t>(number);
  }
  return std::nullopt;
}

std::string joined_names(std::vector<std::string_view> const& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i)
    text += (i == 0 ? "" : i + 1 == names.size() ? " or " : ", ") + std::string(names[i]);
  return text;
}

}  // namespace lepton::fields_detail
