#include "embed/dense_product.h"

#include <cstdint>
#include <cstring>

namespace lepton::embed {
namespace {

// The same code for three widths of vectors. Everything that is inlined into a function with a target takes its
// instructions, so the templates themselves name none.
#define LEPTON_INLINE [[gnu::always_inline]] inline

template <int Bytes>
struct Vector {
  typedef float Floats __attribute__((vector_size(Bytes)));
  typedef float Unaligned __attribute__((vector_size(Bytes), aligned(4), may_alias));
  typedef std::int32_t Ints __attribute__((vector_size(Bytes)));
  static constexpr std::size_t size = Bytes / sizeof(float);
};

/// One tile of the result, held in registers while all of `depth` is summed.
template <int Bytes, int Rows, int Columns>
LEPTON_INLINE void multiply_tile(std::size_t depth, StridedMatrix left, RowsIn right, RowsOut out) {
  using V = Vector<Bytes>;
  typename V::Floats sums[Rows][Columns];
  for (int i = 0; i < Rows; ++i)
    for (int j = 0; j < Columns; ++j)
      sums[i][j] = *reinterpret_cast<typename V::Unaligned const*>(out.data + i * out.stride + j * V::size);
  for (std::size_t k = 0; k < depth; ++k) {
    float const* const row = right.data + k * right.stride;
    typename V::Floats columns[Columns];
    for (int j = 0; j < Columns; ++j) columns[j] = *reinterpret_cast<typename V::Unaligned const*>(row + j * V::size);
    float const* const factors = left.data + k * left.column;
    for (int i = 0; i < Rows; ++i)
      for (int j = 0; j < Columns; ++j) sums[i][j] += factors[i * left.row] * columns[j];
  }
  for (int i = 0; i < Rows; ++i)
    for (int j = 0; j < Columns; ++j)
      *reinterpret_cast<typename V::Unaligned*>(out.data + i * out.stride + j * V::size) = sums[i][j];
}

template <int Bytes, int Rows, int Columns>
LEPTON_INLINE std::size_t multiply_rows(std::size_t from, std::size_t rows, std::size_t depth, StridedMatrix left,
                                        RowsIn right, RowsOut out) {
  for (; from + Rows <= rows; from += Rows)
    multiply_tile<Bytes, Rows, Columns>(depth, {left.data + from * left.row, left.row, left.column}, right,
                                        {out.data + from * out.stride, out.stride});
  return from;
}

template <int Bytes, int Rows, int Columns>
LEPTON_INLINE void multiply_panel(std::size_t rows, std::size_t depth, StridedMatrix left, RowsIn right, RowsOut out) {
  auto done = multiply_rows<Bytes, Rows, Columns>(0, rows, depth, left, right, out);
  done = multiply_rows<Bytes, 4, Columns>(done, rows, depth, left, right, out);
  multiply_rows<Bytes, 1, Columns>(done, rows, depth, left, right, out);
}

template <int Bytes, int Rows>
LEPTON_INLINE void multiply(std::size_t rows, std::size_t columns, std::size_t depth, StridedMatrix left, RowsIn right,
                            RowsOut out) {
  constexpr std::size_t width = Vector<Bytes>::size;
  std::size_t j = 0;
  for (; j + 2 * width <= columns; j += 2 * width)
    multiply_panel<Bytes, Rows, 2>(rows, depth, left, {right.data + j, right.stride}, {out.data + j, out.stride});
  for (; j < columns; j += width)
    multiply_panel<Bytes, Rows, 1>(rows, depth, left, {right.data + j, right.stride}, {out.data + j, out.stride});
}

/// 2ⁿ · e^r with |r| ≤ ½ ln 2: the n goes into the exponent's bits, e^r is a polynomial (Cephes' expf).
template <int Bytes>
LEPTON_INLINE void exponentials(float* values, float const* shift, float* sums, std::size_t size) {
  using V = Vector<Bytes>;
  using F = typename V::Floats;
  for (std::size_t i = 0; i < size; i += V::size) {
    F x = *reinterpret_cast<typename V::Unaligned const*>(values + i) -
          *reinterpret_cast<typename V::Unaligned const*>(shift + i);
    auto const vanishes = x < -87.0f;
    x = vanishes ? F{} - 87.0f : x;
    x = x > 88.0f ? F{} + 88.0f : x;
    F const power = x * 1.44269504088896341f;
    auto const n = __builtin_convertvector(power + (power < 0.0f ? F{} - 0.5f : F{} + 0.5f), typename V::Ints);
    F const whole = __builtin_convertvector(n, F);
    F const r = x - whole * 0.693359375f + whole * 2.12194440e-4f;
    F p = F{} + 1.9875691500e-4f;
    p = p * r + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    p = p * r * r + r + 1.0f;
    typename V::Ints const bits = (n + 127) << 23;
    F scale;
    std::memcpy(&scale, &bits, sizeof(scale));
    F const result = vanishes ? F{} : p * scale;
    *reinterpret_cast<typename V::Unaligned*>(values + i) = result;
    *reinterpret_cast<typename V::Unaligned*>(sums + i) += result;
  }
}

/// 1/√x begins with half of the exponent, taken from the bits, and doubles its digits in each of Newton's steps.
template <int Bytes>
LEPTON_INLINE void adagrad(float* values, float* squares, float const* gradient, float rate, std::size_t size) {
  using V = Vector<Bytes>;
  using F = typename V::Floats;
  for (std::size_t i = 0; i < size; i += V::size) {
    F const g = *reinterpret_cast<typename V::Unaligned const*>(gradient + i);
    F const square = *reinterpret_cast<typename V::Unaligned const*>(squares + i) + g * g;
    typename V::Ints bits;
    std::memcpy(&bits, &square, sizeof(bits));
    bits = 0x5F3759DF - (bits >> 1);
    F inverse;
    std::memcpy(&inverse, &bits, sizeof(inverse));
    for (int step = 0; step < 3; ++step) inverse = inverse * (1.5f - 0.5f * square * inverse * inverse);
    *reinterpret_cast<typename V::Unaligned*>(squares + i) = square;
    *reinterpret_cast<typename V::Unaligned*>(values + i) -= rate * g * inverse;
  }
}

using Multiply = void (*)(std::size_t, std::size_t, std::size_t, StridedMatrix, RowsIn, RowsOut);
using Exponentials = void (*)(float*, float const*, float*, std::size_t);
using Adagrad = void (*)(float*, float*, float const*, float, std::size_t);

void multiply_baseline(std::size_t rows, std::size_t columns, std::size_t depth, StridedMatrix left, RowsIn right,
                       RowsOut out) {
  multiply<16, 6>(rows, columns, depth, left, right, out);
}
void exponentials_baseline(float* values, float const* shift, float* sums, std::size_t size) {
  exponentials<16>(values, shift, sums, size);
}
void adagrad_baseline(float* values, float* squares, float const* gradient, float rate, std::size_t size) {
  adagrad<16>(values, squares, gradient, rate, size);
}

struct Unit {
  std::string_view name;
  Multiply multiply;
  Exponentials exponentials;
  Adagrad adagrad;
};

#if defined(__x86_64__)
[[gnu::target("avx2,fma")]] void multiply_avx2(std::size_t rows, std::size_t columns, std::size_t depth,
                                               StridedMatrix left, RowsIn right, RowsOut out) {
  multiply<32, 6>(rows, columns, depth, left, right, out);
}
[[gnu::target("avx2,fma")]] void exponentials_avx2(float* values, float const* shift, float* sums, std::size_t size) {
  exponentials<32>(values, shift, sums, size);
}
[[gnu::target("avx2,fma")]] void adagrad_avx2(float* values, float* squares, float const* gradient, float rate,
                                              std::size_t size) {
  adagrad<32>(values, squares, gradient, rate, size);
}
[[gnu::target("avx512f,avx512dq,fma")]] void multiply_avx512(std::size_t rows, std::size_t columns, std::size_t depth,
                                                             StridedMatrix left, RowsIn right, RowsOut out) {
  multiply<64, 12>(rows, columns, depth, left, right, out);
}
[[gnu::target("avx512f,avx512dq,fma")]] void exponentials_avx512(float* values, float const* shift, float* sums,
                                                                 std::size_t size) {
  exponentials<64>(values, shift, sums, size);
}
[[gnu::target("avx512f,avx512dq,fma")]] void adagrad_avx512(float* values, float* squares, float const* gradient,
                                                            float rate, std::size_t size) {
  adagrad<64>(values, squares, gradient, rate, size);
}

Unit choose() {
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq"))
    return {"avx512", multiply_avx512, exponentials_avx512, adagrad_avx512};
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
    return {"avx2", multiply_avx2, exponentials_avx2, adagrad_avx2};
  return {"baseline", multiply_baseline, exponentials_baseline, adagrad_baseline};
}
#else
Unit choose() {
  return {"baseline", multiply_baseline, exponentials_baseline, adagrad_baseline};
}
#endif

Unit const& unit() {
  static Unit const chosen = choose();
  return chosen;
}

}  // namespace

void add_product(std::size_t rows, std::size_t columns, std::size_t depth, StridedMatrix left, RowsIn right,
                 RowsOut out) {
  if (rows == 0 || columns == 0 || depth == 0) return;  // pointers to nothing may be null
  unit().multiply(rows, columns, depth, left, right, out);
}

void exp_and_add(float* values, float const* shift, float* sums, std::size_t size) {
  unit().exponentials(values, shift, sums, size);
}

void adagrad_step(float* values, float* squares, float const* gradient, float rate, std::size_t size) {
  unit().adagrad(values, squares, gradient, rate, size);
}

std::string_view vector_unit() {
  return unit().name;
}

}  // namespace lepton::embed
