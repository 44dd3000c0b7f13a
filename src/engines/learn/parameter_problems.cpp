#include "learn/parameter_problems.h"

#include <fmt/format.h>

namespace lepton::learn {

void ParameterProblems::throw_if_any(std::string_view what) const {
  if (found_.empty()) return;
  auto const& [pointer, problem] = *found_.begin();
  throw invalid(
      found_.size() == 1 ? fmt::format("{} {}", pointer.substr(1), problem) : fmt::format("{} {}", found_.size(), what),
      found_);
}

}  // namespace lepton::learn
