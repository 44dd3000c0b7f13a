#include "retrieval/terms.h"

#include <gmock/gmock.h>

#include <set>

#include "base/error.h"
#include "text/token.h"

namespace lepton::retrieval {
namespace {

std::set<std::uint64_t> hashes_of(std::string_view text, TermKind kind) {
  std::set<std::uint64_t> out;
  for (auto const& term : terms_of(text))
    if (term.kind == kind) out.insert(term.hash);
  return out;
}

std::set<std::uint64_t> words_in(std::string_view text) {
  return hashes_of(text, TermKind::word);
}

TEST(Terms, CaseWidthAndPunctuationMakeNoDifference) {
  EXPECT_EQ(words_in("My Card, please!"), words_in("my card please"));
  EXPECT_EQ(words_in("ＣＡＲＤ ﬁne"), words_in("card fine"));
  EXPECT_EQ(words_in("Straße"), words_in("STRASSE"));
  EXPECT_NE(words_in("card"), words_in("cards"));
}

TEST(Terms, PairsKeepTheOrderAndPiecesFindOtherForms) {
  EXPECT_EQ(words_in("credit card"), words_in("card credit"));
  EXPECT_NE(hashes_of("credit card", TermKind::pair), hashes_of("card credit", TermKind::pair));
  EXPECT_EQ(hashes_of("card", TermKind::piece).size(), 7u);  // ^ca car ard rd$ ^car card ard$
  std::size_t common = 0;
  for (auto const hash : hashes_of("payment", TermKind::piece))
    common += hashes_of("payments", TermKind::piece).count(hash);
  EXPECT_GE(common, 8u);
}

TEST(Terms, WithoutPiecesTheOthersAreTheSame) {
  std::string const text = "Card payments, 信用卡 déjà-vu";
  auto terms = terms_of(text);
  std::erase_if(terms, [](Term const& term) { return term.kind == TermKind::piece; });
  auto const without = terms_of(text, Pieces::without);
  ASSERT_EQ(without.size(), terms.size());
  for (std::size_t i = 0; i < terms.size(); ++i) EXPECT_EQ(without[i].hash, terms[i].hash);
}

TEST(Terms, ChineseIsCutIntoPairsOfCharacters) {
  EXPECT_EQ(words_in("信用卡").size(), 2u);
  EXPECT_EQ(words_in("信用卡,挂失"), (words_in("信用卡 挂失")));
  EXPECT_EQ(words_in("我的visa卡").size(), 3u);
  EXPECT_EQ(words_of("信用卡 visa").size(), 4u);
  EXPECT_TRUE(hashes_of("信用卡", TermKind::piece).empty());
}

TEST(Terms, AnyBytesAreAccepted) {
  EXPECT_TRUE(terms_of("").empty());
  EXPECT_TRUE(terms_of(" \n…—").empty());
  EXPECT_EQ(words_in("card\xFF\xC3 lost"), words_in("card lost"));
  EXPECT_THROW((void)terms_of(std::string(text::longest_text + 1, 'a')), Error);
}

TEST(Terms, AMegabyteWithoutASpaceIsManyWords) {
  auto const words = words_of(std::string(1 << 20, 'a'));
  EXPECT_EQ(words.size(), (1U << 20) / longest_word);
  EXPECT_EQ(words_in(std::string(1 << 20, 'a')).size(), 1u);
}

}  // namespace
}  // namespace lepton::retrieval
