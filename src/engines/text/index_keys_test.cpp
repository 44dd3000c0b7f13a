#include "text/index_keys.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace lepton::text {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> keys_of(std::string_view text) {
  std::vector<std::string> keys;
  index_keys(text, [&](std::string_view key) { keys.emplace_back(key); });
  return keys;
}

/// Whether the index would hand this text out for the patterns.
bool is_found(std::vector<KeyPattern> const& patterns, std::string_view text) {
  auto const keys = keys_of(text);
  return std::ranges::all_of(patterns, [&](KeyPattern const& pattern) {
    return std::ranges::any_of(keys, [&](std::string const& key) { return pattern.fits(key); });
  });
}

TEST(IndexKeys, AreRunsOfAsciiAndPairsOfOthers) {
  EXPECT_THAT(keys_of("Credit-risk, 2008!"), ElementsAre("credit", "risk", "2008"));
  EXPECT_THAT(keys_of("信用卡A股"), ElementsAre("信用", "用卡", "卡", "a", "股"));
  EXPECT_THAT(keys_of(" ,;"), IsEmpty());
  EXPECT_THAT(keys_of(std::string(100, 'x')), ElementsAre(std::string(longest_key, 'x')));
}

TEST(IndexKeys, HaveBothSpellingsWhereFoldingChangesATextNotAscii) {
  EXPECT_THAT(keys_of("ＡＢ"), ElementsAre("ＡＢ", "Ｂ", "ab"));
  EXPECT_THAT(keys_of("É1"), ElementsAre("É", "1", "é", "1"));
  EXPECT_THAT(keys_of("\xff z"), ElementsAre("\xff", "z", "\xEF\xBF\xBD", "z")) << "broken bytes are characters";
}

TEST(IndexKeys, PatternsAreOpenWhereThePieceIs) {
  EXPECT_THAT(key_patterns("credit", Edge::bound, Edge::bound), ElementsAre(KeyPattern{"credit", false, false}));
  EXPECT_THAT(key_patterns("ed it r", Edge::open, Edge::open),
              ElementsAre(KeyPattern{"ed", true, false}, KeyPattern{"it", false, false}, KeyPattern{"r", false, true}));
  EXPECT_THAT(key_patterns("用卡", Edge::open, Edge::open), ElementsAre(KeyPattern{"用卡", false, false}));
  EXPECT_THAT(key_patterns("用", Edge::bound, Edge::bound), ElementsAre(KeyPattern{"用", false, true}));
  EXPECT_THAT(key_patterns("-- ", Edge::open, Edge::open), IsEmpty());
}

// Random texts, and pieces cut from them at random: the text a piece was cut from is always found by it.
TEST(IndexKeys, NoPieceOfATextIsMissed) {
  std::mt19937_64 random(5);
  std::vector<std::string> const parts{"a", "b", "z9", " ", "-", "信", "用", "卡", "é", "。", std::string(70, 'q'),
                                       "'"};
  for (int i = 0; i < 20'000; ++i) {
    std::vector<std::string> characters;
    for (std::size_t n = random() % 12 + 1; n > 0; --n) characters.push_back(parts[random() % parts.size()]);
    std::string text;
    std::vector<std::size_t> cuts{0};
    for (auto const& one : characters) {
      // Between any two bytes of ASCII, and around what is not.
      if (static_cast<unsigned char>(one[0]) < 0x80) {
        for (std::size_t at = 1; at < one.size(); at += 13) cuts.push_back(text.size() + at);
      }
      text += one;
      cuts.push_back(text.size());
    }
    std::size_t begin = cuts[random() % cuts.size()];
    std::size_t end = cuts[random() % cuts.size()];
    if (begin > end) std::swap(begin, end);
    auto const piece = text.substr(begin, end - begin);
    ASSERT_TRUE(is_found(key_patterns(piece, Edge::open, Edge::open), text)) << piece << " of " << text;
    ASSERT_TRUE(is_found(key_patterns(text.substr(0, end), Edge::bound, Edge::open), text));
    ASSERT_TRUE(is_found(key_patterns(text.substr(begin), Edge::open, Edge::bound), text));
  }
  EXPECT_FALSE(is_found(key_patterns("credit", Edge::bound, Edge::bound), "credits"));
  EXPECT_FALSE(is_found(key_patterns("用信", Edge::open, Edge::open), "信用卡"));
}

}  // namespace
}  // namespace lepton::text
