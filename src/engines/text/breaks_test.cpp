#include "text/breaks.h"

#include <gmock/gmock.h>

namespace lepton::text {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> texts(std::string_view text, std::vector<Span> const& spans) {
  std::vector<std::string> out;
  for (auto const span : spans) out.emplace_back(span.of(text));
  return out;
}

TEST(Breaks, SentencesOfEnglish) {
  Breaker breaker(Breaker::Unit::sentence);
  std::string_view const text = "Mr. J. Smith met Dr. Who in the U.S. on Friday. He left! Did he?\n";
  EXPECT_THAT(texts(text, breaker.cut(text)),
              ElementsAre("Mr. J. Smith met Dr. Who in the U.S. on Friday.", "He left!", "Did he?"));
}

TEST(Breaks, SentencesOfChinese) {
  Breaker breaker(Breaker::Unit::sentence);
  std::string_view const text = "银行下调了利率。市场怎么看？";
  EXPECT_THAT(texts(text, breaker.cut(text)), ElementsAre("银行下调了利率。", "市场怎么看？"));
}

TEST(Breaks, WordsOfChinese) {
  Breaker breaker(Breaker::Unit::word);
  std::string_view const text = "中国银行 2026年";
  auto const words = texts(text, breaker.cut(text));
  EXPECT_THAT(words, testing::Contains("中国"));
  EXPECT_THAT(words, testing::Contains("银行"));
  EXPECT_THAT(words, testing::Contains("2026"));
}

TEST(Breaks, ABreakerServesManyTextsAndBrokenBytes) {
  Breaker breaker(Breaker::Unit::sentence);
  EXPECT_THAT(breaker.cut(""), IsEmpty());
  EXPECT_THAT(breaker.cut(" \n\xE3\x80\x80"), IsEmpty());
  std::string_view const broken = "a\xFF\xFE z. B";
  for (auto const span : breaker.cut(broken)) EXPECT_LE(span.end, broken.size());
  EXPECT_THAT(texts("A b.", breaker.cut("A b.")), ElementsAre("A b."));
}

TEST(Breaks, CharactersStandAloneOrInRuns) {
  std::string_view const text = "A股 涨3.25%";
  EXPECT_THAT(texts(text, characters(text)), ElementsAre("A", "股", "涨", "3", ".", "2", "5", "%"));
  EXPECT_THAT(texts(text, characters(text, true)), ElementsAre("A", "股", "涨", "3", ".", "25", "%"));
}

}  // namespace
}  // namespace lepton::text
