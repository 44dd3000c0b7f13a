#include "recommend/interactions.h"

#include <gmock/gmock.h>

#include <cmath>

#include "recommend/recommend_testing.h"

namespace lepton::recommend {
namespace {

using testing::HasSubstr;

TEST(Interactions, RowsAreSortedAndOfDuplicatesTheLastCounts) {
  std::vector<Interaction> const list{{2, 1, 5}, {0, 3, 1}, {2, 0, 2}, {2, 1, 4}};
  Interactions const rows(list, 3, 4, "ratings");
  EXPECT_EQ(rows.size(), 3u);
  ASSERT_EQ(rows.of(2).size(), 2u);
  EXPECT_EQ(rows.of(2)[0].item, 0u);
  EXPECT_EQ(rows.of(2)[1].value, 4);
  EXPECT_TRUE(rows.of(1).empty());
  auto const columns = rows.transposed();
  EXPECT_EQ(columns.users(), 4u);
  EXPECT_EQ(columns.items(), 3u);
  ASSERT_EQ(columns.of(1).size(), 1u);
  EXPECT_EQ(columns.of(1)[0].item, 2u);
  EXPECT_EQ(columns.of(1)[0].value, 4);
}

TEST(Interactions, WhatCannotBeIsRefusedWithItsPlace) {
  auto const message = [](std::vector<Interaction> const& list) -> std::string {
    return error_of([&] { Interactions(list, 2, 2, "ratings"); }).what();
  };
  EXPECT_THAT(message({}), HasSubstr("ratings: there are no interactions"));
  EXPECT_THAT(message({{0, 0, 1}, {2, 0, 1}}), HasSubstr("interaction 1 names user 2, expected less than 2"));
  EXPECT_THAT(message({{0, 9, 1}}), HasSubstr("interaction 0 names item 9"));
  EXPECT_THAT(message({{0, 0, NAN}}), HasSubstr("expected a finite number"));
  EXPECT_THAT(message({{0, 0, INFINITY}}), HasSubstr("expected a finite number"));
}

TEST(Interactions, AHistoryIsCheckedBeforeItIsUsed) {
  std::vector<Taken> const good{{1, 1}}, unknown{{0, 1}, {7, 1}}, broken{{0, NAN}}, negative{{0, -1}};
  EXPECT_NO_THROW(require_known(good, 2));
  EXPECT_THAT(error_of([&] { require_known(unknown, 2); }).details(),
              testing::Contains(testing::Key("/history/1/item")));
  EXPECT_THAT(error_of([&] { require_known(broken, 2); }).details(),
              testing::Contains(testing::Key("/history/0/value")));
  EXPECT_EQ(error_of([&] { require_known(negative, 2); }).code(), Code::invalid);
  std::vector<Interaction> const list{{0, 1, -2}};
  EXPECT_THAT(error_of([&] { require_counts(Interactions(list, 1, 2, "x")); }).what(), HasSubstr("user 0 took item 1"));
}

}  // namespace
}  // namespace lepton::recommend
