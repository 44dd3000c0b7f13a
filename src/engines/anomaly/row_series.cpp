#include "anomaly/row_series.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "text/listed_values.h"

namespace lepton::anomaly {
namespace {

constexpr std::uint64_t most_things = 1'000'000'000'000;

}  // namespace

std::vector<std::string> RowSeries::of(RowColumns const& columns, std::string_view text,
                                       std::vector<std::string_view> const& categories) {
  std::vector<std::string> names;
  if (columns.text) {
    terms_.read(text);
    for (auto const& word : terms_.names()) names.push_back(fmt::format("{}: {}", *columns.text, word));
  }
  for (std::size_t i = 0; i < categories.size(); ++i)
    text::for_each_listed(categories[i], [&](std::string_view value) {
      names.push_back(fmt::format("{}: {}", columns.category[i], value));
    });
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

std::optional<std::uint64_t> find_count(std::string_view text) {
  std::uint64_t number = 0;
  auto const [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc() || end != text.data() + text.size() || number > most_things) return std::nullopt;
  return number;
}

}  // namespace lepton::anomaly
