#include "learn/item_sources.h"

#include <gmock/gmock.h>

#include "base/file.h"
#include "base/test_error.h"

namespace lepton::learn {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

class ItemSourcesTest : public testing::Test {
 protected:
  std::vector<DescribedItem> items(std::string const& csv) {
    write_file_atomically(file(), csv);
    return read_items(system_call(clock_), file(), source_, "/parameters/items").items;
  }
  ItemFacts facts(std::string const& csv) {
    embed::Names names;
    for (auto const* name : {"Heat", "Ali"}) names.add(name);
    write_file_atomically(file(), csv);
    return read_facts(system_call(clock_), file(), {"facts.csv", "subject", "relation", "object", 3},
                      "/parameters/facts", names);
  }
  template <typename Read>
  std::string refusal(Read const& read) {
    auto const error = error_of(read);
    EXPECT_EQ(error.code(), Code::invalid);
    details_ = error.details();
    return error.what();
  }
  std::filesystem::path file() const { return directory_.path() / "further.csv"; }

  ItemSource source_{"films.csv", "film", {"title"}, {"genre"}, {"year"}};
  SystemClock clock_;
  TemporaryDirectory directory_;
  Details details_;
};

TEST_F(ItemSourcesTest, AnItemHasWordsCategoriesAndRangesOfNumbers) {
  auto const read = items("film,title,genre,year\nf1,Heat and fire,drama|crime,1995\nf2,,,\nf3,英雄,drama,2002\n");
  ASSERT_EQ(read.size(), 3u);
  EXPECT_EQ(read[0].name, "f1");
  EXPECT_THAT(read[0].features, UnorderedElementsAre("title: heat", "title: and", "title: fire", "genre: drama",
                                                     "genre: crime", "year: 1995"));
  EXPECT_TRUE(read[1].features.empty());
  EXPECT_THAT(read[2].features, ElementsAre("title: 英雄", "genre: drama", "year: 2002"));
}

TEST_F(ItemSourcesTest, ManyNumbersAreEightRangesOfAboutAsMany) {
  source_ = {"films.csv", "film", {}, {}, {"year"}};
  std::string csv = "film,year\n";
  for (int i = 0; i < 80; ++i) csv += fmt::format("f{},{}\n", i, i < 40 ? 7 : i);
  std::map<std::string, int> counts;
  for (auto const& item : items(csv)) ++counts[item.features.at(0)];
  EXPECT_EQ(counts["year: 7"], 40);
  EXPECT_EQ(counts["year: 40 to 49"], 10);
  EXPECT_EQ(counts.size(), 5u);
}

TEST_F(ItemSourcesTest, NamesTheInputTheLineAndTheColumn) {
  EXPECT_THAT(refusal([&] { (void)items(""); }), HasSubstr("films.csv: the table is empty"));
  EXPECT_THAT(refusal([&] { (void)items("film,title,genre,year\n"); }), HasSubstr("films.csv: the table has no rows"));
  EXPECT_THAT(refusal([&] { (void)items("name,title,genre,year\nf,t,g,1\n"); }), HasSubstr("films.csv"));
  EXPECT_EQ(details_.at("/parameters/items/item"), "there is no column 'film'");
  EXPECT_THAT(refusal([&] { (void)items("film,title,genre\nf,t,g\n"); }), HasSubstr("films.csv"));
  EXPECT_EQ(details_.at("/parameters/items/number/0"), "there is no column 'year'");
  EXPECT_EQ(refusal([&] { (void)items("film,title,genre,year\nf,t,g,1\nf,t,g,2\n"); }),
            "films.csv, line 3, column 'film': 'f' stands in line 2 already");
  EXPECT_EQ(refusal([&] { (void)items("film,title,genre,year\n,t,g,1\n"); }),
            "films.csv, line 2, column 'film': is missing");
  EXPECT_EQ(refusal([&] { (void)items("film,title,genre,year\nf,t,g,NaN\n"); }),
            "films.csv, line 2, column 'year': expected a number, or nothing, found 'NaN'");
  EXPECT_THAT(refusal([&] { (void)items("film,title,genre,year\nf,\xff,g,1\n"); }),
              HasSubstr("films.csv: line 2, column 'title': the text is not UTF-8"));
  EXPECT_THAT(refusal([&] { (void)items("film,title,genre,year\nf,t,g\n"); }), HasSubstr("films.csv: line 2"));
}

TEST_F(ItemSourcesTest, FactsNumberItemsFirst) {
  auto const read = facts("subject,relation,object\nHeat,director,Mann\nMann,born in,Chicago\nRemake,of,Heat\n");
  ASSERT_EQ(read.list.size(), 3u);
  EXPECT_EQ(read.list[0], (embed::Triple{0, 0, 2}));
  EXPECT_THAT(read.entities, ElementsAre("Mann", "Chicago", "Remake"));
  EXPECT_THAT(read.relations, ElementsAre("director", "born in", "of"));
  EXPECT_EQ(read.items, 1u);
}

TEST_F(ItemSourcesTest, FactsAboutNoItemAreRefused) {
  EXPECT_EQ(refusal([&] { (void)facts("subject,relation,object\nhttp://f/Heat,director,Mann\n"); }),
            "facts.csv, line 2, column 'subject': neither 'http://f/Heat' here nor any other subject or object is the "
            "name of an item, such as 'Heat'");
  EXPECT_EQ(refusal([&] { (void)facts("subject,relation,object\nHeat,,Mann\n"); }),
            "facts.csv, line 2, column 'relation': is missing");
  EXPECT_THAT(refusal([&] { (void)facts("s,p,o\nHeat,director,Mann\n"); }), HasSubstr("it has s, p, o"));
  EXPECT_EQ(details_.size(), 3u);
}

}  // namespace
}  // namespace lepton::learn
