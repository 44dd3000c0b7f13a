#include "recommend/item_columns.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "runtime/text_terms.h"
#include "text/listed_values.h"
#include "text/real.h"

namespace lepton::recommend {

std::vector<std::string> ItemColumn::features(std::string_view field) const {
  std::vector<std::string> found;
  auto const add = [&](std::string_view value) { found.push_back(fmt::format("{}: {}", name, value)); };
  if (kind == ItemColumnKind::category) {
    text::for_each_listed(field, add);
  } else if (kind == ItemColumnKind::text) {
    runtime::TextTerms terms({1, 1, 0});
    terms.read(field);
    for (auto const& word : terms.names()) add(word);
  } else if (!field.empty() && !ranges.empty()) {
    double const value = read_number(field);
    auto const within =
        std::find_if(ranges.begin(), ranges.end(), [&](auto const& one) { return value <= one.greatest; });
    auto const& [least, greatest] = within == ranges.end() ? ranges.back() : *within;
    add(least == greatest ? fmt::format("{:g}", least) : fmt::format("{:g} to {:g}", least, greatest));
  }
  return found;
}

double read_number(std::string_view field) {
  auto const value = text::find_real(field);
  if (!value) throw invalid(fmt::format("expected a number, or nothing, found '{}'", field));
  return *value;
}

std::vector<NumberRange> ranges_of(std::vector<double> numbers, std::size_t count) {
  std::sort(numbers.begin(), numbers.end());
  std::vector<NumberRange> ranges;
  for (std::size_t begin = 0, end = 0; begin < numbers.size(); begin = end) {
    auto const range = begin * count / numbers.size() + 1;
    end = std::max(begin + 1, numbers.size() * range / count);
    while (end < numbers.size() && numbers[end] == numbers[end - 1]) ++end;
    ranges.push_back({numbers[begin], numbers[end - 1]});
  }
  return ranges;
}

}  // namespace lepton::recommend
