#include "text/gazetteer.h"

#include <gmock/gmock.h>

#include "base/error.h"
#include "text/normal.h"

namespace lepton::text {
namespace {

using testing::ElementsAre;

std::vector<GazetteerMatch> match(Gazetteer const& gazetteer, std::vector<std::string> const& words) {
  std::vector<std::uint64_t> hashes;
  for (auto const& word : words) hashes.push_back(Gazetteer::token_hash(lower(word)));
  std::vector<GazetteerMatch> matches;
  gazetteer.match(hashes, matches);
  return matches;
}

TEST(Gazetteer, TheLongestNameFromEachTokenWithoutRegardToCase) {
  GazetteerBuilder builder;
  builder.add_lines("city\tNew York\nteam\tnew york  yankees\r\n\ncity\tyork\nname\tyork\n");
  builder.build();
  EXPECT_EQ(builder.names(), 3u);
  EXPECT_THAT(
      match(builder.gazetteer(), {"In", "NEW", "York", "Yankees", "new", "york"}),
      ElementsAre(GazetteerMatch{1, 4, 2}, GazetteerMatch{2, 3, 5}, GazetteerMatch{4, 6, 1}, GazetteerMatch{5, 6, 5}));
  EXPECT_EQ(builder.gazetteer().types_of_word(Gazetteer::token_hash("york")), 5u);
  EXPECT_EQ(builder.gazetteer().types_of_word(Gazetteer::token_hash("new")), 0u);
}

TEST(Gazetteer, AnEmptyOneMatchesNothing) {
  EXPECT_TRUE(match(Gazetteer(), {"a"}).empty());
  GazetteerBuilder builder;
  builder.add("t", "   ");
  builder.build();
  EXPECT_TRUE(match(builder.gazetteer(), {"a", "b"}).empty());
}

TEST(Gazetteer, WrongLinesAndTooManyListsAreRefused) {
  GazetteerBuilder builder;
  try {
    builder.add_lines("a\tb\nno tab");
    FAIL();
  } catch (Error const& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("line 2"));
  }
  GazetteerBuilder many;
  for (int i = 0; i < 64; ++i) many.add(fmt::format("t{}", i), "x");
  EXPECT_THROW(many.add("t64", "x"), Error);
}

/// A trie over many random names says the same as a set of them.
TEST(Gazetteer, AgreesWithASet) {
  GazetteerBuilder builder;
  std::set<std::string> names;
  for (unsigned i = 0; i < 5000; ++i) {
    auto const name = i % 3 == 0 ? fmt::format("w{}", i * 7 % 1000) : fmt::format("w{} w{}", i * 31 % 500, i % 97);
    names.insert(name);
    builder.add("t", name);
  }
  builder.build();
  EXPECT_EQ(builder.names(), names.size());
  for (int a = 0; a < 500; ++a)
    for (int b = 0; b < 97; b += 5) {
      std::vector<std::string> const words{fmt::format("w{}", a), fmt::format("w{}", b)};
      auto const found = match(builder.gazetteer(), words);
      bool const pair = names.contains(words[0] + " " + words[1]), single = names.contains(words[0]);
      bool const first = !found.empty() && found[0].begin == 0;
      ASSERT_EQ(first, pair || single);
      if (first) {
        ASSERT_EQ(found[0].end, pair ? 2u : 1u);
      }
    }
}

}  // namespace
}  // namespace lepton::text
