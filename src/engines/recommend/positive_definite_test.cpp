#include "recommend/positive_definite.h"

#include <gmock/gmock.h>

#include "recommend/recommend_testing.h"

namespace lepton::recommend {
namespace {

/// A·Aᵀ + n·I of random numbers.
SquareMatrix random_matrix(std::size_t size, unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<float> draw(-1, 1);
  std::vector<float> a(size * size);
  for (auto& value : a) value = draw(random);
  SquareMatrix matrix(size);
  for (std::size_t i = 0; i < size; ++i)
    for (std::size_t j = 0; j < size; ++j) {
      double sum = i == j ? static_cast<double>(size) : 0;
      for (std::size_t k = 0; k < size; ++k) sum += static_cast<double>(a[i * size + k] * a[j * size + k]);
      matrix.row(i)[j] = static_cast<float>(sum);
    }
  return matrix;
}

class InvertsMatrices : public testing::TestWithParam<std::size_t> {};

TEST_P(InvertsMatrices, OfEverySize) {
  auto const size = GetParam();
  auto const matrix = random_matrix(size, 1);
  auto inverse = matrix;
  invert_positive_definite(test_call(), inverse, 1);
  for (std::size_t i = 0; i < size; ++i)
    for (std::size_t j = 0; j < size; ++j) {
      double sum = 0;
      for (std::size_t k = 0; k < size; ++k) sum += static_cast<double>(matrix.row(i)[k] * inverse.row(k)[j]);
      ASSERT_NEAR(sum, i == j ? 1 : 0, 1e-4) << i << " " << j;
    }
  for (std::size_t i = size; i < inverse.stride; ++i) ASSERT_EQ(inverse.row(i)[i], 0);
  auto threads = matrix;
  invert_positive_definite(test_call(), threads, 3);
  EXPECT_EQ(threads.values, inverse.values);
}

INSTANTIATE_TEST_SUITE_P(Sizes, InvertsMatrices, testing::Values(1, 2, 16, 63, 64, 65, 150));

TEST(PositiveDefinite, SolvesWhatTheInverseSolves) {
  std::size_t const size = 37;
  auto const matrix = random_matrix(size, 2);
  auto inverse = matrix, factored = matrix;
  invert_positive_definite(test_call(), inverse, 1);
  std::vector<float> solved(size);
  for (std::size_t i = 0; i < size; ++i) solved[i] = static_cast<float>(i) - 5;
  auto const right = solved;
  ASSERT_TRUE(solve_positive_definite(factored.values.data(), factored.stride, solved));
  for (std::size_t i = 0; i < size; ++i) {
    double sum = 0;
    for (std::size_t k = 0; k < size; ++k) sum += static_cast<double>(inverse.row(i)[k] * right[k]);
    EXPECT_NEAR(solved[i], sum, 1e-4);
  }
}

TEST(PositiveDefinite, WhatHasNoInverseIsSaidSo) {
  SquareMatrix ones(3);
  for (std::size_t i = 0; i < 3; ++i)
    for (std::size_t j = 0; j < 3; ++j) ones.row(i)[j] = 1;
  auto again = ones;
  EXPECT_EQ(error_of([&] { invert_positive_definite(test_call(), ones, 1); }).code(), Code::invalid);
  std::vector<float> right(3, 1.0f);
  EXPECT_FALSE(solve_positive_definite(again.values.data(), again.stride, right));
}

}  // namespace
}  // namespace lepton::recommend
