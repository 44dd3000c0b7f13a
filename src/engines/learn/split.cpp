#include "learn/split.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/error.h"

namespace lepton::learn {
namespace {

/// A number in [0, 2⁶⁴) that seed and key decide.
std::uint64_t rank(std::uint64_t key, std::uint64_t seed) {
  std::uint64_t x = key + 0x9e3779b97f4a7c15u * (seed + 1);
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

PartRows by_key(std::span<std::uint64_t const> keys, SplitOptions const& options, std::uint64_t seed) {
  PartRows parts;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    double const place = static_cast<double>(rank(keys[i], seed) >> 11) * 0x1p-53;
    auto& part = place < options.test                        ? parts.test
                 : place < options.test + options.validation ? parts.validation
                                                             : parts.train;
    part.push_back(i);
  }
  return parts;
}

PartRows stratified(std::span<std::uint64_t const> keys, std::span<std::uint32_t const> classes,
                    SplitOptions const& options, std::uint64_t seed) {
  std::map<std::uint32_t, std::vector<std::size_t>> rows_of;
  for (std::size_t i = 0; i < keys.size(); ++i) rows_of[classes[i]].push_back(i);
  PartRows parts;
  for (auto& [one, rows] : rows_of) {
    std::sort(rows.begin(), rows.end(), [&](std::size_t a, std::size_t b) {
      return std::pair(rank(keys[a], seed), a) < std::pair(rank(keys[b], seed), b);
    });
    auto const count = static_cast<double>(rows.size());
    auto const test_end = rows.begin() + static_cast<std::ptrdiff_t>(count * options.test + 0.5);
    auto const validation_end =
        rows.begin() + static_cast<std::ptrdiff_t>(count * (options.test + options.validation) + 0.5);
    parts.test.insert(parts.test.end(), rows.begin(), test_end);
    parts.validation.insert(parts.validation.end(), test_end, validation_end);
    parts.train.insert(parts.train.end(), validation_end, rows.end());
  }
  for (auto* part : {&parts.train, &parts.validation, &parts.test}) std::sort(part->begin(), part->end());
  return parts;
}

void require_rows(std::vector<std::size_t> const& part, std::string_view name, double share, std::size_t all) {
  if (part.empty())
    throw invalid(
        fmt::format("the {} part ({:g} % of {}) is empty: take a larger share or more data", name, share * 100, all));
}

void require_both_classes(Examples const& part, std::string_view name, double share) {
  auto const positive = std::count(part.target.begin(), part.target.end(), 1.0f);
  if (part.rows() > 0 && positive > 0 && static_cast<std::size_t>(positive) < part.rows()) return;
  throw invalid(
      fmt::format("the {} part ({:g} % of the rows, {} rows) does not hold both classes: take a larger share, "
                  "more data, or split.by: stratified",
                  name, share * 100, part.rows()));
}

}  // namespace

void validate(SplitOptions const& options) {
  Details problems;
  if (!(options.validation > 0 && options.validation < 1))
    problems.emplace("/split/validation", "must lie between 0 and 1");
  if (!(options.test > 0 && options.test < 1)) problems.emplace("/split/test", "must lie between 0 and 1");
  if (problems.empty() && options.validation + options.test >= 1)
    problems.emplace("/split", "validation and test leave no rows to train on");
  if (!problems.empty()) throw invalid("the split is wrong: " + problems.begin()->second, problems);
}

PartRows split_rows(std::span<std::uint64_t const> keys, std::span<std::uint32_t const> classes,
                    SplitOptions const& options, SplitBy by, std::uint64_t seed) {
  validate(options);
  auto parts = by == SplitBy::key ? by_key(keys, options, seed) : stratified(keys, classes, options, seed);
  require_rows(parts.train, "training", 1 - options.validation - options.test, keys.size());
  require_rows(parts.validation, "validation", options.validation, keys.size());
  require_rows(parts.test, "test", options.test, keys.size());
  return parts;
}

std::optional<std::size_t> find_unseen(PartRows const& parts, std::span<std::uint32_t const> classes) {
  std::set<std::uint32_t> seen;
  for (auto const row : parts.train) seen.insert(classes[row]);
  std::optional<std::size_t> first;
  for (auto const* part : {&parts.validation, &parts.test})
    for (auto const row : *part)
      if (!seen.contains(classes[row]) && (!first || row < *first)) first = row;
  return first;
}

Split split(Examples const& examples, SplitOptions const& options, SplitBy by, std::uint64_t seed, runtime::Task task) {
  bool const binary = task == runtime::Task::binary_classification;
  bool const classified = binary || task == runtime::Task::multiclass_classification;
  if (classified && std::equal(examples.target.begin() + 1, examples.target.end(), examples.target.begin()))
    throw invalid(fmt::format("the target is {:g} in all {} rows: a classifier needs rows of both classes",
                              examples.target[0], examples.rows()));
  std::vector<std::uint32_t> classes(examples.rows());
  for (std::size_t i = 0; classified && i < classes.size(); ++i)
    classes[i] = static_cast<std::uint32_t>(examples.target[i]);
  auto const parts = split_rows(examples.keys, classes, options, by, seed);
  Split result{examples.select(parts.train), examples.select(parts.validation), examples.select(parts.test)};
  if (binary) {
    require_both_classes(result.train, "training", 1 - options.validation - options.test);
    require_both_classes(result.validation, "validation", options.validation);
    require_both_classes(result.test, "test", options.test);
  } else if (auto const row = classified ? find_unseen(parts, classes) : std::nullopt) {
    throw invalid(
        fmt::format("row {} has a class that no row of the training part has: give it more rows, or "
                    "split.by: stratified",
                    *row + 1));
  }
  return result;
}

}  // namespace lepton::learn
