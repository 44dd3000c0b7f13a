#include "learn/text_training.h"

#include <gmock/gmock.h>

#include <cmath>
#include <random>

#include "base/error.h"
#include "learn/linear_svm.h"
#include "learn/one_against_rest.h"

namespace lepton::learn {
namespace {

using runtime::LinearText;

std::vector<std::string> const classes{"card", "transfer", "rate"};

/// Questions of a bank in three classes, word by word at random.
class Questions {
 public:
  explicit Questions(unsigned seed, std::size_t count) {
    std::mt19937 random(seed);
    std::vector<std::vector<std::string>> const words{{"card", "lost", "pin", "blocked"},
                                                      {"transfer", "send", "payment", "pending"},
                                                      {"exchange", "rate", "interest", "percent"}};
    for (std::uint32_t i = 0; i < count; ++i) {
      std::uint32_t const one = i % 3;
      auto const pick = [&] { return words[one][random() % 4]; };
      kept_.push_back(fmt::format("my {} is {} today {}", pick(), pick(), random() % 100));
      of_.push_back(one);
    }
    for (std::size_t i = 0; i < kept_.size(); ++i) examples.add(kept_[i], {of_[i]});
  }
  LabelledTexts examples;

 private:
  std::vector<std::string> kept_;
  std::vector<std::uint32_t> of_;
};

std::string trained(TextOptions const& options = {}) {
  SystemClock const clock;
  Questions const train(1, 120), validation(2, 60);
  return train_text(system_call(clock), train.examples, validation.examples, classes, options).artifact;
}

TEST(LinearText, TellsClassesApart) {
  auto const model = LinearText::parse(trained());
  Questions const unseen(3, 60);
  for (std::size_t i = 0; i < unseen.examples.texts.size(); ++i)
    EXPECT_EQ(model.classify(unseen.examples.texts[i]).best, unseen.examples.classes[i][0]);
}

TEST(LinearText, ProbabilitiesAddUpAndAreSureOfWhatIsClear) {
  auto const model = LinearText::parse(trained());
  auto const probabilities = model.probabilities("my card is blocked today");
  EXPECT_NEAR(probabilities[0] + probabilities[1] + probabilities[2], 1, 1e-9);
  EXPECT_GT(probabilities[0], 0.8);
  EXPECT_LT(model.probabilities("zzz")[0], 0.8);
}

TEST(LinearText, SaysWhichTermsDecided) {
  auto const model = LinearText::parse(trained());
  auto const reasons = model.explain("my CARD is late", 0, 3);
  ASSERT_FALSE(reasons.empty());
  EXPECT_EQ(reasons[0].term, "card");
  EXPECT_GT(reasons[0].weight, 0);
}

/// The margin is what its reasons add up to, and the bias.
TEST(LinearText, ReasonsAddUpToTheMargin) {
  auto const model = LinearText::parse(trained());
  std::string_view const text = "my card is blocked blocked today 12";
  std::vector<float> margins, empty;
  model.margins(text, margins);
  model.margins("", empty);
  for (std::uint32_t one = 0; one < 3; ++one) {
    double sum = empty[one];
    for (auto const& reason : model.explain(text, one, 100)) sum += reason.weight;
    EXPECT_NEAR(sum, margins[one], 1e-4);
  }
}

TEST(LinearText, RejectsWhatIsUnlikeAnything) {
  auto const model = LinearText::parse(trained({.reject = 0.05}));
  EXPECT_TRUE(model.classify("my card is lost today").in_scope);
  EXPECT_FALSE(model.classify("weather forecast for the mountains").in_scope);
}

TEST(LinearText, SeveralClassesEachOnItsOwn) {
  SystemClock const clock;
  LabelledTexts texts;
  std::mt19937 random(5);
  std::vector<std::string> kept;
  for (int i = 0; i < 200; ++i)
    kept.push_back(std::string(random() % 2 ? "wheat harvest " : "") + (random() % 2 ? "crude oil " : "") + "report");
  for (auto const& text : kept) {
    std::vector<std::uint32_t> of;
    if (text.find("wheat") != std::string::npos) of.push_back(0);
    if (text.find("oil") != std::string::npos) of.push_back(1);
    texts.add(text, of);
  }
  auto const model =
      LinearText::parse(train_text(system_call(clock), texts, texts, {"wheat", "oil"}, {.several = true}).artifact);
  EXPECT_THAT(model.classify("wheat and crude oil").holds, testing::ElementsAre(0, 1));
  EXPECT_THAT(model.classify("a report").holds, testing::IsEmpty());
}

TEST(LinearText, TrainingAgainAndMoreThreadsGiveTheSameBytes) {
  EXPECT_EQ(trained(), trained());
  EXPECT_EQ(trained(), trained({.threads = 3}));
}

TEST(LinearText, ChineseByCharacters) {
  SystemClock const clock;
  LabelledTexts texts;
  std::vector<std::string> kept;
  for (int i = 0; i < 30; ++i) kept.push_back(fmt::format("{}{}", i % 2 ? "股价大涨创新高" : "公司亏损遭处罚", i));
  for (std::size_t i = 0; i < kept.size(); ++i) texts.add(kept[i], {static_cast<std::uint32_t>(i % 2)});
  auto const model =
      LinearText::parse(train_text(system_call(clock), texts, {}, {"bad", "good"}, {.terms = {.words = 3}}).artifact);
  EXPECT_EQ(model.classify("股价再创新高").best, 1u);
  EXPECT_EQ(model.classify("又亏损了").best, 0u);
}

TEST(LinearText, ALongStreamOfNewWordsKeepsTheAnswersAndTheMemory) {
  auto const model = LinearText::parse(trained());
  auto const before = model.probabilities("my card is lost");
  for (int i = 0; i < 4; ++i) {
    std::string many;
    for (int j = 0; j < 20000; ++j) many += fmt::format("q{}z{} ", i, j);
    (void)model.classify(many);
  }
  EXPECT_EQ(model.probabilities("my card is lost"), before);
}

/// Words of which no single one, nor any that stand side by side, tells the class: only how they go together does.
TEST(LinearText, PairsTellWhatNoWordTells) {
  SystemClock const clock;
  std::mt19937 random(4);
  std::vector<std::string> const left{"alpha", "gamma"}, right{"delta", "omega"};
  std::vector<std::string> kept;
  LabelledTexts texts;
  std::vector<std::uint32_t> of;
  for (int i = 0; i < 400; ++i) {
    auto const a = random() % 2, b = random() % 2;
    kept.push_back(fmt::format("{} w{} w{} w{} {}", left[a], random() % 50, random() % 50, random() % 50, right[b]));
    of.push_back(a == b ? 1 : 0);
  }
  for (std::size_t i = 0; i < kept.size(); ++i) texts.add(kept[i], {of[i]});
  auto const trained = train_text(system_call(clock), texts, {}, {"apart", "alike"}, {.terms = {.gap = 4}, .cost = 7});
  EXPECT_EQ(trained.choice.cost, 7) << "what is given is not chosen";
  auto const model = LinearText::parse(trained.artifact);
  EXPECT_EQ(model.classify("gamma x y z omega").best, 1u);
  EXPECT_EQ(model.classify("alpha x y z omega").best, 0u);
  EXPECT_EQ(model.explain("gamma x y z omega", 1, 1).at(0).term, "gamma … omega");
}

/// Two words that no labelled text has, known by what stands beside them elsewhere.
TEST(LinearText, WordsThatNoLabelledTextHasAreKnownByTheirCompany) {
  SystemClock const clock;
  std::vector<std::string> kept;
  std::vector<std::string_view> texts;
  for (int i = 0; i < 60; ++i) {
    for (auto const* word : {"lost", "stolen", "misplaced"}) kept.push_back(fmt::format("a {} wallet was found", word));
    for (auto const* word : {"transfer", "payment", "remittance"})
      kept.push_back(fmt::format("send the {} abroad", word));
  }
  texts.assign(kept.begin(), kept.end());
  auto const context = learn_term_context(system_call(clock), texts);
  LabelledTexts labelled;
  std::vector<std::string> const few{"it is lost",  "it was stolen", "is it lost",
                                     "my transfer", "my payment",    "the transfer"};
  for (std::size_t i = 0; i < 60; ++i) labelled.add(few[i % 6], {i % 6 < 3 ? 0u : 1u});
  TextOptions options;
  options.terms.most_characters = 0;
  std::vector<std::string> const two{"card", "transfer"};
  std::vector<float> without, with;
  LinearText::parse(train_text(system_call(clock), labelled, {}, two, options).artifact).margins("misplaced", without);
  options.context = &context;
  auto const model = LinearText::parse(train_text(system_call(clock), labelled, {}, two, options).artifact);
  EXPECT_EQ(model.classify("is misplaced").best, 0u);
  EXPECT_EQ(model.classify("is the remittance").best, 1u);
  model.margins("it is misplaced", with);
  EXPECT_GT(with[0] - with[1], without[0] - without[1] + 0.1);
}

TEST(TermMatrix, ContextThatHadNoSayHasItAgain) {
  SystemClock const clock;
  std::vector<std::string_view> const texts(10, "a lost wallet was found");
  auto const context = learn_term_context(system_call(clock), texts);
  auto matrix = count_terms(system_call(clock), texts, {}, 1, &context);
  matrix.scale_context(0.5);
  auto const before = matrix.rows.value;
  matrix.scale_context(0);
  matrix.scale_context(0.5);
  EXPECT_EQ(matrix.rows.value, before);
}

/// Naive Bayes counts the evidence of each word, whatever the machines make of them together.
TEST(LinearText, BayesAddsWhatTheMachinesDoNotNeed) {
  SystemClock const clock;
  LabelledTexts texts;
  for (std::uint32_t i = 0; i < 120; ++i)
    texts.add(i % 3 ? (i % 12 == 1 ? "sure rare" : "sure") : "other", {i % 3 ? 0u : 1u});
  runtime::TermOptions const terms{.words = 1, .most_characters = 0};
  auto const matrix = count_terms(system_call(clock), texts.texts, terms, 1);
  auto const margins = [&](double bayes) {
    auto const learnt = learn_against_rest(system_call(clock), texts, matrix, {"a", "b", "of no text"},
                                           {.terms = terms, .bayes = bayes}, [](std::size_t) {});
    std::vector<float> found;
    LinearText::parse(LinearText::write(learnt.settings, learnt.arrays)).margins("rare", found);
    return found;
  };
  auto const without = margins(0), with = margins(1);
  EXPECT_GT(with[0] - with[1], without[0] - without[1] + 0.2);
  EXPECT_LT(with[2], std::min(with[0], with[1]));
}

TEST(LinearText, ScopeOfATextFallsByWhatIsUnknownInIt) {
  auto const model = LinearText::parse(trained());
  std::vector<float> known, both, nothing;
  float const clear = model.margins("card", known), mixed = model.margins("card 中国", both);
  EXPECT_EQ(clear, *std::max_element(known.begin(), known.end()));
  EXPECT_EQ(both, known) << "the class is told by what is known";
  EXPECT_LT(mixed, clear - 0.1F);
  float const unknown = model.margins("中国", nothing);
  EXPECT_EQ(unknown, *std::max_element(nothing.begin(), nothing.end()));
  EXPECT_FLOAT_EQ(static_cast<float>(model.classify("card 中国").scope), mixed);
}

TEST(LinearText, FilesWithoutARarityOfTheUnseenTakeTheBestMarginAsScope) {
  auto const artifact = trained();
  auto settings = LinearText::parse(artifact).settings();
  auto const file = runtime::ModelFile::parse(artifact, LinearText::kind, LinearText::version);
  auto const rewritten = [&](double unseen) {
    settings.unseen = unseen;
    runtime::LinearTextArrays arrays;
    auto const terms = file.array<runtime::TermTable::Slot>("terms");
    auto const rows = file.array<std::int16_t>("rows");
    auto const bias = file.array<float>("bias");
    arrays.terms.assign(terms.begin(), terms.end());
    arrays.rows.assign(rows.begin(), rows.end());
    arrays.bias.assign(bias.begin(), bias.end());
    return LinearText::parse(LinearText::write(settings, arrays));
  };
  std::vector<float> found;
  float const scope = rewritten(0).margins("card lost zebra", found);
  EXPECT_EQ(scope, *std::max_element(found.begin(), found.end()));
  for (double const odd : {-1.0, 1e7}) EXPECT_THROW((void)rewritten(odd), Error);
}

TEST(LinearText, ChoosesLongerRunsOfChineseWhereTheyTell) {
  SystemClock const clock;
  std::mt19937 random(8);
  std::vector<std::string> const filler{"天", "地", "人", "山", "水", "火", "木", "金", "土"};
  std::vector<std::string> kept;
  LabelledTexts texts;
  for (int i = 0; i < 400; ++i) {
    auto const pick = [&] { return filler[random() % filler.size()] + filler[random() % filler.size()]; };
    kept.push_back(i % 2 ? "上中下" + pick() + "上中" + pick() + "中上" + pick()
                         : "上中" + pick() + "中下" + pick() + "上中上" + pick());
  }
  for (std::size_t i = 0; i < kept.size(); ++i) texts.add(kept[i], {static_cast<std::uint32_t>(i % 2)});
  EXPECT_EQ(train_text(system_call(clock), texts, {}, {"a", "b"}, {.choose_words = true}).choice.words, 3);
  EXPECT_EQ(train_text(system_call(clock), texts, {}, {"a", "b"}, {}).choice.words, 2) << "a given length stays";
}

/// A word that both classes have alike has a ratio of about 1, so that the second machine does not see it.
TEST(LinearText, LogCountRatiosTakeWeightFromWordsThatTellNothing) {
  SystemClock const clock;
  LabelledTexts texts;
  for (std::uint32_t i = 0; i < 200; ++i) texts.add(i % 4 ? "common left" : "common right", {i % 4 ? 0u : 1u});
  runtime::TermOptions const terms{.words = 1, .most_characters = 0};
  auto const matrix = count_terms(system_call(clock), texts.texts, terms, 1);
  auto const weight = [&](bool ratios, std::string_view word) {
    auto const learnt = learn_against_rest(system_call(clock), texts, matrix, {"left", "right"},
                                           {.terms = terms, .ratios = ratios}, [](std::size_t) {});
    runtime::TextTerms reader(terms);
    reader.read(word);
    auto const row = runtime::TermTable(learnt.arrays.terms).find(reader.hash(0))->row;
    return learnt.settings.scale * learnt.arrays.rows[row * 8];
  };
  EXPECT_GT(std::abs(weight(false, "common")), 0.05);
  EXPECT_LT(std::abs(weight(true, "common")), 0.7 * std::abs(weight(false, "common")));
  EXPECT_GT(weight(true, "left"), 0.9 * weight(false, "left"));
}

TEST(LinearText, LogCountRatiosHaveNoSayWhereAllIsRightWithout) {
  SystemClock const clock;
  Questions const train(1, 120);
  EXPECT_FALSE(train_text(system_call(clock), train.examples, {}, classes, {}).choice.ratios);
}

TEST(LinearText, TheStartIsWhatHelpsAsManyClasses) {
  SystemClock const clock;
  Questions const three(1, 120);
  LabelledTexts two, four = three.examples;
  for (std::size_t i = 0; i < three.examples.texts.size(); ++i)
    if (three.examples.classes[i][0] < 2) two.add(three.examples.texts[i], three.examples.classes[i]);
  for (int i = 0; i < 40; ++i) four.add("hello and good morning", {3});
  auto const choice = [&](LabelledTexts const& train, std::vector<std::string> const& names) {
    return train_text(system_call(clock), train, {}, names, {}).choice;
  };
  EXPECT_TRUE(choice(two, {"card", "transfer"}).ratios);
  EXPECT_EQ(choice(three.examples, classes).bayes, 0);
  EXPECT_FALSE(choice(three.examples, classes).ratios);
  EXPECT_GT(choice(four, {"card", "transfer", "rate", "other"}).bayes, 0);
}

TEST(LinearText, NothingOddAndDamagedInput) {
  SystemClock const clock;
  auto const model = LinearText::parse(trained());
  (void)model.classify("");
  (void)model.classify("\xFF\xFE\x80");
  (void)model.classify(std::string(1 << 20, 'x'));
  Questions const few(1, 1);
  EXPECT_THROW((void)train_text(system_call(clock), {}, {}, classes, {}), Error);
  EXPECT_THROW((void)train_text(system_call(clock), few.examples, {}, classes, {}), Error);
  auto artifact = trained();
  artifact[artifact.size() / 3] = static_cast<char>(artifact[artifact.size() / 3] ^ 1);
  EXPECT_THROW((void)LinearText::parse(artifact), Error);
  EXPECT_THROW((void)LinearText::parse(artifact.substr(0, 100)), Error);
}

/// At the optimum the projected gradient of every example vanishes: checked on a small problem from the weights alone.
TEST(LinearSvm, ReachesTheOptimum) {
  SystemClock const clock;
  SparseRows rows;
  std::vector<std::int8_t> side;
  std::mt19937 random(9);
  for (int i = 0; i < 60; ++i) {
    for (std::uint32_t column = 0; column < 5; ++column) {
      rows.column.push_back(column);
      rows.value.push_back(static_cast<float>(random() % 200) / 100 - 1);
    }
    rows.begin.push_back(rows.column.size());
    side.push_back(rows.value[rows.value.size() - 5] + 0.3f * rows.value.back() > 0.1f ? 1 : -1);
  }
  auto const weights = train_svm(system_call(clock), rows, 5, side, {.cost = 1, .tolerance = 1e-5, .rounds = 5000});
  // gradient of ½|w|² + C Σ max(0, 1 − y w·x)²
  std::vector<double> gradient(weights.begin(), weights.end());
  for (std::size_t i = 0; i < rows.rows(); ++i) {
    double margin = weights[5];
    for (std::size_t j = 0; j < 5; ++j) margin += weights[j] * rows.value[i * 5 + j];
    double const slack = 1 - side[i] * margin;
    if (slack <= 0) continue;
    for (std::size_t j = 0; j < 5; ++j) gradient[j] -= 2 * slack * side[i] * rows.value[i * 5 + j];
    gradient[5] -= 2 * slack * side[i];
  }
  for (auto const component : gradient) EXPECT_NEAR(component, 0, 1e-3);
}

}  // namespace
}  // namespace lepton::learn
