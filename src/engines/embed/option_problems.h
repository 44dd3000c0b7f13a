#pragma once

#include <cstdint>
#include <string>

#include "base/error.h"

namespace lepton::embed {

/// Collects what is wrong with a set of options, so that all of it is said at once. One thread.
class OptionProblems {
 public:
  void whole(std::string const& name, std::int64_t value, std::int64_t least, std::int64_t most);
  void real(std::string const& name, double value, double least, double most);
  /// Another problem of the option; what was said of it first stays.
  void add(std::string const& name, std::string const& problem) { problems_.emplace("/" + name, problem); }
  /// Throws Error{invalid} when there were any; `what` names the options.
  void require_none(std::string const& what) const;

 private:
  Details problems_;
};

}  // namespace lepton::embed
