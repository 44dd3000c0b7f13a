#include "sparql/row_numbers.h"

#include <gtest/gtest.h>

#include <random>

#include "sparql/parallel_sort.h"
#include "sparql/test_store.h"

namespace lepton::sparql {
namespace {

TEST(RowNumbers, AreTheSameOnSeveralThreads) {
  MorselPool pool(3);
  Budget budget(1 << 30);
  std::mt19937 random(1);
  for (std::uint64_t const values : {1U, 3U, 40U, 5000U}) {
    Table::Column a(3000);
    Table::Column b(3000);
    for (auto& id : a) id = rdf::TermId::from_raw(random() % values);
    for (auto& id : b) id = rdf::TermId::from_raw(random() % 2);
    auto const alone = number_rows(test_call(), {}, budget, {a, b}, a.size());
    auto const shared = number_rows(test_call(), {&pool, 1, 250}, budget, {a, b}, a.size());
    EXPECT_EQ(shared.of_row, alone.of_row);
    EXPECT_EQ(shared.firsts, alone.firsts);
    for (std::size_t row = 0; row < a.size(); ++row) {
      std::uint32_t const first = alone.firsts[alone.of_row[row]];
      ASSERT_TRUE(first <= row && a[first] == a[row] && b[first] == b[row]);
    }
  }
}

TEST(ParallelSort, SortsAsOneThreadDoes) {
  std::mt19937 random(1);
  for (std::size_t const threads : {1U, 2U, 4U}) {
    MorselPool pool(threads);
    for (std::size_t size = 0; size < 60; ++size) {
      std::vector<std::uint32_t> values(size);
      for (auto& value : values) value = random() % 30;
      auto expected = values;
      std::ranges::sort(expected);
      parallel_sort({&pool, 1, 1}, values, std::less<>());
      EXPECT_EQ(values, expected);
    }
  }
}

}  // namespace
}  // namespace lepton::sparql
