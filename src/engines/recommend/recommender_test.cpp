#include "recommend/recommender.h"

#include <gmock/gmock.h>

#include "base/file.h"
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

TEST(Recommender, EveryMethodScoresTheSameFromItsFile) {
  auto const x = tastes(40, 2, 6, 1);
  auto const names = item_names(12);
  auto const weights = train_ease(test_call(), x, {2, 0, 0, 0, 1});
  AlsOptions options;
  options.dimension = options.block = 16;
  auto const factors = train_als(test_call(), x, options);
  auto const counts = popularity(x);
  std::vector<Taken> const history{{1, 1}, {5, 1}};
  auto const same = [&](std::string const& artifact, Method method, ItemScorer const& scorer) {
    TemporaryDirectory const directory;
    write_file_atomically(directory.path() / "model", artifact);
    auto const model = Recommender::open(directory.path() / "model");
    EXPECT_EQ(model.method(), method);
    EXPECT_EQ(scores_of(model.scorer(), history), scores_of(scorer, history));
    EXPECT_EQ(model.names()[3], "item 3");
  };
  same(Recommender::write(weights, names), Method::weights, WeightScorer(12, weights.values));
  same(Recommender::write(factors, names), Method::factors, FactorScorer(options, factors.rows));
  same(Recommender::write(counts, names), Method::popularity, PopularityScorer(counts));
}

TEST(Recommender, NamesThatItDoesNotKnowArePassedOver) {
  std::vector<float> const counts{1, 2, 3};
  auto const model = Recommender::parse(Recommender::write(counts, item_names(3)));
  auto const history = model.history(std::vector<std::string>{"item 2", "new", "item 0", "item 2"});
  ASSERT_EQ(history.size(), 2u);
  EXPECT_EQ(history[0].item, 0u);
  EXPECT_EQ(history[1].item, 2u);
}

TEST(Recommender, DamageIsFound) {
  std::vector<float> const counts{1, 2, 3};
  auto const artifact = Recommender::write(counts, item_names(3));
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
  runtime::ModelFileWriter short_of_values{std::string(Recommender::kind), Recommender::version};
  short_of_values.add("settings", R"({"method":"weights"})");
  embed::write_names(short_of_values, "item", item_names(3));
  short_of_values.add("values", std::vector<float>(8));
  EXPECT_THAT(message(short_of_values.finish()), HasSubstr("has 8 numbers, expected 9"));
  EXPECT_THAT(message(runtime::ModelFileWriter("other", 1).finish()), HasSubstr("expected 'recommender'"));
  EXPECT_THAT(message(runtime::ModelFileWriter(std::string(Recommender::kind), 9).finish()),
              HasSubstr("format version 9"));
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
