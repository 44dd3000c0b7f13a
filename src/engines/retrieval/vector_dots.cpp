// Products of vectors of eight bits, the same code for each width of the processor's vectors. Sums are exact, so that
// all give the same.
#include "retrieval/vector_list.h"

namespace lepton::retrieval {
namespace {

[[gnu::always_inline]] inline void dots_inline(std::int8_t const* a, std::int8_t const* rows, std::size_t size,
                                               std::size_t count, std::int32_t* out) {
  for (std::size_t row = 0; row < count; ++row) {
    std::int8_t const* const b = rows + row * size;
    std::int32_t sum = 0;
    for (std::size_t i = 0; i < size; ++i) sum += static_cast<std::int16_t>(a[i]) * static_cast<std::int16_t>(b[i]);
    out[row] = sum;
  }
}

using Dots = void (*)(std::int8_t const*, std::int8_t const*, std::size_t, std::size_t, std::int32_t*);

void dots_baseline(std::int8_t const* a, std::int8_t const* rows, std::size_t size, std::size_t count,
                   std::int32_t* out) {
  dots_inline(a, rows, size, count, out);
}

#if defined(__x86_64__)
[[gnu::target("avx2")]] void dots_avx2(std::int8_t const* a, std::int8_t const* rows, std::size_t size,
                                       std::size_t count, std::int32_t* out) {
  dots_inline(a, rows, size, count, out);
}
[[gnu::target("avx512f,avx512bw,avx512vl,prefer-vector-width=512")]] void dots_avx512(
    std::int8_t const* a, std::int8_t const* rows, std::size_t size, std::size_t count, std::int32_t* out) {
  dots_inline(a, rows, size, count, out);
}

Dots choose() {
  if (__builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl")) return dots_avx512;
  return __builtin_cpu_supports("avx2") ? dots_avx2 : dots_baseline;
}
#else
Dots choose() {
  return dots_baseline;
}
#endif

}  // namespace

void dots(std::int8_t const* a, std::int8_t const* rows, std::size_t size, std::size_t count, std::int32_t* out) {
  static Dots const chosen = choose();
  chosen(a, rows, size, count, out);
}

}  // namespace lepton::retrieval
