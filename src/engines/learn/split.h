#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

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

/// Throws Error{invalid} that names the wrong share ("/split/test").
void validate(SplitOptions const& options);

/// Rows by number, ascending.
struct PartRows {
  std::vector<std::size_t> train, validation, test;
};

/// A row has a hash of its key and a class (all the same where there are none). The same rows, options and seed always
/// give the same parts. Throws Error{invalid} for shares that leave no part to train on, and for a part without rows.
[[nodiscard]] PartRows split_rows(std::span<std::uint64_t const> keys, std::span<std::uint32_t const> classes,
                                  SplitOptions const& options, SplitBy by, std::uint64_t seed);

/// The first row of the validation or the test part whose class no training row has.
[[nodiscard]] std::optional<std::size_t> find_unseen(PartRows const& parts, std::span<std::uint32_t const> classes);

struct Split {
  Examples train, validation, test;
};

/// As split_rows(). Throws Error{invalid} also when a part would lack one of two classes, or hold one of several that
/// no training row has.
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
