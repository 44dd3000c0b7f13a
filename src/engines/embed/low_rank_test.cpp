#include "embed/low_rank.h"

#include <gmock/gmock.h>

#include <cmath>

#include <random>

namespace lepton::embed {
namespace {

SystemClock const clock_of_low_rank;

/// Rows that are mixtures of three directions of strengths 9, 4 and 1.
std::vector<SparseVector> mixtures() {
  std::mt19937_64 random(3);
  std::vector<SparseVector> rows;
  for (int i = 0; i < 60; ++i) {
    float const strengths[] = {9, 4, 1};
    SparseVector row;
    for (std::uint32_t topic = 0; topic < 3; ++topic) {
      float const amount = strengths[topic] * (static_cast<float>(random() % 2001) / 1000.0F - 1.0F);
      for (std::uint32_t k = 0; k < 4; ++k) row.emplace_back(topic * 4 + k, amount / 2);
    }
    rows.push_back(row);
  }
  return rows;
}

TEST(LowRank, SingularVectorsAreThoseOfTheMixtureTheStrongestFirst) {
  auto const vectors = right_singular_vectors(system_call(clock_of_low_rank), mixtures(), 12, 5, 1);
  ASSERT_EQ(vectors.rows, 12u);
  ASSERT_EQ(vectors.columns, 5u);
  for (std::size_t k = 0; k < 3; ++k) {  // nearly half in each of four terms; the topics are nearly independent
    double inside = 0;
    for (std::size_t term = k * 4; term < k * 4 + 4; ++term) inside += std::pow(vectors.row(term)[k], 2);
    EXPECT_GT(inside, 0.9) << k;
  }
  for (std::size_t a = 0; a < 3; ++a)
    for (std::size_t b = 0; b <= a; ++b) {
      double dot = 0;
      for (std::size_t term = 0; term < 12; ++term)
        dot += static_cast<double>(vectors.row(term)[a]) * vectors.row(term)[b];
      EXPECT_NEAR(dot, a == b ? 1 : 0, 1e-4);
    }
  for (std::size_t term = 0; term < 12; ++term) EXPECT_EQ(vectors.row(term)[4], 0.0F);  // there is no fifth direction
}

TEST(LowRank, EqualInputGivesEqualBits) {
  EXPECT_EQ(right_singular_vectors(system_call(clock_of_low_rank), mixtures(), 12, 3, 8).values,
            right_singular_vectors(system_call(clock_of_low_rank), mixtures(), 12, 3, 8).values);
}

TEST(LowRank, RidgeRegressionLeavesNoGradient) {
  std::mt19937_64 random(4);
  auto const rows = mixtures();
  DenseRows targets(rows.size(), 2);
  for (float& value : targets.values) value = static_cast<float>(random() % 100) / 50.0F - 1.0F;
  double const ridge = 0.7;
  auto const weights = ridge_regression(system_call(clock_of_low_rank), rows, 12, targets, ridge);
  auto residual = product(rows, weights);
  for (std::size_t i = 0; i < residual.values.size(); ++i) residual.values[i] -= targets.values[i];
  auto const gradient = transposed_product(rows, residual, 12);
  for (std::size_t i = 0; i < gradient.values.size(); ++i)
    EXPECT_NEAR(gradient.values[i] + ridge * weights.values[i], 0, 2e-2);
}

}  // namespace
}  // namespace lepton::embed
