#include "reason/table.h"

#include <gmock/gmock.h>

#include <map>
#include <random>

namespace lepton::reason {
namespace {

TEST(Table, HoldsWhatAModelHolds) {
  std::mt19937 random(7);
  Table table(no_term, 1, no_term);
  std::map<std::pair<TermKey, TermKey>, bool> model;
  for (int update = 0; update < 400; ++update) {
    table.begin_update();
    for (int i = 0; i < 20; ++i) {
      std::pair<TermKey, TermKey> const pair{random() % 12, random() % 12};
      bool& holds = model[pair];
      if (holds && random() % 2 == 0) {
        table.end(table.find(pair.first, pair.second));
        holds = false;
      } else {
        EXPECT_EQ(table.insert(pair.first, pair.second).changed, !holds);
        holds = true;
      }
    }
    table.finish_update();
  }
  for (auto const& [pair, holds] : model) {
    Row const row = table.find(pair.first, pair.second);
    EXPECT_EQ(row != no_row && table.holds(row), holds);
  }
}

TEST(Table, OneFactThatComesAndGoesTakesNewRows) {
  Table table(no_term, 1, no_term);
  for (int update = 0; update < 60; ++update) {
    Row const row = table.insert(3, 4).row;
    EXPECT_EQ(table.find(3, 4), row);
    table.finish_update();
    table.end(row);
    table.finish_update();
  }
  EXPECT_EQ(table.size(), 60U);
  EXPECT_EQ(table.count(), 0U);
}

TEST(Table, FindsEachOfAMillion) {
  constexpr TermKey many = 1'000'000;
  Table table(no_term, 1, no_term);
  for (TermKey i = 0; i < many; ++i) table.insert(i, i % 1000);
  for (TermKey i = 0; i < many; ++i) {
    ASSERT_EQ(table.find(i, i % 1000), i);
    ASSERT_EQ(table.find(i, 1000), no_row);
  }
  EXPECT_EQ(table.first_by_object(999), many - 1);
}

}  // namespace
}  // namespace lepton::reason
