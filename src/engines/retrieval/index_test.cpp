#include "retrieval/index.h"

#include <gmock/gmock.h>

#include <map>

#include "base/error.h"
#include "base/file.h"
#include "base/test_error.h"
#include "retrieval/index_writer.h"
#include "retrieval/retrieval_testing.h"

namespace lepton::retrieval {
namespace {

IndexOptions small() {
  IndexOptions options;
  options.dimensions = 2;
  return options;
}

Index written(IndexWriter const& writer) {
  return Index::parse(writer.finish(a_call()));
}

Index index_of(std::vector<Passage> const& passages, IndexOptions const& options = small()) {
  IndexWriter writer(options);
  for (auto const& passage : passages) writer.put(passage);
  return written(writer);
}

std::vector<std::string> keys_for(Index const& index, std::string_view question, SearchOptions const& options = {}) {
  std::vector<std::string> keys;
  for (auto const& hit : index.search(a_call(), question, options)) keys.push_back(hit.key);
  return keys;
}

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Index, FindsEnglishAndChinese) {
  auto const index = index_of({{"lost", {"What to do when my credit card is lost"}},
                               {"rate", {"Interest rates of savings accounts"}},
                               {"挂失", {"信用卡丢失后如何挂失"}},
                               {"利率", {"储蓄账户的利率是多少"}}});
  EXPECT_EQ(keys_for(index, "I LOST my cards").at(0), "lost");
  EXPECT_EQ(keys_for(index, "intrest of an account").at(0), "rate");
  EXPECT_EQ(keys_for(index, "挂失信用卡").at(0), "挂失");
  EXPECT_EQ(keys_for(index, "储蓄利率").at(0), "利率");
  EXPECT_TRUE(keys_for(index, "zzzzzz").empty());
  EXPECT_TRUE(keys_for(index, "").empty());
}

TEST(Index, FieldsCountByTheirWeight) {
  auto options = small();
  options.fields_of_passages = {{"title", 5}, {"text", 1}};
  auto const index = index_of(
      {{"body", {"opening hours", "mortgage terms here"}}, {"title", {"mortgage", "other words here"}}}, options);
  EXPECT_THAT(keys_for(index, "mortgage"), ElementsAre("title", "body"));
  EXPECT_EQ(index.find("body")->texts[1], "mortgage terms here");
}

TEST(Index, WritesThatOnlyAddGiveWhatOneWriteGives) {
  Draw draw(21);
  std::vector<Passage> passages;
  for (int i = 0; i < 400; ++i) passages.push_back({fmt::format("p{}", i), {draw.text(1 + draw.number(30))}});
  auto const whole = index_of(passages);
  Index grown{small()};
  for (std::size_t from = 0; from < passages.size();) {
    IndexWriter writer(grown);
    for (auto left = 1 + draw.number(90); left > 0 && from < passages.size(); --left) writer.put(passages[from++]);
    grown = written(writer);
  }
  EXPECT_GT(grown.version(), 5u);
  for (int i = 0; i < 20; ++i) {
    auto const question = draw.text(1 + draw.number(6));
    EXPECT_EQ(grown.search(a_call(), question), whole.search(a_call(), question));
  }
}

TEST(Index, ReplacesAndRemovesByKeyAcrossManyVersions) {
  Draw draw(22);
  std::map<std::string, std::string> expected;
  Index index{small()};
  for (int version = 1; version <= 30; ++version) {
    IndexWriter writer(index);
    for (int i = 0; i < 12; ++i) {
      auto const key = fmt::format("k{}", draw.number(60));
      if (draw.number(3) == 0) {
        EXPECT_EQ(writer.remove(key), expected.erase(key) > 0);
      } else {
        expected[key] = "all " + draw.text(5);
        writer.put({key, {expected[key]}});
      }
    }
    index = written(writer);
    ASSERT_EQ(index.version(), static_cast<std::uint64_t>(version));
    ASSERT_EQ(index.size(), expected.size());
    for (int i = 0; i < 60; ++i) {
      auto const key = fmt::format("k{}", i);
      auto const found = index.find(key);
      ASSERT_EQ(found.has_value(), expected.count(key) > 0) << key;
      if (found) {
        ASSERT_EQ(found->texts[0], expected[key]);
      }
    }
    auto found = keys_for(index, "all", {.most = 100});
    std::vector<std::string> keys;
    for (auto const& [key, text] : expected) keys.push_back(key);
    EXPECT_THAT(found, testing::UnorderedElementsAreArray(keys));
  }
}

TEST(Index, AWriteWithoutAWordOfItsOwnIsAVersionToo) {
  IndexWriter empty(small());
  auto const index = written(empty);
  EXPECT_EQ(index.version(), 1u);
  EXPECT_TRUE(index.empty());
  EXPECT_TRUE(keys_for(index, "anything").empty());
  IndexWriter writer(index_of({{"a", {"one"}}}));
  EXPECT_TRUE(writer.remove("a"));
  EXPECT_FALSE(writer.remove("a"));
  EXPECT_TRUE(written(writer).empty());
}

TEST(Index, ReadersKeepTheirVersionAndALateWriterIsTold) {
  TemporaryDirectory const directory;
  auto const path = directory.path() / "index";
  IndexWriter first(small());
  first.put({"a", {"first words"}});
  auto const old = first.commit(a_call(), path);
  IndexWriter second(old), late(old);
  second.put({"a", {"second words"}});
  auto const fresh = second.commit(a_call(), path);
  EXPECT_EQ(old.find("a")->texts[0], "first words");
  EXPECT_EQ(keys_for(old, "first").size(), 1u);
  EXPECT_EQ(fresh.find("a")->texts[0], "second words");
  EXPECT_EQ(Index::open(path).version(), 2u);
  try {
    (void)late.commit(a_call(), path);
    FAIL();
  } catch (Error const& error) {
    EXPECT_EQ(error.code(), Code::conflict);
  }
}

TEST(Index, EveryFlippedByteAndEveryCutIsNoticed) {
  IndexWriter writer(small());
  for (auto const* const text : {"lost card", "card found", "信用卡"}) writer.put({text, {text}});
  writer.learn({});
  auto const good = writer.finish(a_call());
  for (std::size_t i = 0; i < good.size(); ++i) {
    auto bad = good;
    bad[i] = static_cast<char>(bad[i] ^ (1 << i % 8));
    ASSERT_NE(message_of([&] { (void)Index::parse(bad); }), "no error") << i;
  }
  for (std::size_t size = 0; size < good.size(); size += 7)
    ASSERT_NE(message_of([&] { (void)Index::parse(good.substr(0, size)); }), "no error") << size;
  EXPECT_THAT(message_of([&] { (void)Index::parse(good.substr(0, good.size() - 64)); }), HasSubstr("damaged"));
  EXPECT_THAT(message_of([] { (void)Index::parse("hello"); }), HasSubstr("not a model file"));
}

TEST(Index, ChangedBytesBehindASoundChecksumGiveAnAnswerOrAnError) {
  auto options = small();
  options.exact_up_to = 20;
  IndexWriter first(options);
  for (int i = 0; i < 40; ++i)
    first.put({fmt::format("k{}", i), {fmt::format("lost card 信用卡 {} {}", i % 7, i % 3)}});
  first.learn({}, {{"where is it", "k1"}, {"where am I", "k2"}});
  IndexWriter second(written(first));
  second.put({"k3", {"another card"}});
  auto const good = second.finish(a_call());
  Draw draw(31);
  std::size_t answers = 0, errors = 0;
  for (int round = 0; round < 1500; ++round) {
    auto bad = good;
    for (auto changes = 1 + draw.number(3); changes > 0; --changes)
      bad[draw.number(bad.size())] = static_cast<char>(draw.number(256));
    runtime::ModelFile::seal(bad);
    try {
      auto const index = Index::parse(bad);
      (void)index.search(a_call(), "where is the lost card 信用卡 3", {.most = 50});
      (void)index.find("k3");
      ++answers;
    } catch (Error const& error) {
      ASSERT_EQ(error.code(), Code::invalid) << error.what();
      ++errors;
    }
  }
  EXPECT_GT(answers, 0u);
  EXPECT_GT(errors, 0u);
}

TEST(Index, BrokenBytesAndAMegabyteWithoutASpace) {
  auto const index = index_of({{"broken \xFF key", {"card \xC3\x28 lost"}}, {"long", {std::string(1 << 20, 'x')}}});
  EXPECT_THAT(keys_for(index, "lost \xE2\x82"), ElementsAre("broken \xFF key"));
  EXPECT_THAT(keys_for(index, std::string(1 << 20, 'x')), ElementsAre("long"));
  EXPECT_EQ(index.find("long")->texts[0].size(), 1U << 20);
}

TEST(Index, BadPassagesAreRefusedByName) {
  IndexWriter writer(small());
  EXPECT_THAT(message_of([&] { writer.put({"", {"x"}}); }), HasSubstr("key"));
  EXPECT_THAT(message_of([&] { writer.put({"a", {}}); }), HasSubstr("passage 'a' has 0 texts"));
  auto options = small();
  options.length = 2;
  options.fields_of_passages = {{"a", 1}, {"a", 0}};
  try {
    (void)Index(options);
    FAIL();
  } catch (Error const& error) {
    EXPECT_EQ(error.details().size(), 3u);
    EXPECT_EQ(error.details().count("/fields/1/name"), 1u);
  }
}

/// Texts about two things that share no word: words of one thing stand together.
std::vector<Passage> two_topics() {
  std::vector<std::string> const cars{"engine", "wheel", "motor", "garage", "brake"},
      food{"soup", "bread", "cheese", "kitchen", "salt"};
  Draw draw(2);
  std::vector<Passage> out;
  for (int i = 0; i < 60; ++i) {
    auto const& words = i % 2 == 0 ? cars : food;
    out.push_back({fmt::format("{}{}", i % 2 == 0 ? "car" : "food", i),
                   {words[draw.number(5)] + " " + words[draw.number(5)] + " " + words[draw.number(5)]}});
  }
  return out;
}

TEST(Index, VectorsFindPassagesThatShareNoWord) {
  IndexWriter writer(small());
  for (auto const& passage : two_topics()) writer.put(passage);
  writer.put({"target", {"motor garage"}});
  writer.learn({});
  auto const index = written(writer);
  ASSERT_TRUE(index.has_vectors());
  auto const hits = index.search(a_call(), "brake", {.most = 200});
  auto const target = std::find_if(hits.begin(), hits.end(), [](auto const& hit) { return hit.key == "target"; });
  ASSERT_NE(target, hits.end());
  EXPECT_EQ(target->words, 0);
  EXPECT_GT(target->cosine, 0.2);
  for (auto const& hit : hits) EXPECT_TRUE(hit.key[0] != 'f' || hit.cosine < 0.2) << hit.key;
  for (auto const fusion : {Fusion::ranks, Fusion::vectors})
    EXPECT_THAT(keys_for(index, "brake", {.most = 200, .fusion = fusion}), testing::Contains("target"));
  EXPECT_THAT(keys_for(index, "brake", {.most = 200, .fusion = Fusion::words}),
              testing::Not(testing::Contains("target")));
  IndexWriter next(index);
  next.put({"later", {"wheel motor"}});
  EXPECT_THAT(keys_for(written(next), "brake", {.most = 200}), testing::Contains("later"));
}

TEST(Index, AnsweredQuestionsTeachWhatQuestionsMean) {
  IndexWriter writer(small());
  for (auto const& passage : two_topics()) writer.put(passage);
  std::vector<AnsweredQuestion> answered;
  for (int i = 0; i < 60; ++i)
    answered.push_back(
        {i % 2 == 0 ? "how do I drive" : "how do I cook", fmt::format("{}{}", i % 2 == 0 ? "car" : "food", i)});
  answered.push_back({"of a passage that is not there", "nowhere"});
  answered.push_back({"drive home", "car0"});
  answered.push_back({"cook dinner", "food1"});
  writer.learn({}, answered);
  auto const index = written(writer);
  EXPECT_EQ(keys_for(index, "drive").at(0).substr(0, 3), "car");
  EXPECT_EQ(keys_for(index, "cook").at(0).substr(0, 4), "food");
  EXPECT_EQ(writer.finish(a_call()), writer.finish(a_call()));
}

TEST(Index, ALargeIndexGivesNearlyWhatLookingAtEverythingGives) {
  Draw draw(21);
  auto options = IndexOptions{};
  options.exact_up_to = 1000;
  IndexWriter writer(options);
  for (int i = 0; i < 20'000; ++i) writer.put({fmt::format("{}", i), {draw.text(12)}});
  writer.put({"slip", {"quarzuhrwerk"}});
  writer.learn({});
  auto const index = Index::parse(writer.finish(a_call()));
  std::size_t found = 0, right = 0;
  for (int i = 0; i < 40; ++i) {
    auto const question = draw.text(6);
    auto const quick = index.search(a_call(), question);
    for (auto const& exact : index.search(a_call(), question, {.exact = true})) {
      ++right;
      for (auto const& hit : quick)
        if (hit.key == exact.key) {
          ++found;
          EXPECT_EQ(hit, exact);
        }
    }
  }
  EXPECT_GE(static_cast<double>(found), 0.95 * static_cast<double>(right));
  auto const hits = index.search(a_call(), "quarzuhrwerc", {.most_postings = 0});
  ASSERT_FALSE(hits.empty());
  EXPECT_EQ(hits[0].key, "slip");
}

TEST(Index, EqualPassagesComeInTheirOrder) {
  std::vector<Passage> passages;
  for (int i = 0; i < 30; ++i) passages.push_back({fmt::format("k{}", i), {"lost card"}});
  EXPECT_THAT(keys_for(index_of(passages), "card", {.most = 3}), ElementsAre("k0", "k1", "k2"));
}

TEST(Index, AnotherFormatIsRefused) {
  runtime::ModelFileWriter writer("retrieval-index", 2);
  EXPECT_THAT(message_of([&] { (void)Index::parse(writer.finish()); }), HasSubstr("format version 2"));
}

TEST(Index, ALargeSegmentIsSearchedByCells) {
  auto options = small();
  options.exact_up_to = 30;
  IndexWriter writer(options);
  for (auto const& passage : two_topics()) writer.put(passage);
  writer.learn({});
  auto const index = written(writer);
  EXPECT_EQ(keys_for(index, "engine wheel", {.fusion = Fusion::vectors, .effort = 0.5}).at(0).substr(0, 3), "car");
}

}  // namespace
}  // namespace lepton::retrieval
