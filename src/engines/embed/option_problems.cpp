#include "embed/option_problems.h"

#include <fmt/format.h>

#include <cmath>

namespace lepton::embed {

void OptionProblems::whole(std::string const& name, std::int64_t value, std::int64_t least, std::int64_t most) {
  if (value < least || value > most) add(name, fmt::format("expected {} to {}, found {}", least, most, value));
}

void OptionProblems::real(std::string const& name, double value, double least, double most) {
  if (!std::isfinite(value) || value < least || value > most)
    add(name, fmt::format("expected a number from {} to {}, found {}", least, most, value));
}

void OptionProblems::require_none(std::string const& what) const {
  if (!problems_.empty()) throw invalid(fmt::format("the options of {} cannot work", what), problems_);
}

}  // namespace lepton::embed
