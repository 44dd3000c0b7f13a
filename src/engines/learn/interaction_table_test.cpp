#include "learn/interaction_table.h"

#include <gmock/gmock.h>

#include <map>

#include "base/file.h"
#include "base/test_error.h"

namespace lepton::learn {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class InteractionTableTest : public testing::Test {
 protected:
  InteractionTable read(std::string const& csv, InteractionColumns const& columns) {
    write_file_atomically(directory_.path() / "data.csv", csv);
    return read_interactions(system_call(clock_), directory_.path() / "data.csv", columns);
  }
  std::string refusal(std::string const& csv, InteractionColumns const& columns) {
    auto const error = error_of([&] { (void)read(csv, columns); });
    EXPECT_EQ(error.code(), Code::invalid);
    return error.what();
  }

  InteractionColumns const plain_{"who", "what", {}, {}, {}, {}};
  InteractionColumns const full_{"who", "what", "often", "day", "about", {"kind"}};
  SystemClock clock_;
  TemporaryDirectory directory_;
};

TEST_F(InteractionTableTest, AddsUpWhatAPairDid) {
  auto const table = read(
      "who,what,often,day,about,kind\n"
      "ana,tea,1,2026-01-02,,\nben,tea,2,2026-01-01,,\nana,tea,2.5,2026-01-01T10:00:00,,\nana,milk,1,2026-03-01,,\n",
      full_);
  EXPECT_THAT(table.items, ElementsAre("tea", "milk"));
  EXPECT_EQ(table.users, 2u);
  ASSERT_EQ(table.list.size(), 3u);
  EXPECT_EQ(table.list[0].value, 3.5f);
  EXPECT_EQ(table.times[0], static_cast<double>(find_timestamp("2026-01-02")->micros));
  auto const once = read("who,what\nana,tea\nana,tea\nben,tea\nben,milk\n", plain_);
  EXPECT_EQ(once.list[0].value, 1);
  EXPECT_TRUE(once.times.empty());
}

TEST_F(InteractionTableTest, KeepsFeaturesThatSeveralItemsShareAndNotMost) {
  auto const table = read(
      "who,what,often,day,about,kind\n"
      "a,i1,1,1,Red tea,hot|bio\na,i2,1,2,red WINE,cold|all\nb,i3,1,3,white wine,cold|all\nb,i4,1,4,绿 茶,hot|all\n"
      "b,i1,1,5,Red tea,hot|bio\n",
      full_);
  EXPECT_THAT(table.features, testing::UnorderedElementsAre("about: red", "about: wine", "kind: hot", "kind: cold"));
  std::map<std::string, int> of_first;
  for (auto const& one : table.item_features)
    if (one.user == 0) ++of_first[table.features[one.item]];
  EXPECT_THAT(of_first, ElementsAre(testing::Pair("about: red", 1), testing::Pair("kind: hot", 1)));
}

TEST_F(InteractionTableTest, NamesWhatIsWrongWithLineAndColumn) {
  std::string const head = "who,what,often,day,about,kind\n";
  EXPECT_THAT(refusal("", plain_), HasSubstr("empty"));
  EXPECT_THAT(refusal("who,what\n", plain_), HasSubstr("no rows"));
  EXPECT_THAT(refusal("who,item\na,b\n", plain_), HasSubstr("it has who, item"));
  EXPECT_THAT(refusal("who,what\na,i\n,i\n", plain_), HasSubstr("line 3, column 'who': the user is missing"));
  EXPECT_THAT(refusal("who,what\na,\n", plain_), HasSubstr("line 2, column 'what': the item is missing"));
  EXPECT_THAT(refusal("who,what\na,i\na,j\n", plain_), HasSubstr("1 of users ('who')"));
  EXPECT_THAT(refusal("who,what\na,i\nb,i\n", plain_), HasSubstr("1 of items ('what')"));
  for (auto const* value : {"NaN", "nan", "inf", "-1", "", "many", "1e99"})
    EXPECT_THAT(refusal(head + "a,i,1,1,,\nb,i," + value + ",1,,\n", full_),
                HasSubstr("line 3, column 'often': expected a number from 0 to 1000000, found '" + std::string(value)));
  EXPECT_THAT(refusal(head + "a,i,1,yesterday,,\n", full_),
              HasSubstr("line 2, column 'day': expected a date, a time or a number, found 'yesterday'"));
  EXPECT_THAT(refusal("who,what\n\xff,i\n", plain_), HasSubstr("line 2, column 'who': the text is not UTF-8"));
}

TEST_F(InteractionTableTest, HoldsOutTheLatestOfEachUser) {
  std::string csv = "who,what,often,day,about,kind\n";
  for (int user = 0; user < 3; ++user)
    for (int item = 0; item < 10; ++item) csv += fmt::format("u{},i{},1,{},,\n", user, item, (item * 7 + user) % 10);
  auto const table = read(csv, full_);
  auto const parts = split_interactions(table, {.validation = 0.2, .test = 0.3}, 1);
  EXPECT_EQ(parts.train.size(), 15u);
  EXPECT_EQ(parts.validation.size(), 6u);
  ASSERT_EQ(parts.test.size(), 9u);
  for (auto const& one : parts.test) EXPECT_GE((one.item * 7 + one.user) % 10, 7u);
  for (auto const& one : parts.train) EXPECT_LT((one.item * 7 + one.user) % 10, 5u);
}

TEST_F(InteractionTableTest, WithoutTimesChanceDecidesAndTheSeed) {
  std::string csv = "who,what\n";
  for (int user = 0; user < 20; ++user)
    for (int item = 0; item < 10; ++item) csv += fmt::format("u{},i{}\n", user, item);
  auto const table = read(csv, plain_);
  auto const held_out = [&](std::uint64_t seed) {
    std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs;
    for (auto const& one : split_interactions(table, {}, seed).test) pairs.emplace_back(one.user, one.item);
    return pairs;
  };
  EXPECT_EQ(held_out(1), held_out(1));
  EXPECT_NE(held_out(1), held_out(2));
  EXPECT_EQ(held_out(1).size(), 40u);
}

TEST_F(InteractionTableTest, UsersWithOneItemCannotBeSplit) {
  auto const table = read("who,what\na,i\nb,j\nc,j\n", plain_);
  EXPECT_THAT(error_of([&] { (void)split_interactions(table, {}, 1); }).what(), HasSubstr("no user has enough items"));
}

}  // namespace
}  // namespace lepton::learn
