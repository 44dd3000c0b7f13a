#include "sparql/selectivity.h"

#include <algorithm>

#include "sparql/quick_condition.h"

namespace lepton::sparql {

namespace {
constexpr double least_rows = 4096;
constexpr std::size_t sample_rows = 1024;
}  // namespace

double find_selectivity(Execution& execution, JoinPart const& part, std::vector<Expression const*> const& conditions) {
  if (!part.is_pattern() || part.rows < least_rows) return 1;
  std::vector<Expression const*> own;
  std::ranges::copy_if(conditions, std::back_inserter(own), [&](Expression const* condition) {
    auto const read = variables_of(*condition);
    return !read.empty() && std::ranges::includes(part.certain, read);
  });
  if (own.empty()) return 1;
  Table const sample = execution.scan(part.pattern, sample_rows);
  std::vector<QuickCondition> quick;
  for (auto const* condition : own) {
    if (auto compiled = QuickCondition::compile(*condition, sample, execution.terms()))
      quick.push_back(std::move(*compiled));
  }
  std::size_t const rows = std::min(sample.rows(), sample_rows);
  if (quick.empty() || rows == 0) return 1;
  std::size_t passed = 0;
  for (std::size_t row = 0; row < rows; ++row) {
    passed +=
        std::ranges::all_of(quick, [&](auto const& one) { return one.holds(row) != QuickCondition::Answer::fails; });
  }
  return (static_cast<double>(passed) + 0.5) / (static_cast<double>(rows) + 0.5);
}

}  // namespace lepton::sparql
