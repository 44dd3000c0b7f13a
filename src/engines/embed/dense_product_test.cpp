#include "embed/dense_product.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace lepton::embed {
namespace {

std::vector<float> random_values(std::size_t count, unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<float> value(-1, 1);
  std::vector<float> out(count);
  for (auto& v : out) v = value(random);
  return out;
}

TEST(DenseProduct, AgreesWithTheDefinitionForEveryShapeOfTile) {
  for (std::size_t const rows : {1u, 3u, 4u, 6u, 11u, 12u, 25u})
    for (std::size_t const columns : {16u, 32u, 48u})
      for (std::size_t const depth : {0u, 1u, 7u, 33u}) {
        auto const left = random_values(rows * depth + 1, 1), right = random_values(depth * (columns + 16) + 1, 2);
        auto const before = random_values(rows * columns, 3);
        auto by_rows = before, by_columns = before;
        add_product(rows, columns, depth, {left.data(), depth, 1}, {right.data(), columns + 16},
                    {by_rows.data(), columns});
        add_product(rows, columns, depth, {left.data(), 1, rows}, {right.data(), columns + 16},
                    {by_columns.data(), columns});
        for (std::size_t i = 0; i < rows; ++i)
          for (std::size_t j = 0; j < columns; ++j) {
            double wanted = before[i * columns + j], transposed = wanted;
            for (std::size_t k = 0; k < depth; ++k) {
              wanted += static_cast<double>(left[i * depth + k]) * right[k * (columns + 16) + j];
              transposed += static_cast<double>(left[k * rows + i]) * right[k * (columns + 16) + j];
            }
            ASSERT_NEAR(by_rows[i * columns + j], wanted, 1e-4) << rows << "×" << columns << "×" << depth;
            ASSERT_NEAR(by_columns[i * columns + j], transposed, 1e-4) << rows << "×" << columns << "×" << depth;
          }
      }
}

TEST(DenseProduct, PointersToNothingMayBeNull) {
  std::vector<float> out(25 * 32, 1.0f);
  add_product(25, 32, 0, {nullptr, 1, 1}, {nullptr, 32}, {out.data(), 32});
  add_product(0, 32, 3, {nullptr, 3, 1}, {out.data(), 32}, {nullptr, 32});
  EXPECT_EQ(out, std::vector<float>(25 * 32, 1.0f));
}

TEST(DenseProduct, ExponentialsAreRightAndAddedUp) {
  std::vector<float> values(2048), shift(2048, 1), sums(2048, 3);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = -100 + 0.09f * static_cast<float>(i);
  auto const before = values;
  exp_and_add(values.data(), shift.data(), sums.data(), values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    double const x = static_cast<double>(before[i]) - 1;
    if (x < -87) {
      EXPECT_EQ(values[i], 0) << x;
    } else {
      EXPECT_NEAR(values[i] / std::exp(x), 1, 1e-5) << x;
    }
    EXPECT_FLOAT_EQ(sums[i], 3 + values[i]);
  }
}

TEST(DenseProduct, AdagradStepsAgainstTheGradientAndNotWithoutOne) {
  auto values = random_values(96, 4), squares = random_values(96, 5), gradient = random_values(96, 6);
  for (std::size_t i = 0; i < 96; ++i) {
    squares[i] = i % 3 == 0 ? 0 : std::abs(squares[i]);
    gradient[i] *= static_cast<float>(std::pow(10, -static_cast<double>(i % 12)));
    if (i % 7 == 0) gradient[i] = 0;
  }
  auto const values_before = values, squares_before = squares;
  adagrad_step(values.data(), squares.data(), gradient.data(), 0.1f, 96);
  for (std::size_t i = 0; i < 96; ++i) {
    double const g = gradient[i], square = squares_before[i] + g * g;
    double const change = g == 0 ? 0 : 0.1 * g / std::sqrt(square);
    EXPECT_NEAR(squares[i], square, 1e-6 * square);
    EXPECT_NEAR(values[i], static_cast<double>(values_before[i]) - change, 2e-7) << i;
  }
}

TEST(DenseProduct, SaysWhatItRunsOn) {
  EXPECT_FALSE(vector_unit().empty());
}

}  // namespace
}  // namespace lepton::embed
