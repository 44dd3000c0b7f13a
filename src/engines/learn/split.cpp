#include "learn/split.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"

namespace lepton::learn {
namespace {

struct Parts {
  std::vector<std::size_t> train, validation, test;
};

/// A number in [0, 2⁶⁴) that seed and key decide.
std::uint64_t rank(std::uint64_t key, std::uint64_t seed) {
  std::uint64_t x = key + 0x9e3779b97f4a7c15u * (seed + 1);
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

Parts by_key(Examples const& examples, SplitOptions const& options, std::uint64_t seed) {
  Parts parts;
  for (std::size_t i = 0; i < examples.rows(); ++i) {
    double const place = static_cast<double>(rank(examples.keys[i], seed) >> 11) * 0x1p-53;
    auto& part = place < options.test                        ? parts.test
                 : place < options.test + options.validation ? parts.validation
                                                             : parts.train;
    part.push_back(i);
  }
  return parts;
}

Parts stratified(Examples const& examples, SplitOptions const& options, std::uint64_t seed, runtime::Task task) {
  std::map<float, std::vector<std::size_t>> classes;  // one for all rows where the target is not a class
  bool const classified = task == runtime::Task::binary_classification;
  for (std::size_t i = 0; i < examples.rows(); ++i) classes[classified ? examples.target[i] : 0].push_back(i);
  Parts parts;
  for (auto& [label, rows] : classes) {
    std::sort(rows.begin(), rows.end(), [&](std::size_t a, std::size_t b) {
      return std::pair(rank(examples.keys[a], seed), a) < std::pair(rank(examples.keys[b], seed), b);
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

void require_both_classes(Examples const& part, std::string_view name, double share) {
  auto const positive = std::count(part.target.begin(), part.target.end(), 1.0f);
  if (part.rows() > 0 && positive > 0 && static_cast<std::size_t>(positive) < part.rows()) return;
  throw invalid(
      fmt::format("the {} part ({:g} % of the rows, {} rows) does not hold both classes: take a larger share, "
                  "more data, or split.by: stratified",
                  name, share * 100, part.rows()));
}

void validate(SplitOptions const& options) {
  Details problems;
  if (!(options.validation > 0 && options.validation < 1))
    problems.emplace("/split/validation", "must lie between 0 and 1");
  if (!(options.test > 0 && options.test < 1)) problems.emplace("/split/test", "must lie between 0 and 1");
  if (problems.empty() && options.validation + options.test >= 1)
    problems.emplace("/split", "validation and test leave no rows to train on");
  if (!problems.empty()) throw invalid("the split is wrong: " + problems.begin()->second, problems);
}

}  // namespace

Split split(Examples const& examples, SplitOptions const& options, SplitBy by, std::uint64_t seed, runtime::Task task) {
  validate(options);
  bool const classified = task == runtime::Task::binary_classification;
  if (classified && std::equal(examples.target.begin() + 1, examples.target.end(), examples.target.begin()))
    throw invalid(fmt::format("the target is {:g} in all {} rows: a classifier needs rows of both classes",
                              examples.target[0], examples.rows()));
  auto const parts = by == SplitBy::key ? by_key(examples, options, seed) : stratified(examples, options, seed, task);
  Split result{examples.select(parts.train), examples.select(parts.validation), examples.select(parts.test)};
  if (classified) {
    require_both_classes(result.train, "training", 1 - options.validation - options.test);
    require_both_classes(result.validation, "validation", options.validation);
    require_both_classes(result.test, "test", options.test);
  }
  return result;
}

}  // namespace lepton::learn
