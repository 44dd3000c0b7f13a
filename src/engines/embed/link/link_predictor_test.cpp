#include "embed/link/link_predictor.h"

#include <gmock/gmock.h>

#include <cmath>

#include "base/error.h"
#include "base/file.h"
#include "base/test_error.h"
#include "embed/embed_testing.h"

namespace lepton::embed {
namespace {

struct Trained {
  Town town{20};
  Names entities, relations;
  Embeddings embeddings;
  Calibration calibration;
  std::string artifact;

  Trained() {
    SystemClock const clock;
    auto const call = system_call(clock);
    for (std::uint32_t i = 0; i < town.entities; ++i) entities.add("person " + std::to_string(i));
    for (auto const* name : {"parent", "child", "grandparent", "lives in"}) relations.add(name);
    EmbeddingOptions options;
    options.dimension = 32;
    options.epochs = 40;
    options.batch = 16;
    options.spread = 0.1;
    options.cubes = 0;
    embeddings = train_embeddings(call, {town.triples, {}, town.entities, Town::relations}, options);
    std::vector<Triple> const none;
    calibration = calibrate(answer_outcomes(call, embeddings.view(), town.triples, QueryIndex(none, 4), 5));
    artifact = LinkPredictor::write(embeddings, entities.all(), relations.all(), calibration);
  }
};

Trained const& trained() {
  static Trained const value;
  return value;
}

TEST(LinkPredictor, WhatWasWrittenPredictsTheSameWhereItIsMapped) {
  TemporaryDirectory const directory;
  write_file_atomically(directory.path() / "model", trained().artifact);
  auto const predictor = LinkPredictor::open(directory.path() / "model");
  auto const person = predictor.entities().find("person 0").value();
  auto const relation = predictor.relations().find("parent").value();
  EXPECT_EQ(predictor.entities()[person], "person 0");
  EXPECT_FALSE(predictor.entities().find("person 99"));
  auto const answers = predictor.predict({person, relation}, {}, 2);
  ASSERT_EQ(answers.size(), 2u);
  EXPECT_THAT((std::vector{answers[0].entity, answers[1].entity}), testing::UnorderedElementsAre(1u, 2u));
  EXPECT_GT(answers[0].probability, 0.7);
  auto const parents = predictor.predict({1, relation + Town::relations}, {}, 1);
  EXPECT_EQ(parents[0].entity, 0u);
  auto const direct = best_answers(trained().embeddings.view(), {person, relation}, {}, 2, trained().calibration);
  EXPECT_EQ(direct[0].score, answers[0].score);
}

TEST(LinkPredictor, KnownAnswersAreLeftOutAndSharesAddUp) {
  auto const predictor = LinkPredictor::parse(trained().artifact);
  std::vector<std::uint32_t> const known{1};
  auto const answers = predictor.predict({0, Town::parent}, known, 100);
  EXPECT_EQ(answers.size(), trained().town.entities - 1);
  double sum = 0;
  for (auto const& answer : answers) {
    EXPECT_NE(answer.entity, 1u);
    sum += std::exp(answer.log_share);
  }
  EXPECT_NEAR(sum, 1, 1e-6);
  EXPECT_EQ(answers[0].entity, 2u);
}

TEST(LinkPredictor, NumbersOutsideAreRefused) {
  auto const predictor = LinkPredictor::parse(trained().artifact);
  EXPECT_THAT(message_of([&] { (void)predictor.predict({99, 0}, {}, 1); }), testing::HasSubstr("entity 99"));
  EXPECT_THAT(message_of([&] { (void)predictor.predict({0, 8}, {}, 1); }), testing::HasSubstr("relation 8"));
}

TEST(LinkPredictor, DamagedFilesAreRefused) {
  auto const& good = trained().artifact;
  for (std::size_t size = 0; size < good.size(); size += 97)
    ASSERT_NE(message_of([&] { (void)LinkPredictor::parse(good.substr(0, size)); }), "no error") << size;
  for (std::size_t bit = 0; bit < good.size() * 8; bit += 1009) {
    auto bad = good;
    bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << bit % 8));
    ASSERT_NE(message_of([&] { (void)LinkPredictor::parse(bad); }), "no error") << bit;
  }
  runtime::ModelFileWriter newer(std::string(LinkPredictor::kind), LinkPredictor::version + 1);
  EXPECT_THAT(message_of([&] { (void)LinkPredictor::parse(newer.finish()); }), testing::HasSubstr("format version 2"));
  runtime::ModelFileWriter other("path-rules", 1);
  EXPECT_THAT(message_of([&] { (void)LinkPredictor::parse(other.finish()); }), testing::HasSubstr("'path-rules'"));
}

TEST(LinkPredictor, PartsThatDoNotFitTogetherAreRefused) {
  auto const& good = trained();
  auto fewer = good.embeddings;
  fewer.entity_rows.pop_back();
  auto const artifact = LinkPredictor::write(fewer, good.entities.all(), good.relations.all(), good.calibration);
  EXPECT_THAT(message_of([&] { (void)LinkPredictor::parse(artifact); }),
              testing::HasSubstr("other vectors than names"));
  auto const falling =
      LinkPredictor::write(good.embeddings, good.entities.all(), good.relations.all(), {{0, 1}, {0.9, 0.1}});
  EXPECT_THAT(message_of([&] { (void)LinkPredictor::parse(falling); }), testing::HasSubstr("calibration"));
}

}  // namespace
}  // namespace lepton::embed
