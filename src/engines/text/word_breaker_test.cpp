#include "text/word_breaker.h"

#include <gmock/gmock.h>

#include "base/error.h"

namespace lepton::text {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> cut(WordLexicon const& lexicon, std::string_view text) {
  std::vector<std::string> out;
  WordBreaker breaker(lexicon);
  for (auto const span : breaker.cut(text)) out.emplace_back(span.of(text));
  return out;
}

TEST(WordBreaker, WithoutALexiconItCutsAsIcuDoes) {
  std::string_view const text = "我们研究生物 ABC 3.5%，中国银行";
  std::vector<std::string> icu;
  Breaker breaker(Breaker::Unit::word);
  for (auto const span : breaker.cut(text)) icu.emplace_back(span.of(text));
  EXPECT_EQ(cut({}, text), icu);
}

TEST(WordBreaker, WordsOfTheLexiconStayWhole) {
  WordLexicon lexicon;
  lexicon.add("区块链", 50);
  lexicon.add("蚂蚁金服", 20);
  lexicon.add("的", 900);
  EXPECT_THAT(cut(lexicon, "蚂蚁金服的区块链A股"), ElementsAre("蚂蚁金服", "的", "区块链", "A", "股"));
}

TEST(WordBreaker, TheLikelierOfTwoCutsWins) {
  WordLexicon lexicon;
  for (auto const& [word, times] :
       std::map<std::string, std::uint64_t>{{"研究生", 5}, {"研究", 80}, {"生物", 60}, {"物", 5}})
    lexicon.add(word, times);
  EXPECT_THAT(cut(lexicon, "研究生物"), ElementsAre("研究", "生物"));
  lexicon.add("研究生", 9'000);
  lexicon.add("物", 9'000);
  EXPECT_THAT(cut(lexicon, "研究生物"), ElementsAre("研究生", "物"));
}

TEST(WordBreaker, BrokenBytesAndEmptyTextsAreCut) {
  WordLexicon lexicon;
  lexicon.add("区块", 5);
  EXPECT_TRUE(cut(lexicon, "").empty());
  std::string_view const broken = "区块\xE5\x8C 区\xFF块";
  WordBreaker breaker(lexicon);
  std::uint32_t before = 0;
  for (auto const span : breaker.cut(broken)) {
    EXPECT_LE(before, span.begin);
    EXPECT_LT(span.begin, span.end);
    EXPECT_LE(span.end, broken.size());
    before = span.end;
  }
}

TEST(WordLexicon, IsReadAsItWasWritten) {
  WordLexicon lexicon;
  lexicon.add("区块链", 50);
  lexicon.add("的", 900);
  EXPECT_EQ(lexicon.write(), "区块链\t50\n的\t900\n");
  auto const again = WordLexicon::read(lexicon.write());
  EXPECT_EQ(again.write(), lexicon.write());
  EXPECT_EQ(again.count("的"), 900U);
  EXPECT_EQ(again.count("链"), 0U);
  EXPECT_EQ(again.total(), 950U);
  EXPECT_EQ(again.longest(), 9U);
}

TEST(WordLexicon, ALineThatIsNoWordIsNamed) {
  for (std::string const line : {"的", "的\t", "\t5", "的\t0", "的\t5x", "的\t-1", ""}) {
    try {
      (void)WordLexicon::read("区块链\t50\n" + line + "\n");
      ADD_FAILURE() << line;
    } catch (Error const& error) {
      EXPECT_THAT(error.what(), HasSubstr("line 2 of the words"));
    }
  }
}

TEST(WordLexicon, LearnsWhatADictionaryDoesNotKnow) {
  SystemClock const clock;
  std::vector<std::string> texts;
  for (std::string const with : {"买入", "发布", "关注", "研究", "支持", "投资", "谈论", "推广"})
    for (std::string const then : {"公司", "市场", "价格", "技术", "平台"})
      texts.push_back("我们" + with + "嘀嗒链" + then + "。他们" + then + with + "了");
  auto const lexicon = learn_words(system_call(clock), texts, {.discovery = {.least_cohesion = 3}});
  EXPECT_EQ(lexicon.count("嘀嗒链"), 40U);
  EXPECT_EQ(lexicon.count("嘀"), 0U);
  EXPECT_GT(lexicon.count("市场"), 0U);
  EXPECT_THAT(cut(lexicon, "嘀嗒链市场"), ElementsAre("嘀嗒链", "市场"));
  EXPECT_EQ(learn_words(system_call(clock), texts, {.discovery = {.least_cohesion = 3}}).write(), lexicon.write());
}

}  // namespace
}  // namespace lepton::text
