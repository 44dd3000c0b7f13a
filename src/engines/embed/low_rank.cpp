#include "embed/low_rank.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "text/hash.h"

namespace lepton::embed {
namespace {

constexpr std::size_t oversampling = 16;
constexpr int power_steps = 2;
constexpr int most_sweeps = 30;
constexpr int most_steps = 60;

/// A symmetric matrix and, after `diagonalise`, its eigenvectors as columns of `vectors`.
struct Symmetric {
  explicit Symmetric(std::size_t n) : size(n), values(n * n, 0.0), vectors(n * n, 0.0) {}

  double& at(std::size_t i, std::size_t j) { return values[i * size + j]; }
  double& vector(std::size_t i, std::size_t j) { return vectors[i * size + j]; }

  /// Cyclic Jacobi rotations.
  void diagonalise() {
    for (std::size_t i = 0; i < size; ++i) vector(i, i) = 1;
    double total = 0;
    for (double const value : values) total += value * value;
    for (int sweep = 0; sweep < most_sweeps; ++sweep) {
      double outside = 0;
      for (std::size_t i = 0; i < size; ++i)
        for (std::size_t j = i + 1; j < size; ++j) outside += at(i, j) * at(i, j);
      if (outside <= total * 1e-22) return;
      for (std::size_t i = 0; i < size; ++i)
        for (std::size_t j = i + 1; j < size; ++j) rotate(i, j);
    }
  }

  void rotate(std::size_t p, std::size_t q) {
    if (at(p, q) == 0) return;
    double const theta = (at(q, q) - at(p, p)) / (2 * at(p, q));
    double const t = (theta < 0 ? -1 : 1) / (std::fabs(theta) + std::sqrt(theta * theta + 1));
    double const c = 1 / std::sqrt(t * t + 1), s = t * c;
    auto const turn = [c, s](double& x, double& y) {
      double const old = x;
      x = c * old - s * y;
      y = s * old + c * y;
    };
    for (std::size_t k = 0; k < size; ++k) turn(at(k, p), at(k, q));
    for (std::size_t k = 0; k < size; ++k) turn(at(p, k), at(q, k));
    for (std::size_t k = 0; k < size; ++k) turn(vector(k, p), vector(k, q));
  }

  std::size_t size;
  std::vector<double> values, vectors;
};

/// Turns the columns so that they are orthogonal and of length 1, the one that was strongest first; keeps `kept`.
/// What is no more than rounding becomes 0.
DenseRows orthonormal(DenseRows const& matrix, std::size_t kept) {
  auto const n = matrix.columns;
  Symmetric gram(n);
  for (std::size_t r = 0; r < matrix.rows; ++r) {
    float const* const row = matrix.row(r);
    for (std::size_t i = 0; i < n; ++i) {
      if (row[i] == 0) continue;
      double const factor = row[i];
      double* const out = &gram.at(i, 0);
      for (std::size_t j = i; j < n; ++j) out[j] += factor * row[j];
    }
  }
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < i; ++j) gram.at(i, j) = gram.at(j, i);
  gram.diagonalise();
  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return gram.at(a, a) > gram.at(b, b); });
  double const least = gram.at(order[0], order[0]) * 1e-10;
  DenseRows out(matrix.rows, kept);
  DenseRows turned(n, kept);
  for (std::size_t k = 0; k < std::min(kept, n); ++k) {
    double const value = gram.at(order[k], order[k]);
    if (value <= least || value <= 0) break;
    for (std::size_t i = 0; i < n; ++i)
      turned.row(i)[k] = static_cast<float>(gram.vector(i, order[k]) / std::sqrt(value));
  }
  for (std::size_t r = 0; r < matrix.rows; ++r)
    for (std::size_t i = 0; i < n; ++i) {
      float const factor = matrix.row(r)[i];
      for (std::size_t k = 0; k < kept; ++k) out.row(r)[k] += factor * turned.row(i)[k];
    }
  return out;
}

std::vector<double> column_dots(DenseRows const& a, DenseRows const& b) {
  std::vector<double> out(a.columns, 0.0);
  for (std::size_t r = 0; r < a.rows; ++r)
    for (std::size_t k = 0; k < a.columns; ++k) out[k] += static_cast<double>(a.row(r)[k]) * b.row(r)[k];
  return out;
}

/// a[·][k] = a[·][k] · keep[k] + b[·][k] · factor[k]
void combine_columns(DenseRows& a, std::vector<double> const& keep, DenseRows const& b,
                     std::vector<double> const& factor) {
  for (std::size_t r = 0; r < a.rows; ++r)
    for (std::size_t k = 0; k < a.columns; ++k)
      a.row(r)[k] = static_cast<float>(a.row(r)[k] * keep[k] + b.row(r)[k] * factor[k]);
}

}  // namespace

void make_unit(std::span<float> vector) {
  double squares = 0;
  for (float const value : vector) squares += static_cast<double>(value) * value;
  if (squares == 0) return;
  auto const scale = static_cast<float>(1 / std::sqrt(squares));
  for (float& value : vector) value *= scale;
}

DenseRows product(std::vector<SparseVector> const& sparse, DenseRows const& right) {
  DenseRows out(sparse.size(), right.columns);
  for (std::size_t r = 0; r < sparse.size(); ++r)
    for (auto const& [column, value] : sparse[r])
      for (std::size_t k = 0; k < right.columns; ++k) out.row(r)[k] += value * right.row(column)[k];
  return out;
}

DenseRows transposed_product(std::vector<SparseVector> const& sparse, DenseRows const& right, std::size_t columns) {
  DenseRows out(columns, right.columns);
  for (std::size_t r = 0; r < sparse.size(); ++r)
    for (auto const& [column, value] : sparse[r])
      for (std::size_t k = 0; k < right.columns; ++k) out.row(column)[k] += value * right.row(r)[k];
  return out;
}

DenseRows right_singular_vectors(Call const& call, std::vector<SparseVector> const& sparse, std::size_t columns,
                                 std::size_t rank, std::uint64_t seed) {
  DenseRows directions(columns, rank + oversampling);
  std::uint64_t state = seed;
  for (float& value : directions.values) {
    state = text::combine(state, 1);
    value = (state >> 40 & 1U) != 0 ? 1.0F : -1.0F;
  }
  for (int step = 0; step <= power_steps; ++step) {
    call.proceed();
    auto const range = orthonormal(product(sparse, directions), directions.columns);
    call.proceed();
    directions = transposed_product(sparse, range, columns);
  }
  return orthonormal(directions, rank);
}

DenseRows ridge_regression(Call const& call, std::vector<SparseVector> const& sparse, std::size_t columns,
                           DenseRows const& targets, double ridge) {
  DenseRows dual(targets.rows, targets.columns), residual = targets, direction = targets;
  std::vector<double> const ones(targets.columns, 1.0);
  auto error = column_dots(residual, residual);
  auto const first = error;
  for (int step = 0; step < most_steps; ++step) {
    call.proceed();
    auto image = product(sparse, transposed_product(sparse, direction, columns));
    combine_columns(image, ones, direction, std::vector<double>(targets.columns, ridge));
    auto const slope = column_dots(direction, image);
    std::vector<double> along(targets.columns, 0.0), against(targets.columns, 0.0), keep(targets.columns, 0.0);
    for (std::size_t k = 0; k < along.size(); ++k) {
      if (slope[k] > 0 && error[k] > first[k] * 1e-10) along[k] = error[k] / slope[k];
      against[k] = -along[k];
    }
    combine_columns(dual, ones, direction, along);
    combine_columns(residual, ones, image, against);
    auto const left = column_dots(residual, residual);
    for (std::size_t k = 0; k < keep.size(); ++k) keep[k] = error[k] > 0 ? left[k] / error[k] : 0;
    combine_columns(direction, keep, residual, ones);
    error = left;
  }
  return transposed_product(sparse, dual, columns);
}

}  // namespace lepton::embed
