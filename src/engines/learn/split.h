#pragma once

#include <cstdint>

#include "base/fields.h"
#include "learn/examples.h"

namespace lepton::learn {

/// By what rows are put apart.
enum class SplitBy {
  key,         ///< a hash of the row's key: rows of one key stay together, and stay where they are when rows are added
  stratified,  ///< each class on its own, so that the parts have the same shares of it
};

/// How the data is put apart. Shares of the rows; the rest trains.
struct SplitOptions {
  std::optional<SplitBy> by;  ///< default: key when there is one, else stratified
  double validation = 0.15;
  double test = 0.2;

  static constexpr auto fields();
};

struct Split {
  Examples train, validation, test;
};

/// The same rows, options and seed always give the same parts. Throws Error{invalid} for shares that leave no part to
/// train on, and when a part would lack a class.
[[nodiscard]] Split split(Examples const& examples, SplitOptions const& options, SplitBy by, std::uint64_t seed,
                          runtime::Task task);

}  // namespace lepton::learn

template <>
struct lepton::EnumNames<lepton::learn::SplitBy> {
  using enum lepton::learn::SplitBy;
  static constexpr std::array<std::pair<lepton::learn::SplitBy, std::string_view>, 2> values{
      {{key, "key"}, {stratified, "stratified"}}};
};

namespace lepton::learn {

constexpr auto SplitOptions::fields() {
  return std::tuple{optional("by", &SplitOptions::by, "how rows are put apart"),
                    optional("validation", &SplitOptions::validation, "share for early stopping and the threshold"),
                    optional("test", &SplitOptions::test, "share held out for the evaluation report")};
}

}  // namespace lepton::learn
