#include "embed/link/scoring.h"

#include <cmath>

#include "base/check.h"

namespace lepton::embed {
namespace {

/// Of factors that are complex numbers, real parts first: out = a·b, or a·conj(b).
void multiply(std::size_t half, float const* a, float const* b, bool conjugate, float* out) {
  float const sign = conjugate ? -1.0f : 1.0f;
  for (std::size_t k = 0; k < half; ++k) {
    float const re = a[k] * b[k] - sign * a[half + k] * b[half + k];
    float const im = sign * a[k] * b[half + k] + a[half + k] * b[k];
    out[k] = re;
    out[half + k] = im;
  }
}

/// The unit complex number of each angle.
struct Rotation {
  float cosine, sine;

  Rotation(float angle, bool inverse) : cosine(std::cos(angle)), sine(inverse ? -std::sin(angle) : std::sin(angle)) {}
};

}  // namespace

bool is_distance(Scoring scoring) {
  return scoring == Scoring::transe || scoring == Scoring::rotate;
}

void make_query(Scoring scoring, std::size_t size, float const* source, float const* relation, bool inverse,
                float* query) {
  std::size_t const half = size / 2;
  switch (scoring) {
    case Scoring::transe:
      for (std::size_t k = 0; k < size; ++k) query[k] = source[k] + (inverse ? -relation[k] : relation[k]);
      return;
    case Scoring::distmult:
      for (std::size_t k = 0; k < size; ++k) query[k] = source[k] * relation[k];
      return;
    case Scoring::complex:
      return multiply(half, source, relation, inverse, query);
    case Scoring::rotate:
      for (std::size_t k = 0; k < half; ++k) {
        Rotation const r(relation[k], inverse);
        float const re = source[k], im = source[half + k];
        query[k] = re * r.cosine - im * r.sine;
        query[half + k] = re * r.sine + im * r.cosine;
      }
      return;
  }
}

void query_gradient(Scoring scoring, std::size_t size, float const* source, float const* relation, bool inverse,
                    float const* gradient, float* of_source, float* of_relation) {
  std::size_t const half = size / 2;
  switch (scoring) {
    case Scoring::transe:
      for (std::size_t k = 0; k < size; ++k) {
        of_source[k] = gradient[k];
        of_relation[k] = inverse ? -gradient[k] : gradient[k];
      }
      return;
    case Scoring::distmult:
      for (std::size_t k = 0; k < size; ++k) {
        of_source[k] = gradient[k] * relation[k];
        of_relation[k] = gradient[k] * source[k];
      }
      return;
    case Scoring::complex:
      multiply(half, gradient, relation, !inverse, of_source);
      if (inverse) return multiply(half, source, gradient, true, of_relation);
      return multiply(half, gradient, source, true, of_relation);
    case Scoring::rotate:
      for (std::size_t k = 0; k < half; ++k) {
        Rotation const r(relation[k], inverse);
        float const re = source[k], im = source[half + k], g_re = gradient[k], g_im = gradient[half + k];
        of_source[k] = g_re * r.cosine + g_im * r.sine;
        of_source[half + k] = -g_re * r.sine + g_im * r.cosine;
        float const turn = g_re * (-re * r.sine - im * r.cosine) + g_im * (re * r.cosine - im * r.sine);
        of_relation[k] = inverse ? -turn : turn;
        of_relation[half + k] = 0;
      }
      return;
  }
}

void make_pair(Scoring scoring, std::size_t size, float const* head, float const* tail, float* pair) {
  check(!is_distance(scoring), "a pair's vector exists where the score is a product");
  if (scoring == Scoring::complex) return multiply(size / 2, tail, head, true, pair);
  for (std::size_t k = 0; k < size; ++k) pair[k] = head[k] * tail[k];
}

void pair_gradient(Scoring scoring, std::size_t size, float const* head, float const* tail, float const* gradient,
                   float* of_head, float* of_tail) {
  check(!is_distance(scoring), "a pair's vector exists where the score is a product");
  if (scoring == Scoring::complex) {
    multiply(size / 2, tail, gradient, true, of_head);
    return multiply(size / 2, gradient, head, false, of_tail);
  }
  for (std::size_t k = 0; k < size; ++k) {
    of_head[k] = gradient[k] * tail[k];
    of_tail[k] = gradient[k] * head[k];
  }
}

}  // namespace lepton::embed
