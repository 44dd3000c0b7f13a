#include "embed/resolve/comparable_records.h"

#include <gmock/gmock.h>

#include "base/error.h"
#include "base/test_error.h"
#include "embed/resolve/word_likeness.h"

namespace lepton::embed {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  split_words(text, words);
  return words;
}

TEST(RecordTable, KeepsValuesAndNamesWhatIsWrong) {
  RecordTable table({"name", "price"});
  std::vector<std::string_view> const one{"lamp", ""}, three{"a", "b", "c"};
  table.add(one);
  EXPECT_EQ(table.size(), 1u);
  EXPECT_EQ(table.value(0, 0), "lamp");
  EXPECT_EQ(table.value(0, 1), "");
  EXPECT_THAT(message_of([&] { table.add(three); }), HasSubstr("record 2 has 3 values, expected 2"));
  EXPECT_THAT(message_of([] { RecordTable({}); }), HasSubstr("0 fields"));
  EXPECT_THAT(message_of([] { RecordTable({"a", "b", "a"}); }), HasSubstr("two fields are named 'a'"));
  EXPECT_THAT(message_of([] { RecordTable({"a", ""}); }), HasSubstr("field 2 has no name"));
}

TEST(RecordTable, LooksAtTheBeginningOfAMegabyte) {
  RecordTable table({"text"});
  std::string const long_value(1 << 20, 'x');
  std::vector<std::string_view> const values{long_value};
  table.add(values);
  EXPECT_EQ(table.value(0, 0).size(), RecordTable::longest_value);
}

TEST(SplitWords, CutsAtWhatIsNoLetterOrDigit) {
  EXPECT_THAT(words_of("sony turntable - pslx350h/ 33-1/3"),
              ElementsAre("sony", "turntable", "pslx350h", "33", "1", "3"));
  EXPECT_THAT(words_of("acrobat 11.0 & v2.5."), ElementsAre("acrobat", "11", "v2.5"));
  EXPECT_THAT(words_of("noah's ark"), ElementsAre("noahs", "ark"));
  EXPECT_THAT(words_of("müller—straße"), ElementsAre("müller", "straße"));
  EXPECT_THAT(words_of("华为p40手机"), ElementsAre("华", "为", "p40", "手", "机"));
  EXPECT_THAT(words_of("a\xff\xfe b"), ElementsAre("a", "b"));
  EXPECT_LE(words_of(std::string(100'000, ',') + std::string(2000, 'a')).size(), 1u);
}

TEST(FindNumber, ReadsNumbersAsPeopleWriteThem) {
  EXPECT_EQ(find_number("$ 1,299.00"), 1299);
  EXPECT_EQ(find_number("-3"), -3);
  EXPECT_FALSE(find_number("3 pieces"));
  EXPECT_FALSE(find_number(""));
  EXPECT_FALSE(find_number("nan"));
  EXPECT_FALSE(find_number("1e999"));
}

TEST(WordLikeness, KnowsSlipsOfThePenAndCodes) {
  EXPECT_GT(word_likeness("turntable", "turntabel"), 0.7f);
  EXPECT_GT(word_likeness("speaker", "speakr"), 0.7f);
  EXPECT_EQ(word_likeness("speaker", "printer"), 0);
  EXPECT_GT(word_likeness("fs105", "fs105na"), 0.7f);
  EXPECT_EQ(word_likeness("2007", "2008"), 0);
  EXPECT_EQ(word_likeness("2007", "20071"), 0);
  EXPECT_GT(word_likeness("d", "donald"), 0);
  EXPECT_EQ(word_likeness("", "donald"), 0);
  EXPECT_EQ(word_likeness(std::string(100, 'a'), std::string(100, 'a') + "b"), 0);
  EXPECT_TRUE(is_code("pslx350h"));
  EXPECT_TRUE(is_code("2007"));
  EXPECT_FALSE(is_code("11"));
  EXPECT_FALSE(is_code("sony"));
}

TEST(ComparableRecords, SeesHowFieldsAreToBeCompared) {
  RecordTable left({"name", "notes", "price", "only here"}), right({"price", "name", "notes"});
  std::string const notes(300, 'n');
  std::vector<std::string_view> const a{"desk lamp", notes, "10.5", "x"}, free{"desk", notes, "0", "x"},
      b{"0", "lamp", notes};
  left.add(a);
  left.add(free);
  right.add(b);
  SystemClock const clock;
  ComparableRecords const records(system_call(clock), left, &right);
  EXPECT_THAT(records.fields(), ElementsAre("name", "notes", "price"));
  EXPECT_EQ(records.profile(0).kind, FieldKind::short_text);
  EXPECT_EQ(records.profile(1).kind, FieldKind::long_text);
  EXPECT_EQ(records.profile(2).kind, FieldKind::number);
  EXPECT_EQ(records.key_field(), 0u);
  EXPECT_EQ(records.number(0, 2), 10.5);
  EXPECT_FALSE(records.number(1, 2)) << "a price of 0 is not known";
  EXPECT_EQ(records.words(0, 0).size(), 2u);
  EXPECT_EQ(records.left_size(), 2u);
  RecordTable const other({"title"});
  EXPECT_THAT(message_of([&] { ComparableRecords(system_call(clock), left, &other); }),
              HasSubstr("no field of the same name"));
}

}  // namespace
}  // namespace lepton::embed
