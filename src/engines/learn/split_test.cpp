#include "learn/split.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "base/error.h"

namespace lepton::learn {
namespace {

using runtime::Task;

Examples customers(std::size_t rows, std::size_t rows_per_key = 1) {
  Examples examples{{"x"}, runtime::Matrix(rows, 1), {}, {}};
  for (std::size_t i = 0; i < rows; ++i) {
    examples.values.at(i, 0) = static_cast<float>(i);
    examples.target.push_back(i % 5 == 0 ? 1.0f : 0.0f);
    examples.keys.push_back(hash_key(std::to_string(i / rows_per_key)));
  }
  return examples;
}

std::set<std::uint64_t> keys(Examples const& part) {
  return {part.keys.begin(), part.keys.end()};
}

TEST(Split, ByKeyKeepsRowsOfOneKeyTogether) {
  auto const parts = split(customers(3000, 6), {}, SplitBy::key, 1, Task::binary_classification);
  EXPECT_NEAR(static_cast<double>(parts.test.rows()), 600, 120);
  EXPECT_NEAR(static_cast<double>(parts.validation.rows()), 450, 120);
  std::set<std::uint64_t> all = keys(parts.train);
  all.merge(keys(parts.validation));
  all.merge(keys(parts.test));
  EXPECT_EQ(all.size(), keys(parts.train).size() + keys(parts.validation).size() + keys(parts.test).size());
}

TEST(Split, ByKeyLeavesRowsWhereTheyAreWhenOthersCome) {
  auto const before = split(customers(1000), {}, SplitBy::key, 1, Task::binary_classification);
  auto const after = split(customers(2000), {}, SplitBy::key, 1, Task::binary_classification);
  auto const test = keys(after.test);
  for (auto const key : before.test.keys) EXPECT_TRUE(test.contains(key));
}

TEST(Split, DependsOnTheSeedAlone) {
  auto const one = split(customers(500), {}, SplitBy::key, 1, Task::binary_classification);
  EXPECT_EQ(one.test.keys, split(customers(500), {}, SplitBy::key, 1, Task::binary_classification).test.keys);
  EXPECT_NE(one.test.keys, split(customers(500), {}, SplitBy::key, 2, Task::binary_classification).test.keys);
}

TEST(Split, StratifiedKeepsTheShareOfClasses) {
  auto const parts = split(customers(1000), {}, SplitBy::stratified, 3, Task::binary_classification);
  EXPECT_EQ(parts.test.rows(), 200u);
  EXPECT_EQ(parts.validation.rows(), 150u);
  EXPECT_EQ(std::count(parts.test.target.begin(), parts.test.target.end(), 1.0f), 40);
  EXPECT_EQ(std::count(parts.validation.target.begin(), parts.validation.target.end(), 1.0f), 30);
}

TEST(Split, RefusesSharesThatCannotBe) {
  EXPECT_THROW((void)split(customers(100), {{}, 0.5, 0.5}, SplitBy::key, 1, Task::binary_classification), Error);
  EXPECT_THROW((void)split(customers(100), {{}, 0.1, 0}, SplitBy::key, 1, Task::binary_classification), Error);
}

TEST(Split, SaysWhichPartLacksAClass) {
  auto examples = customers(100);
  std::fill(examples.target.begin(), examples.target.end(), 0.0f);
  try {
    (void)split(examples, {}, SplitBy::stratified, 1, Task::binary_classification);
    FAIL() << "accepted";
  } catch (Error const& e) {
    EXPECT_THAT(e.what(), testing::HasSubstr("the target is 0 in all 100 rows"));
  }
  examples.target[7] = 1;
  try {
    (void)split(examples, {}, SplitBy::stratified, 1, Task::binary_classification);
    FAIL() << "accepted";
  } catch (Error const& e) {
    EXPECT_THAT(e.what(), testing::HasSubstr("does not hold both classes"));
  }
}

}  // namespace
}  // namespace lepton::learn
