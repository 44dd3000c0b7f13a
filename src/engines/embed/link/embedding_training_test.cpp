#include "embed/link/embedding_training.h"

#include <gmock/gmock.h>

#include "base/error.h"
#include "embed/embed_testing.h"
#include "embed/link/training_batch.h"

namespace lepton::embed {
namespace {

using testing::HasSubstr;

EmbeddingOptions small_options(Scoring scoring) {
  EmbeddingOptions options;
  options.scoring = scoring;
  options.dimension = 32;
  options.epochs = 60;
  options.batch = 32;
  options.cubes = 0;
  options.reciprocal = !is_distance(scoring);
  options.spread = is_distance(scoring) ? 0.3 : 0.1;
  return options;
}

RankingReport learn(Town const& town, EmbeddingOptions const& options) {
  SystemClock const clock;
  auto const call = system_call(clock);
  auto const embeddings = train_embeddings(call, {town.triples, {}, town.entities, Town::relations}, options);
  return rank_triples(call, embeddings.view(), town.triples, QueryIndex(town.triples, Town::relations), 1);
}

class EveryScoringLearns : public testing::TestWithParam<Scoring> {};

TEST_P(EveryScoringLearns, WhatItWasShown) {
  auto options = small_options(GetParam());
  auto const softmax = learn(Town(40), options);
  EXPECT_GT(softmax.mrr, 0.8);
  options.objective = Loss::logistic;
  options.candidates = 30;
  options.margin = is_distance(GetParam()) ? 3 : 0;
  options.epochs = 120;
  EXPECT_GT(learn(Town(40), options).mrr, 0.6);
}

INSTANTIATE_TEST_SUITE_P(All, EveryScoringLearns,
                         testing::Values(Scoring::transe, Scoring::distmult, Scoring::complex, Scoring::rotate),
                         [](auto const& param) { return std::string(enum_name(param.param)); });

TEST(EmbeddingTraining, RelationsAndDrawnCandidatesAndCubesKeepItLearning) {
  auto options = small_options(Scoring::complex);
  options.relation_weight = 0.5;
  options.candidates = 20;
  options.cubes = 0.001;
  EXPECT_GT(learn(Town(40), options).mrr, 0.7);
  options.reciprocal = false;
  EXPECT_GT(learn(Town(40), options).mrr, 0.6);
}

TEST(EmbeddingTraining, EqualDataAndOptionsGiveEqualVectors) {
  SystemClock const clock;
  Town const town(30);
  auto options = small_options(Scoring::complex);
  options.epochs = 4;
  options.threads = 3;
  options.relation_weight = 0.5;
  EmbeddingData const data{town.triples, {}, town.entities, Town::relations};
  auto const once = train_embeddings(system_call(clock), data, options);
  auto const again = train_embeddings(system_call(clock), data, options);
  EXPECT_EQ(once.entity_rows, again.entity_rows);
  EXPECT_EQ(once.relation_rows, again.relation_rows);
  options.seed = 2;
  EXPECT_NE(once.entity_rows, train_embeddings(system_call(clock), data, options).entity_rows);
}

TEST(EmbeddingTraining, QuestionsOfManyAnswersAreAskedInPartsThatHoldEachAnswerOnce) {
  std::vector<Triple> star;
  for (std::uint32_t i = 1; i <= 20; ++i) star.push_back({0, 0, i});
  QueryIndex const index(star, 1);
  std::size_t whole = 0;
  std::vector<int> held(20, 0);
  for (auto const& [question, begin, end] : question_parts(index, 8)) {
    EXPECT_LE(end - begin, 8u);
    if (index.answers(question).size() == 1) {
      ++whole;
      continue;
    }
    EXPECT_GE(end - begin, 6u);
    for (auto i = begin; i < end; ++i) ++held[i];
  }
  EXPECT_EQ(whole, 20u);
  EXPECT_THAT(held, testing::Each(1));
}

TEST(EmbeddingTraining, StopsWhenValidationGetsNoBetterAndKeepsTheBest) {
  SystemClock const clock;
  Town const town(40);
  std::vector<Triple> train, validation;
  for (std::size_t i = 0; i < town.triples.size(); ++i) (i % 9 == 0 ? validation : train).push_back(town.triples[i]);
  auto options = small_options(Scoring::complex);
  options.epochs = 1000;
  options.validate_every = 2;
  options.patience = 3;
  double best = 0;
  std::int64_t best_epoch = 0;
  auto const embeddings = train_embeddings(system_call(clock), {train, validation, town.entities, Town::relations},
                                           options, [&](EmbeddingProgress const& progress) {
                                             if (progress.validation == nullptr || progress.validation->mrr <= best)
                                               return;
                                             best = progress.validation->mrr;
                                             best_epoch = progress.epoch;
                                           });
  EXPECT_LT(embeddings.epochs, 1000);
  EXPECT_EQ(embeddings.best_epoch, best_epoch);
  EXPECT_EQ(embeddings.epochs, best_epoch + options.validate_every * options.patience);
  std::span<Triple const> const lists[] = {train, validation};
  auto const report =
      rank_triples(system_call(clock), embeddings.view(), validation, QueryIndex(lists, Town::relations), 1);
  EXPECT_DOUBLE_EQ(report.mrr, best);
}

Error error_of(EmbeddingData const& data, EmbeddingOptions const& options, std::size_t memory = 1 << 30) {
  SystemClock const clock;
  try {
    (void)train_embeddings(system_call(clock), data, options, {}, memory);
  } catch (Error const& error) {
    return error;
  }
  return internal("no error");
}

TEST(EmbeddingTraining, DataThatCannotWorkIsRefused) {
  Town const town(10);
  auto const options = small_options(Scoring::complex);
  EXPECT_THAT(error_of({{}, {}, 5, 1}, options).what(), HasSubstr("no triples"));
  std::vector<Triple> const loop{{0, 0, 0}};
  EXPECT_THAT(error_of({loop, {}, 1, 1}, options).what(), HasSubstr("at least 2"));
  EXPECT_THAT(error_of({town.triples, {}, 5, 4}, options).what(), HasSubstr("training triples: triple"));
  EXPECT_THAT(error_of({town.triples, loop, town.entities, 3}, options).what(), HasSubstr("names relation 3"));
  auto const too_large = error_of({town.triples, {}, 4'000'000'000u, 4}, options);
  EXPECT_EQ(too_large.code(), Code::exhausted);
  EXPECT_THAT(too_large.what(), HasSubstr("choose a smaller dimension"));
}

TEST(EmbeddingTraining, WrongOptionsAreNamedTogether) {
  Town const town(10);
  auto options = small_options(Scoring::rotate);
  options.dimension = 40;
  options.rate = 0;
  options.relation_weight = 1;
  auto const error = error_of({town.triples, {}, town.entities, 4}, options);
  EXPECT_EQ(error.code(), Code::invalid);
  EXPECT_THAT(error.details(), testing::UnorderedElementsAre(testing::Key("/dimension"), testing::Key("/rate"),
                                                             testing::Key("/relation_weight")));
}

TEST(EmbeddingTraining, OneRelationIsEnoughAndACallThatEndsStopsIt) {
  SystemClock const clock;
  std::vector<Triple> const chain{{0, 0, 1}, {1, 0, 2}, {2, 0, 3}};
  auto options = small_options(Scoring::complex);
  EXPECT_EQ(train_embeddings(system_call(clock), {chain, {}, 4, 1}, options).epochs, 60);
  std::stop_source stop;
  stop.request_stop();
  options.threads = 2;
  EXPECT_THROW((void)train_embeddings(system_call(clock, stop.get_token()), {chain, {}, 4, 1}, options), Error);
}

}  // namespace
}  // namespace lepton::embed
