#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/fields.h"

namespace lepton::learn {

/// Collects what is wrong with parameters, so that all of it is said at once. One thread.
class ParameterProblems {
 public:
  ParameterProblems() = default;
  explicit ParameterProblems(Details found) : found_(std::move(found)) {}

  /// Reads a trainer's parameters, which stand under "/parameters".
  template <class Parameters>
  [[nodiscard]] Parameters read(json::Object const& object) {
    Parameters parameters;
    fields_detail::read(json::Value(object), "/parameters", found_, parameters);
    return parameters;
  }
  /// What is known to be wrong at a pointer stays as it was said first.
  void expect(bool good, std::string const& pointer, std::string const& problem) {
    if (!good) found_.emplace(pointer, problem);
  }
  void expect_parameter(bool good, std::string_view name, std::string const& problem) {
    expect(good, "/parameters/" + std::string(name), problem);
  }
  /// `input` must be among the names of the tables beside the first.
  void expect_input(std::string_view name, std::string const& input, std::map<std::string, std::string> const& inputs);
  /// Throws Error{invalid}: the one problem, or how many `what`, with every problem in its details.
  void throw_if_any(std::string_view what = "parameters are wrong") const;

 private:
  Details found_;
};

}  // namespace lepton::learn
