#include "learn/tagger_training.h"

#include <gmock/gmock.h>

#include <random>
#include <thread>

#include "base/error.h"
#include "base/file.h"
#include "base/test_error.h"
#include "learn/tagging_report.h"

namespace lepton::learn {
namespace {

using runtime::SequenceTagger;
using runtime::TagScheme;
using runtime::TagSpan;

/// Documents of made-up news: "<Name> <Name> of <City> said ." with known answers.
class News {
 public:
  explicit News(unsigned seed, std::size_t documents) {
    std::mt19937 random(seed);
    auto const pick = [&](auto const& list) { return list[random() % list.size()]; };
    std::vector<std::string_view> const first{"Anna", "Peter", "Maria", "John"},
        last{"Smith", "Wong", "Braun", "Silva"}, cities{"London", "Paris", "Oslo", "Lima"},
        verbs{"said", "denied", "hoped", "knew"};
    for (std::size_t i = 0; i < documents; ++i) {
      LabelledDocument made;
      for (int s = 0; s < 3; ++s) {
        made.document.sentences.push_back(static_cast<std::uint32_t>(made.document.words.size()));
        for (auto const word : {pick(first), pick(last), std::string_view("of"), pick(cities), pick(verbs),
                                std::string_view("it"), std::string_view(".")})
          made.document.words.push_back(word);
        auto const labels = scheme.encode(7, {{0, 2, 1}, {3, 4, 0}});
        made.labels.insert(made.labels.end(), labels.begin(), labels.end());
      }
      documents_.push_back(std::move(made));
    }
  }
  TagScheme scheme{{"LOC", "PER"}};
  std::vector<LabelledDocument> documents_;
};

TaggerOptions quick(int stages) {
  TaggerOptions options;
  options.stages = stages;
  options.folds = 2;
  options.crf.rounds = options.second_crf.rounds = 6;
  return options;
}

std::string trained(int stages) {
  SystemClock const clock;
  News const news(1, 12);
  return train_tagger(system_call(clock), news.documents_, {}, news.scheme.types(), {}, quick(stages));
}

/// Vectors that tell first names from other words, "Greta" among them, whom the news do not know.
WordKnowledge vectors_of_names() {
  WordKnowledge words;
  words.dimensions = 2;
  for (auto const* word : {"Anna", "Peter", "Maria", "John", "Greta"}) {
    words.classes.add(word, {});
    words.vectors.insert(words.vectors.end(), {1, 0});
  }
  for (auto const* word : {"of", "it", "said", "knew", "Perhaps"}) {
    words.classes.add(word, {});
    words.vectors.insert(words.vectors.end(), {0, 1});
  }
  return words;
}

std::string trained_with_layer(int stages, std::size_t units = 16) {
  SystemClock const clock;
  News const news(1, 12);
  auto const words = vectors_of_names();
  auto options = quick(stages);
  options.units = units;
  return train_tagger(system_call(clock), news.documents_, {}, news.scheme.types(), {nullptr, &words}, options);
}

class Stages : public testing::TestWithParam<int> {};

TEST_P(Stages, ALayerOverVectorsKnowsUnseenWords) {
  auto const artifact = trained_with_layer(GetParam());
  EXPECT_EQ(artifact, trained_with_layer(GetParam()));
  auto const tagger = SequenceTagger::parse(artifact);
  constexpr std::string_view layer = "vectors of the words around";
  auto const weight_of_unit_person = [&](std::string_view word) {
    auto const document = tagger.cut(word);
    auto const label = tagger.scheme().encode(1, {{0, 1, 1}})[0];
    for (auto const& reason : tagger.explain(document, 0, label))
      if (reason.feature == layer) return reason.weight;
    return 0.0;
  };
  EXPECT_GT(weight_of_unit_person("Greta"), weight_of_unit_person("Perhaps"));
  EXPECT_EQ(tagger.tag("Greta Holm of Paris said it.").size(), 2u);
  auto const without = SequenceTagger::parse(trained_with_layer(GetParam(), 0));
  for (auto const& reason : without.explain(without.cut("Greta"), 0, 1)) EXPECT_NE(reason.feature, layer);
}

TEST_P(Stages, FindsWhatItLearnt) {
  auto const tagger = SequenceTagger::parse(trained(GetParam()));
  TaggingEvaluation evaluation(tagger.scheme());
  News const unseen(2, 10);
  for (auto const& [document, labels] : unseen.documents_)
    evaluation.add(labels.size(), TagScheme::decode(labels), TagScheme::decode(tagger.label(document)));
  EXPECT_EQ(evaluation.report().entity_f1, 1);
}

TEST_P(Stages, TrainingAgainGivesTheSameBytes) {
  EXPECT_EQ(trained(GetParam()), trained(GetParam()));
}

TEST_P(Stages, TagsRawTextWithOffsetsAndConfidence) {
  auto const tagger = SequenceTagger::parse(trained(GetParam()));
  std::string_view const text = "Maria Braun of Lima hoped it.  Peter Wong of Oslo knew it.";
  auto const mentions = tagger.tag(text);
  ASSERT_EQ(mentions.size(), 4u);
  EXPECT_EQ(mentions[0].span.of(text), "Maria Braun");
  EXPECT_EQ(tagger.scheme().types()[mentions[0].type], "PER");
  EXPECT_EQ(mentions[3].span.of(text), "Oslo");
  for (auto const& mention : mentions) {
    EXPECT_GT(mention.confidence, 0.5f);
    EXPECT_LE(mention.confidence, 1.0f);
  }
}

TEST_P(Stages, ReadingsAndReasons) {
  auto const tagger = SequenceTagger::parse(trained(GetParam()));
  News const news(3, 1);
  auto const& document = news.documents_[0].document;
  auto const of_sentences = tagger.readings(document, 3);
  ASSERT_EQ(of_sentences.size(), 3u);
  auto const& readings = of_sentences[1];
  ASSERT_EQ(readings.size(), 3u);
  EXPECT_EQ(readings[0].spans, (std::vector<TagSpan>{{7, 9, 1}, {10, 11, 0}}));
  EXPECT_NE(readings[1].spans, readings[0].spans);
  EXPECT_GT(readings[0].probability, readings[1].probability);
  EXPECT_LE(readings[0].probability + readings[1].probability + readings[2].probability, 1.0001f);
  auto const reasons = tagger.explain(document, 3, TagScheme::label(TagScheme::unit, 0));
  ASSERT_FALSE(reasons.empty());
  EXPECT_TRUE(std::is_sorted(reasons.begin(), reasons.end(),
                             [](auto& a, auto& b) { return std::abs(a.weight) > std::abs(b.weight); }));
}

INSTANTIATE_TEST_SUITE_P(OneAndTwo, Stages, testing::Values(1, 2));

/// The words a thread has seen are kept: neither their order nor other threads may change an answer.
TEST(SequenceTagger, ManyThreadsAgree) {
  auto const tagger = SequenceTagger::parse(trained(2));
  News const news(5, 20);
  std::vector<std::vector<std::uint8_t>> expected;
  for (auto const& one : news.documents_) expected.push_back(tagger.label(one.document));
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 3; ++t)
    threads.emplace_back([&] {
      for (std::size_t i = news.documents_.size(); i-- > 0;)
        if (tagger.label(news.documents_[i].document) != expected[i]) ++wrong;
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

TEST(SequenceTagger, AnyBytesAndNoText) {
  auto const tagger = SequenceTagger::parse(trained(2));
  EXPECT_TRUE(tagger.tag("").empty());
  EXPECT_TRUE(tagger.tag(" \n ").empty());
  std::string const long_word(1 << 20, 'A');
  std::string_view const broken = "Anna\xFF Smith \x80 of\xE4\xB8 London";
  for (auto const& mention : tagger.tag(broken)) EXPECT_LE(mention.span.end, broken.size());
  (void)tagger.tag(long_word);
}

TEST(SequenceTagger, ManyDifferentWordsDoNotFillTheMemory) {
  auto const tagger = SequenceTagger::parse(trained(1));
  std::string_view const text = "Anna Smith of Paris said it.";
  for (int round = 0; round < 4; ++round) {
    std::string many;
    for (int i = 0; i < 20000; ++i) many += fmt::format("w{}x{} ", round, i);
    (void)tagger.tag(many);
    EXPECT_EQ(tagger.tag(text).size(), 2u);
  }
}

TEST(SequenceTagger, ADamagedArtifactIsRefused) {
  auto artifact = trained(1);
  EXPECT_THROW((void)SequenceTagger::parse(artifact.substr(0, artifact.size() / 2)), Error);
  artifact[artifact.size() / 2] = static_cast<char>(artifact[artifact.size() / 2] ^ 4);
  EXPECT_THROW((void)SequenceTagger::parse(artifact), Error);
  EXPECT_THROW((void)SequenceTagger::parse("{}"), Error);
}

TEST(SequenceTagger, AnotherKindOrVersionIsNamed) {
  auto const refusal = [](std::string const& artifact) {
    return message_of([&] { (void)SequenceTagger::parse(artifact); });
  };
  EXPECT_THAT(refusal(runtime::ModelFileWriter("linear-text", 1).finish()), testing::HasSubstr("'linear-text'"));
  EXPECT_THAT(refusal(runtime::ModelFileWriter("sequence-tagger", 9).finish()), testing::HasSubstr("format version 9"));
  EXPECT_THAT(refusal(runtime::ModelFileWriter("sequence-tagger", SequenceTagger::version).finish()),
              testing::HasSubstr("lacks"));
}

/// Whoever can write a checksum can write any bytes before it: they are refused, or tag to the end of the text.
TEST(SequenceTagger, ChangedBytesBehindASoundChecksum) {
  auto const artifact = trained_with_layer(2);
  std::mt19937 random(11);
  int refused = 0;
  for (int round = 0; round < 300; ++round) {
    auto changed = artifact;
    for (int i = 0; i < 3; ++i) {
      // every second time near the front, where sizes, settings and tables of sections are
      auto const place = random() % (round % 2 == 0 ? 2048 : changed.size());
      changed[place] = static_cast<char>(random());
    }
    runtime::ModelFile::seal(changed);
    std::string_view const text = "ANNA SMITH SAID IT\n\nAnna Smith of Oslo knew it.";
    auto const said = message_of([&] {
      auto const tagger = SequenceTagger::parse(changed);
      for (auto const& mention : tagger.tag(text)) ASSERT_LE(mention.span.end, text.size());
      (void)tagger.readings(tagger.cut(text), 2);
    });
    ASSERT_NE(said, "not invalid");
    refused += said != "no error";
  }
  EXPECT_GT(refused, 20);
}

TEST(TaggerTraining, ALayerAloneFindsNamesWhereNoFeatureComesOftenEnough) {
  SystemClock const clock;
  News const news(1, 12);
  auto const words = vectors_of_names();
  auto options = quick(1);
  options.units = 16;
  options.least_count = 1'000'000;
  auto const tagger = SequenceTagger::parse(
      train_tagger(system_call(clock), news.documents_, {}, news.scheme.types(), {nullptr, &words}, options));
  auto const mentions = tagger.tag("Anna Smith of Paris said it.");
  ASSERT_FALSE(mentions.empty());
  EXPECT_EQ(mentions[0].span.begin, 0u);
}

TEST(SequenceTagger, ALayerOfAnotherSizeIsRefused) {
  auto const sound = runtime::ModelFile::parse(trained_with_layer(1), SequenceTagger::kind, SequenceTagger::version);
  for (auto const* settings : {"64", "0", "17"}) {
    runtime::ModelFileWriter writer{std::string(SequenceTagger::kind), SequenceTagger::version};
    auto text = std::string(sound.section("settings"));
    auto const at = text.find("\"units\":16");
    ASSERT_NE(at, std::string::npos) << text;
    text.replace(at, 10, "\"units\":" + std::string(settings));
    writer.add("settings", text);
    for (auto const* name :
         {"features", "rows", "transitions", "name edges", "name types", "classes", "vectors", "context"})
      writer.add(name, std::string(sound.section(name)));
    EXPECT_THAT(message_of([&] { (void)SequenceTagger::parse(writer.finish()); }),
                testing::HasSubstr("layer over vectors"))
        << settings;
  }
}

TEST(SequenceTagger, IsMappedFromAFile) {
  TemporaryDirectory const directory;
  write_file_atomically(directory.path() / "model", trained(1));
  EXPECT_EQ(SequenceTagger::open(directory.path() / "model").tag("Anna Smith of Paris said it.").size(), 2u);
}

TEST(TaggerTraining, GazetteersAndClassesReachUnseenWords) {
  SystemClock const clock;
  News const news(1, 12);
  text::GazetteerBuilder names;
  names.add_lines("city\tlondon\ncity\tparis\ncity\toslo\ncity\tlima\ncity\treykjavik\n");
  names.build();
  WordKnowledge words;
  for (auto const* word : {"Anna", "Peter", "Maria", "John", "Greta"}) words.classes.add(word, {1, 1, 1, 1, 1});
  auto const tagger = SequenceTagger::parse(
      train_tagger(system_call(clock), news.documents_, {}, news.scheme.types(), {&names, &words}, quick(1)));
  auto const mentions = tagger.tag("Greta Holm of Reykjavik said it.");
  ASSERT_EQ(mentions.size(), 2u);
  EXPECT_EQ(tagger.scheme().types()[mentions[1].type], "LOC");
}

TEST(TaggerTraining, ClassesByCompanyAloneReachUnseenWords) {
  SystemClock const clock;
  News const news(1, 12);
  WordKnowledge words;
  for (auto const* word : {"Anna", "Peter", "Maria", "John", "Greta"}) {
    words.classes.add(word, {});
    words.classes.set_company(static_cast<std::uint32_t>(words.classes.size() - 1), {1, 1});
  }
  auto const tagger = SequenceTagger::parse(
      train_tagger(system_call(clock), news.documents_, {}, news.scheme.types(), {nullptr, &words}, quick(1)));
  auto const document = tagger.cut("Greta");
  std::vector<std::string> reasons;
  for (auto const& reason : tagger.explain(document, 0, 1)) reasons.push_back(reason.feature);
  EXPECT_THAT(reasons, testing::Contains("class by company"));
  EXPECT_THAT(reasons, testing::Not(testing::Contains("coarse class")));
}

TEST(TaggerTraining, NothingToLearnIsSaid) {
  SystemClock const clock;
  EXPECT_THROW((void)train_tagger(system_call(clock), {}, {}, {"A"}, {}, quick(1)), Error);
  EXPECT_THROW((void)train_tagger(system_call(clock), {}, {}, {}, {}, quick(1)), Error);
  News const news(1, 1);
  EXPECT_THROW((void)train_tagger(system_call(clock), news.documents_, {}, {"LOC", "PER"}, {}, quick(2)), Error);
}

TEST(TaggerTraining, PatienceNeedsHeldOutNames) {
  SystemClock const clock;
  News const news(1, 12), held_out(2, 3);
  auto options = quick(1);
  options.crf.patience = 2;
  auto without_names = held_out.documents_;
  for (auto& one : without_names) std::fill(one.labels.begin(), one.labels.end(), TagScheme::outside);
  for (auto const& validation : {std::vector<LabelledDocument>(), without_names})
    EXPECT_THAT(message_of([&] {
                  (void)train_tagger(system_call(clock), news.documents_, validation, {"LOC", "PER"}, {}, options);
                }),
                testing::HasSubstr("the held-out documents must have names"));
  std::vector<double> judged;
  (void)train_tagger(system_call(clock), news.documents_, held_out.documents_, {"LOC", "PER"}, {}, options,
                     [&](TaggerRound const& round) { judged.push_back(round.of_stage.judged.value()); });
  EXPECT_EQ(*std::max_element(judged.begin(), judged.end()), 1);
}

TEST(TaggerTraining, CharactersOfChinese) {
  SystemClock const clock;
  std::vector<std::string> const people{"王", "李", "张", "刘"}, given{"明", "红", "伟", "芳"};
  TagScheme const scheme({"NAME"});
  std::vector<LabelledDocument> train;
  for (unsigned i = 0; i < 40; ++i) {
    LabelledDocument made;
    made.document.sentences = {0};
    made.document.words = {people[i % 4], given[i / 4 % 4], "在", "银", "行"};
    made.labels = scheme.encode(5, {{0, 2, 0}});
    train.push_back(std::move(made));
  }
  auto options = quick(1);
  options.unit = runtime::TagUnit::character;
  auto const tagger = SequenceTagger::parse(train_tagger(system_call(clock), train, {}, {"NAME"}, {}, options));
  std::string_view const text = "李伟在银行";
  auto const mentions = tagger.tag(text);
  ASSERT_EQ(mentions.size(), 1u);
  EXPECT_EQ(mentions[0].span.of(text), "李伟");
}

TEST(TaggingReport, TokensAndEntities) {
  TagScheme const scheme({"LOC", "PER"});
  TaggingEvaluation evaluation(scheme);
  evaluation.add(6, {{0, 2, 1}, {4, 5, 0}}, {{0, 1, 1}, {4, 5, 0}});
  auto const report = evaluation.report();
  EXPECT_EQ(report.tokens, 6);
  EXPECT_NEAR(report.accuracy, 5.0 / 6, 1e-12);
  EXPECT_NEAR(report.entity_f1, 0.5, 1e-12);
  EXPECT_NEAR(report.token_f1, 0.8, 1e-12);
  EXPECT_EQ(report.labels.size(), 4u);  // B-LOC, B-PER, I-PER, O
  EXPECT_NEAR(report.averages[1].f1, (1 + 1 + 0 + 6.0 / 7) / 4, 1e-12);
}

}  // namespace
}  // namespace lepton::learn
