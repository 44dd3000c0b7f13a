#include "recommend/content_map.h"

#include <gmock/gmock.h>

#include "recommend/recommend_testing.h"

namespace lepton::recommend {
namespace {

/// Items with one of three features; those of a feature have the same vector.
struct Catalogue {
  ItemFeatures features;
  std::vector<float> vectors, weights;

  Catalogue()
      : features(std::vector<Interaction>{{0, 0, 1}, {1, 1, 1}, {2, 2, 1}, {3, 0, 1}, {4, 1, 1}, {5, 2, 1}}, 6, 3,
                 "features"),
        weights(6, 4.0f) {
    for (int i = 0; i < 2; ++i)
      for (float const value : {1.0f, 0.0f, 0.0f, 2.0f, -1.0f, 1.0f}) vectors.push_back(value);
  }
};

TEST(ContentMap, PlacesAnItemWhereItsFeaturesAre) {
  Catalogue const catalogue;
  auto const map =
      learn_content(test_call(), catalogue.features, catalogue.vectors, 2, catalogue.weights, {0.001, 0.5});
  std::vector<Taken> const second{{1, 1}}, unknown{{77, 1}};
  auto const vector = map.place(second);
  EXPECT_NEAR(vector[0], 0, 0.01);
  EXPECT_NEAR(vector[1], 2, 0.01);
  auto const middle = map.place(unknown);  // nothing known: where all are in the mean
  EXPECT_NEAR(middle[0], 0, 0.35);
  EXPECT_NEAR(middle[1], 1, 0.35);
}

TEST(ContentMap, ItemsWithoutWeightTeachNothing) {
  Catalogue catalogue;
  for (std::size_t i = 6; i < 12; ++i) catalogue.vectors[i] = 100;
  for (std::size_t i = 3; i < 6; ++i) catalogue.weights[i] = 0;
  auto const map =
      learn_content(test_call(), catalogue.features, catalogue.vectors, 2, catalogue.weights, {0.001, 0.5});
  std::vector<Taken> const first{{0, 1}};
  EXPECT_NEAR(map.place(first)[0], 1, 0.01);
}

TEST(ContentMap, WhatCannotWorkIsRefused) {
  Catalogue const catalogue;
  auto const learn = [&](std::size_t dimension, std::span<float const> weights, ContentOptions const& options) {
    return error_of([&, dimension, weights] {
      (void)learn_content(test_call(), catalogue.features, catalogue.vectors, dimension, weights, options);
    });
  };
  EXPECT_THAT(learn(2, catalogue.weights, {-1, 9}).details(),
              testing::UnorderedElementsAre(testing::Key("/regularisation"), testing::Key("/damping")));
  EXPECT_EQ(learn(3, catalogue.weights, {}).code(), Code::invalid);
  EXPECT_EQ(learn(2, std::span(catalogue.weights).first(2), {}).code(), Code::invalid);
}

}  // namespace
}  // namespace lepton::recommend
