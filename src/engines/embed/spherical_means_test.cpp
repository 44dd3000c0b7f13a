#include "embed/spherical_means.h"

#include <gmock/gmock.h>

#include <cmath>

namespace lepton::embed {
namespace {

SystemClock const clock_of_means;

/// Vectors of the plane at these angles, in degrees.
std::vector<float> at_angles(std::vector<double> const& degrees) {
  std::vector<float> out;
  for (double const angle : degrees) {
    out.push_back(static_cast<float>(std::cos(angle / 57.29578)));
    out.push_back(static_cast<float>(std::sin(angle / 57.29578)));
  }
  return out;
}

TEST(SphericalMeans, NearVectorsShareAClass) {
  auto const vectors = at_angles({0, 90, 5, 95, 10, 85, 200, 350});
  auto const classes = spherical_means(system_call(clock_of_means), vectors, 2, 2, 10);
  EXPECT_THAT(classes, testing::ElementsAre(0, 1, 0, 1, 0, 1, 1, 0));
}

TEST(SphericalMeans, CentresMoveToTheMiddleOfTheirs) {
  // By the first two alone 40 goes to 45; their class's mean moves up to the others, so that 40 and then 45 leave it.
  auto const vectors = at_angles({20, 45, 0, 40, 80, 85, 90, 100});
  EXPECT_THAT(spherical_means(system_call(clock_of_means), vectors, 2, 2, 1),
              testing::ElementsAre(0, 1, 0, 1, 1, 1, 1, 1));
  EXPECT_THAT(spherical_means(system_call(clock_of_means), vectors, 2, 2, 10),
              testing::ElementsAre(0, 0, 0, 0, 1, 1, 1, 1));
}

TEST(SphericalMeans, MoreClassesThanVectorsAndNone) {
  auto const vectors = at_angles({0, 90});
  EXPECT_THAT(spherical_means(system_call(clock_of_means), vectors, 2, 20, 10), testing::ElementsAre(0, 1));
  EXPECT_TRUE(spherical_means(system_call(clock_of_means), {}, 2, 20, 10).empty());
}

}  // namespace
}  // namespace lepton::embed
