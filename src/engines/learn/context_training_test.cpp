#include "learn/context_training.h"

#include <gmock/gmock.h>

#include <array>
#include <cmath>

namespace lepton::learn {
namespace {

constexpr runtime::ContextShape shape{.vector = 2, .units = 16, .width = 8};

/// Words whose vectors are (±1, ±1); a document without a topic.
ContextTables four_words() {
  ContextTables tables;
  for (float const x : {-1.0F, 1.0F})
    for (float const y : {-1.0F, 1.0F}) {
      tables.words.insert(tables.words.end(), {x, y});
      tables.words.resize(tables.words.size() + shape.word() - 2);
    }
  tables.topics.assign(2, 0.0F);
  return tables;
}

/// Teaches that label 1 is right where both numbers of a word are alike and label 0 elsewhere, by the logistic loss:
/// what no sum of the numbers tells.
void teach(ContextTrainer& trainer, int steps) {
  for (int step = 0; step < steps; ++step) {
    std::vector<ContextToken> sentence;
    for (std::uint32_t i = 0; i < 4; ++i) sentence.push_back({(i + static_cast<std::uint32_t>(step)) % 4, 0, 0});
    std::vector<float> scores(4 * shape.width, 0.0F), errors(scores.size(), 0.0F);
    trainer.add_scores(sentence, true, scores);
    for (std::size_t i = 0; i < 4; ++i) {
      bool const alike = sentence[i].word == 0 || sentence[i].word == 3;
      float const p = 1 / (1 + std::exp(scores[i * shape.width] - scores[i * shape.width + 1]));
      errors[i * shape.width + 1] = (alike ? 1.0F : 0.0F) - p;
      errors[i * shape.width] = -errors[i * shape.width + 1];
    }
    trainer.learn(errors);
  }
}

TEST(ContextTraining, LearnsWhatNoSumTells) {
  auto const tables = four_words();
  ContextTrainer trainer(shape, tables, {.rate = 0.1, .unit_dropout = 0.1, .word_dropout = 0});
  teach(trainer, 400);
  for (std::uint32_t word = 0; word < 4; ++word) {
    std::vector<float> scores(shape.width, 0.0F);
    std::vector<ContextToken> const alone{{word, 0, 0}};
    trainer.add_scores(alone, false, scores);
    EXPECT_EQ(scores[1] > scores[0], word == 0 || word == 3) << word;
  }
}

TEST(ContextTraining, TheLayerScoresAsTheTrainerDoes) {
  auto const tables = four_words();
  ContextTrainer trainer(shape, tables, {});
  teach(trainer, 20);
  trainer.keep(1);
  teach(trainer, 20);
  trainer.keep(0.5F);
  std::vector<ContextToken> const sentence{{2, 0, 0}, {1, 0, 5}};
  std::vector<float> scores(2 * shape.width, 0.0F);
  trainer.add_scores(sentence, false, scores);

  auto const weights = trainer.weights();
  runtime::ContextLayer const layer(shape, weights);
  std::vector<float> const beyond(shape.word(), 0.0F);
  auto const word_of = [&](std::uint32_t word) {
    return layer.of_word(std::span(tables.words).subspan(word * shape.word(), shape.word()));
  };
  auto const none = layer.of_word(beyond), first = word_of(2), second = word_of(1);
  std::array<float const*, 5> const around{none.data(), first.data(), second.data(), none.data(), none.data()};
  std::vector<float> expected(shape.width, 0.0F);
  layer.add_scores(layer.of_document(tables.topics), around, 5, expected);
  for (std::size_t j = 0; j < shape.width; ++j) EXPECT_NEAR(scores[shape.width + j], expected[j], 1e-4) << j;
}

TEST(ContextTraining, EqualSeedsGiveEqualWeights) {
  auto const tables = four_words();
  ContextTrainer one(shape, tables, {.seed = 3}), same(shape, tables, {.seed = 3}), other(shape, tables, {.seed = 4});
  for (auto* trainer : {&one, &same, &other}) teach(*trainer, 5);
  EXPECT_EQ(one.weights(), same.weights());
  EXPECT_NE(one.weights(), other.weights());
}

}  // namespace
}  // namespace lepton::learn
