#include "recommend/rating_model.h"

#include <gmock/gmock.h>

#include <cmath>

#include "recommend/evaluation.h"
#include "recommend/recommend_testing.h"

namespace lepton::recommend {
namespace {

/// Ratings of 1 to 5 by two tastes, with a taste's items liked and the others not.
std::vector<Interaction> opinions(std::uint32_t users, std::uint32_t items, unsigned seed, unsigned share) {
  std::mt19937 random(seed);
  std::vector<Interaction> list;
  for (std::uint32_t user = 0; user < users; ++user)
    for (std::uint32_t item = 0; item < items; ++item)
      if (random() % 100 < share)
        list.push_back({user, item, (user % 2 == item % 2 ? 4.0f : 2.0f) + (item % 3 == 0 ? 0.5f : 0.0f)});
  return list;
}

RatingOptions small_rating_options() {
  RatingOptions options;
  options.dimension = 4;
  options.epochs = 60;
  options.rate = 0.02;
  options.rate_decay = 0.98;
  options.spread = 0.1;
  options.members = 1;
  return options;
}

float error_on(RatingView const& view, std::vector<Interaction> const& list) {
  std::vector<float> predicted, actual;
  for (auto const& [user, item, value] : list) {
    predicted.push_back(view.predict(user, item));
    actual.push_back(value);
  }
  return static_cast<float>(root_mean_square(predicted, actual));
}

TEST(RatingModel, LearnsTastesThatBiasesCannotTell) {
  Interactions const train(opinions(60, 30, 1, 50), 60, 30, "ratings");
  auto const held_out = opinions(60, 30, 2, 20);
  auto options = small_rating_options();
  auto const factors = train_ratings(test_call(), train, options);
  EXPECT_LT(error_on(factors.view(), held_out), 0.3f);
  options.members = 3;
  auto const several = train_ratings(test_call(), train, options);
  EXPECT_LT(error_on(several.view(), held_out), 0.3f);
  EXPECT_EQ(several.view().dimension, 12u);
}

TEST(RatingModel, AnAverageIsTheMeanOfItsMembers) {
  Interactions const train(opinions(20, 10, 3, 60), 20, 10, "ratings");
  auto options = small_rating_options();
  options.epochs = 3;
  options.members = 2;
  auto const both = train_ratings(test_call(), train, options);
  options.threads = 2;
  EXPECT_EQ(both.user_rows, train_ratings(test_call(), train, options).user_rows);
  options.members = 1;
  auto const first = train_ratings(test_call(), train, options);
  EXPECT_EQ(first.item_rows[0], 2 * both.item_rows[0]);  // the first member begins with the same seed
  options.seed += 0x9E3779B9;
  auto const second = train_ratings(test_call(), train, options);
  for (std::uint32_t item = 0; item < 10; ++item)
    EXPECT_NEAR(both.view().predict(1, item), (first.view().predict(1, item) + second.view().predict(1, item)) / 2,
                1e-4);
}

TEST(RatingModel, WhoIsNotKnownIsJudgedByTheRest) {
  auto const factors =
      train_ratings(test_call(), Interactions(opinions(20, 10, 4, 60), 20, 10, "ratings"), small_rating_options());
  auto const view = factors.view();
  EXPECT_EQ(view.predict(RatingView::unknown, RatingView::unknown), view.mean);
  EXPECT_EQ(view.predict(99, 99), view.mean);
  EXPECT_FLOAT_EQ(view.predict(99, 3), view.mean + view.item_biases[3]);
  EXPECT_FLOAT_EQ(view.predict(3, RatingView::unknown), view.mean + view.user_biases[3]);
}

TEST(RatingModel, OneRatingIsEnoughAndStaysInItsRange) {
  std::vector<Interaction> const one{{0, 0, 3}};
  auto const factors = train_ratings(test_call(), Interactions(one, 2, 2, "ratings"), small_rating_options());
  EXPECT_EQ(factors.view().predict(0, 0), 3);
  EXPECT_EQ(factors.view().predict(1, 1), 3);
}

TEST(RatingModel, WrongOptionsAreNamedTogether) {
  std::vector<Interaction> const one{{0, 0, 3}};
  auto options = small_rating_options();
  options.dimension = 0;
  options.rate = NAN;
  options.members = 65;
  auto const error = error_of([&] { (void)train_ratings(test_call(), Interactions(one, 1, 1, "ratings"), options); });
  EXPECT_THAT(error.details(), testing::UnorderedElementsAre(testing::Key("/dimension"), testing::Key("/rate"),
                                                             testing::Key("/members")));
}

}  // namespace
}  // namespace lepton::recommend
