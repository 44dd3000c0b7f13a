#include "learn/parameter_problems.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <vector>

namespace lepton::learn {

void ParameterProblems::throw_if_any(std::string_view what) const {
  if (found_.empty()) return;
  auto const& [pointer, problem] = *found_.begin();
  throw invalid(
      found_.size() == 1 ? fmt::format("{} {}", pointer.substr(1), problem) : fmt::format("{} {}", found_.size(), what),
      found_);
}

void ParameterProblems::expect_input(std::string_view name, std::string const& input,
                                     std::map<std::string, std::string> const& inputs) {
  std::vector<std::string_view> known;
  for (auto const& [other, file] : inputs) known.push_back(other);
  expect_parameter(inputs.contains(input), fmt::format("{}/input", name),
                   fmt::format("expected the name of an input beside the first; there {}",
                               known.empty() ? "is none" : fmt::format("are {}", fmt::join(known, ", "))));
}

}  // namespace lepton::learn
