#include "recommend/recommender.h"

#include <gmock/gmock.h>

#include "recommend/blend.h"
#include "recommend/recommend_testing.h"

namespace lepton::recommend {
namespace {

using testing::HasSubstr;

std::vector<std::string> item_names(std::uint32_t count) {
  std::vector<std::string> names;
  for (std::uint32_t i = 0; i < count; ++i) names.push_back("item " + std::to_string(i));
  return names;
}

std::vector<float> scores_of(ItemScorer const& scorer, std::span<Taken const> history) {
  std::vector<float> scores(scorer.items());
  scorer.score(history, scores);
  return scores;
}

TEST(Recommender, ScoresTheSumOfWhatItWasWrittenFrom) {
  auto const x = tastes(40, 2, 6, 1);
  auto const names = item_names(12);
  auto const weights = train_ease(test_call(), x, {2, 0, 0, 0, 1});
  AlsOptions options;
  options.dimension = options.block = 16;
  auto const factors = train_als(test_call(), x, options);
  auto const counts = popularity(x);
  std::vector<Interaction> const facts{{0, 0, 1}, {1, 0, 1}, {2, 1, 1}, {5, 1, 1}};
  auto const features = telling_rows(ItemFeatures(facts, 12, 2, "features"));
  std::vector<std::string> const feature_names{"genre: comedy", "genre: drama"};
  auto const model = Recommender::parse(Recommender::write({.names = names,
                                                            .popularity = counts,
                                                            .weights = &weights,
                                                            .factors = &factors,
                                                            .features = &features,
                                                            .feature_names = feature_names,
                                                            .blend = {0.25, 2, 3, 4},
                                                            .most = 4}));
  std::vector<Taken> const history{{1, 1}, {5, 1}};
  auto const by_weights = scores_of(WeightScorer(12, weights.values), history);
  auto const by_factors = scores_of(FactorScorer(options, factors.rows), history);
  auto const by_features = scores_of(FeatureScorer(features), history);
  auto const all = scores_of(model.scorer_for(history), history);
  auto const list = model.recommend(history);
  ASSERT_EQ(list.size(), 4u);
  EXPECT_EQ(list[0].score, all[list[0].item]);
  for (std::uint32_t item = 0; item < 12; ++item) {
    EXPECT_NEAR(all[item],
                0.25f * std::log1p(counts[item]) + 2 * by_weights[item] + 3 * by_factors[item] + 4 * by_features[item],
                1e-4);
    double sum = model.popularity_part(history, item);
    for (auto const& reason : model.taken_together(history, item)) sum += reason.part;
    for (auto const& shared : model.shared_features(history, item)) sum += shared.part;
    EXPECT_NEAR(sum, all[item], 1e-4);
  }
  EXPECT_EQ(model.feature_names()[1], "genre: drama");
}

TEST(Recommender, WhoeverHasNoHistoryGetsWhatMostTake) {
  std::vector<float> const counts{1, 3, 2};
  ItemWeights const weights{3, std::vector<float>(9, 1.0f)};
  auto const names = item_names(3);
  auto const model = Recommender::parse(Recommender::write(
      {.names = names, .popularity = counts, .weights = &weights, .feature_names = {}, .blend = {0, 1, 0, 0}}));
  auto const list = model.recommend({});
  ASSERT_EQ(list.size(), 3u);
  EXPECT_EQ(list[0].item, 1u);
  EXPECT_EQ(list[1].item, 2u);
}

TEST(Recommender, DiversityTakesItemsThatAreUnlike) {
  std::vector<float> const counts{0, 100, 100, 60};
  std::vector<Interaction> const facts{{1, 0, 1}, {2, 0, 1}, {3, 1, 1}, {0, 1, 1}};
  auto const features = telling_rows(ItemFeatures(facts, 4, 2, "features"));
  auto const names = item_names(4);
  std::vector<std::string> const feature_names{"a", "b"};
  auto const first_two = [&](double diversity) {
    auto const list = Recommender::parse(Recommender::write({.names = names,
                                                             .popularity = counts,
                                                             .features = &features,
                                                             .feature_names = feature_names,
                                                             .blend = {1, 0, 0, 0},
                                                             .most = 2,
                                                             .diversity = diversity}))
                          .recommend({});
    return std::pair(list.at(0).item, list.at(1).item);
  };
  EXPECT_EQ(first_two(0), std::pair(1u, 2u));
  EXPECT_EQ(first_two(0.6), std::pair(1u, 3u));
}

TEST(Recommender, DamageIsFound) {
  std::vector<float> const counts{1, 2, 3};
  auto const names = item_names(3);
  auto const artifact = Recommender::write({.names = names, .popularity = counts, .feature_names = {}, .blend = {1}});
  auto const message = [](std::string const& bytes) -> std::string {
    return error_of([&] { (void)Recommender::parse(bytes); }).what();
  };
  for (std::size_t at = 0; at < artifact.size(); at += 7) {
    auto damaged = artifact;
    damaged[at] = static_cast<char>(damaged[at] ^ 1);
    EXPECT_NE(message(damaged), "no error") << at;
  }
  EXPECT_NE(message(artifact.substr(0, artifact.size() - 1)), "no error");
  EXPECT_NE(message(""), "no error");
  EXPECT_THAT(message(runtime::ModelFileWriter("other", 1).finish()), HasSubstr("expected 'recommender'"));
  EXPECT_THAT(message(runtime::ModelFileWriter(std::string(Recommender::kind), 9).finish()),
              HasSubstr("format version 9"));
}

TEST(Recommender, PartsThatDoNotFitAreRefused) {
  auto const message = [](std::string settings, std::size_t weights,
                          std::string const& kept = R"("weights":true,"path_steps":0,"ranker_unit":0)") -> std::string {
    settings.insert(settings.size() - 1, R"(,"columns":[],"kept":{"factors":false,)" + kept + "}");
    runtime::ModelFileWriter writer{std::string(Recommender::kind), Recommender::version};
    writer.add("settings", settings);
    embed::write_names(writer, "item", item_names(3));
    for (auto const* what : {"feature", "entity", "relation"}) embed::write_names(writer, what, {});
    for (auto const* section : {"facts", "path-items"}) writer.add(section, std::vector<std::uint32_t>());
    for (auto const* section : {"path-kinds", "path-ends"}) writer.add(section, std::vector<std::uint64_t>());
    for (auto const* section : {"path-weights", "path-parts"}) writer.add(section, std::vector<float>());
    writer.add("ranker", R"({"learner":{}})");
    writer.add("popularity", std::vector<float>(3));
    writer.add("weights", std::vector<float>(weights));
    return error_of([&] { (void)Recommender::parse(writer.finish()); }).what();
  };
  EXPECT_THAT(message(R"({"blend":{"weights":1},"most":3,"diversity":0})", 8), HasSubstr("has 8 numbers, expected 9"));
  EXPECT_THAT(message(R"({"blend":{"features":1},"most":3,"diversity":0})", 9), HasSubstr("lacks what it scores by"));
  EXPECT_THAT(
      message(R"({"blend":{},"most":3,"diversity":0.5})", 9, R"("weights":false,"path_steps":0,"ranker_unit":0)"),
      HasSubstr("which items are alike"));
  EXPECT_THAT(message(R"({"blend":{},"most":0,"diversity":0})", 9), HasSubstr("recommends none"));
  auto const sound = R"({"blend":{},"most":3,"diversity":0})";
  EXPECT_THAT(message(R"({"blend":{"paths":1},"most":3,"diversity":0})", 9), HasSubstr("lacks what it scores by"));
  EXPECT_THAT(message(sound, 9, R"("weights":false,"path_steps":3,"ranker_unit":0)"),
              HasSubstr("its paths do not fit together"));
  EXPECT_THAT(message(sound, 9, R"("weights":false,"path_steps":0,"ranker_unit":1)"),
              HasSubstr("'learner_model_param' is missing"));
}

TEST(RatingPredictor, PredictsTheSameFromItsFileAndFindsDamage) {
  std::vector<Interaction> const list{{0, 0, 5}, {0, 1, 1}, {1, 0, 4}, {1, 2, 2}};
  RatingOptions options;
  options.dimension = 3;
  options.members = 2;
  auto const factors = train_ratings(test_call(), Interactions(list, 2, 3, "ratings"), options);
  auto const artifact = RatingPredictor::write(factors, std::vector<std::string>{"ana", "ben"}, item_names(3));
  auto const model = RatingPredictor::parse(artifact);
  EXPECT_EQ(model.predict("ben", "item 2"), factors.view().predict(1, 2));
  EXPECT_EQ(model.predict("nobody", "item 2"), factors.view().predict(RatingView::unknown, 2));
  EXPECT_EQ(model.predict("nobody", "nothing"), factors.mean);
  auto damaged = artifact;
  damaged[artifact.size() / 2] = static_cast<char>(damaged[artifact.size() / 2] ^ 4);
  EXPECT_EQ(error_of([&] { (void)RatingPredictor::parse(damaged); }).code(), Code::invalid);
}

}  // namespace
}  // namespace lepton::recommend
