#include "rdf/store/word_codec.h"

#include <gtest/gtest.h>

#include <random>

namespace lepton::rdf {
namespace {

struct Coded {
  explicit Coded(std::vector<std::string> const& shown) {
    WordCodec::Trainer trainer;
    for (auto const& text : shown) trainer.show(text);
    words = trainer.words();
    list = write_words(words);
  }
  [[nodiscard]] std::string encoded(std::string_view text) const {
    std::string out;
    WordCodec(words).encode(text, out);
    return out;
  }
  [[nodiscard]] bool decode(std::string_view coded, std::string& out) const {
    std::size_t const ends = words.size() * sizeof(std::uint32_t);
    return WordReader(list.data(), words.size(), list.data() + ends, list.size() - ends).decode(coded, out);
  }
  [[nodiscard]] std::string back(std::string_view text) const {
    std::string out;
    EXPECT_TRUE(decode(encoded(text), out));
    return out;
  }
  std::vector<std::string> words;
  std::string list;
};

std::vector<std::string> sentences() {
  std::vector<std::string> out;
  for (int i = 0; i < 200; ++i) out.push_back("customers default on credit cards " + std::to_string(i) + " 信用卡违约");
  return out;
}

TEST(WordCodec, MakesTextsOfKnownWordsShort) {
  Coded const coded(sentences());
  EXPECT_LE(coded.encoded("customers default on credit cards ").size(), 10U);
  EXPECT_LT(coded.encoded("信用卡违约").size(), std::string("信用卡违约").size());
}

TEST(WordCodec, ReadsBackWhatItWrote) {
  for (Coded const& coded : {Coded(sentences()), Coded({})}) {
    for (std::string const& text :
         {std::string(), std::string("customers unheard-of"), std::string("\x01\xff\x80 \xe4", 5),
          std::string("违约了, ok"), std::string(300, 'x'), std::string("a\0b", 3)})
      EXPECT_EQ(coded.back(text), text);
    std::mt19937 random(7);
    for (int i = 0; i < 500; ++i) {
      std::string text;
      for (std::size_t size = random() % 60; size > 0; --size)
        text += random() % 3 == 0 ? "credit " : std::string(1, static_cast<char>(random()));
      EXPECT_EQ(coded.back(text), text);
    }
  }
}

TEST(WordCodec, ReadsBackABeginning) {
  Coded const coded(sentences());
  std::string const text = "a customers default 违约 on credit";
  for (std::size_t most = 0; most <= text.size() + 2; ++most) {
    std::string out = "before";
    EXPECT_TRUE(WordReader(coded.list.data(), coded.words.size(), coded.list.data() + coded.words.size() * 4,
                           coded.list.size() - coded.words.size() * 4)
                    .decode(coded.encoded(text), out, most));
    EXPECT_EQ(out, "before" + text.substr(0, most));
  }
}

TEST(WordCodec, RefusesWhatItCannotHaveWritten) {
  Coded const coded(sentences());
  std::string out;
  EXPECT_FALSE(coded.decode("a\xff", out));
  EXPECT_FALSE(coded.decode("\x80", out));
  EXPECT_FALSE(coded.decode("\xfe\xff", out));
}

}  // namespace
}  // namespace lepton::rdf
