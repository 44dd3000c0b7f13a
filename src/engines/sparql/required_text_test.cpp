#include "sparql/required_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <re2/re2.h>

#include <algorithm>
#include <random>

namespace lepton::sparql {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> pieces(std::string_view pattern) {
  std::vector<std::string> out;
  for (auto& one : required_texts(pattern)) out.push_back(std::move(one.piece));
  return out;
}

TEST(RequiredText, IsWhatStandsForItself) {
  EXPECT_THAT(pieces("credit"), ElementsAre("credit"));
  EXPECT_THAT(pieces("^cred.*card$"), ElementsAre("cred", "card"));
  EXPECT_THAT(pieces("colou?rs+"), ElementsAre("colo", "rs"));
  EXPECT_THAT(pieces("a\\.b\\d{2,3}c"), ElementsAre("a.b", "c"));
  EXPECT_THAT(pieces("[^]a-c\\]]x[[:alpha:]]y"), ElementsAre("x", "y"));
  EXPECT_THAT(pieces("信用卡?"), ElementsAre("信用"));
  EXPECT_THAT(pieces("ab{0}c{,d"), ElementsAre("a", ",d")) << "a brace that counts nothing ends a piece";
}

TEST(RequiredText, IsNothingWhereAlternativesOrGroupsMayBe) {
  for (auto const* pattern : {"a|b", "(ab)?c", "(?i)abc", "a\\Qb", "\\pLx", "\\x41", "[ab", "x\\", ""})
    EXPECT_THAT(pieces(pattern), IsEmpty()) << pattern;
}

TEST(RequiredText, LettersThatOthersMayStandForAreLeftOut) {
  auto const keys = [](std::string const& piece, Spelling spelling) {
    std::vector<std::string> out;
    for (auto const& one : key_patterns({piece}, spelling)) out.push_back(one.key);
    return out;
  };
  EXPECT_THAT(keys("Baskets", Spelling::exact), ElementsAre("baskets"));
  EXPECT_THAT(keys("Baskets", Spelling::any_case), ElementsAre("ba", "et"));
  EXPECT_THAT(keys("risk", Spelling::lowered), ElementsAre("r", "s"));
  EXPECT_THAT(keys("é1信", Spelling::any_case), ElementsAre("1", "信"));
}

// Random patterns and texts: whatever RE2 finds in a text, the index finds by the pattern.
TEST(RequiredText, NoTextThatMatchesIsMissed) {
  std::mt19937_64 random(9);
  std::vector<std::string> const atoms{"a",  "B",   "k",  "s", "1",      "信", "é", "\\.", ".",   "[ab]", "\\d",
                                       "b*", "信?", "k+", "{", "a{0,2}", " ",  "^", "$",   "\\b", "s??"};
  std::vector<std::string> const characters{"a", "b",  "A",  "B", "k", "K", "\u212A", "s", "S",       "\u017F",
                                            "1", "信", "用", "é", "É", ".", " ",      "{", "e\u0301", "\u0301"};
  int matched = 0;
  for (int i = 0; i < 60'000; ++i) {
    std::string pattern;
    std::string text;
    for (std::size_t n = random() % 4 + 1; n > 0; --n) pattern += atoms[random() % atoms.size()];
    for (std::size_t n = random() % 8; n > 0; --n) text += characters[random() % characters.size()];
    bool const any_case = random() % 2 == 0;
    re2::RE2::Options options;
    options.set_log_errors(false);
    options.set_case_sensitive(!any_case);
    re2::RE2 const expression(pattern, options);
    if (!expression.ok() || !re2::RE2::PartialMatch(text, expression)) continue;
    ++matched;
    for (auto const& required : required_texts(pattern)) {
      for (auto const& wanted : key_patterns(required, any_case ? Spelling::any_case : Spelling::exact)) {
        bool found = false;
        text::index_keys(text, [&](std::string_view key) { found = found || wanted.fits(key); });
        ASSERT_TRUE(found) << "'" << pattern << "' matches '" << text << "', which has no key '" << wanted.key << "'";
      }
    }
  }
  EXPECT_GT(matched, 3000);
}

}  // namespace
}  // namespace lepton::sparql
