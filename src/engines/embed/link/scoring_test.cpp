#include "embed/link/scoring.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

namespace lepton::embed {
namespace {

constexpr std::size_t size = 8;
using Vector = std::vector<float>;

Vector random_vector(unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<float> value(-1, 1);
  Vector out(size);
  for (auto& v : out) v = value(random);
  return out;
}

double product(Vector const& a, Vector const& b) {
  double sum = 0;
  for (std::size_t k = 0; k < size; ++k) sum += static_cast<double>(a[k]) * b[k];
  return sum;
}

double difference(Vector const& a, Vector const& b) {
  double sum = 0;
  for (std::size_t k = 0; k < size; ++k) sum += std::pow(static_cast<double>(a[k]) - b[k], 2);
  return sum;
}

Vector query(Scoring scoring, Vector const& source, Vector const& relation, bool inverse) {
  Vector out(size);
  make_query(scoring, size, source.data(), relation.data(), inverse, out.data());
  return out;
}

class EveryScoring : public testing::TestWithParam<Scoring> {};

/// (h, r, ?) asked about t and (?, r, t) asked about h are the same statement.
TEST_P(EveryScoring, BothQuestionsGiveTheSameScore) {
  auto const h = random_vector(1), r = random_vector(2), t = random_vector(3);
  auto const forward = query(GetParam(), h, r, false), backward = query(GetParam(), t, r, true);
  if (is_distance(GetParam()))
    EXPECT_NEAR(difference(forward, t), difference(backward, h), 1e-5);
  else
    EXPECT_NEAR(product(forward, t), product(backward, h), 1e-5);
}

TEST_P(EveryScoring, GradientsAreThoseOfSmallChanges) {
  auto const weights = random_vector(9);
  for (bool const inverse : {false, true}) {
    auto source = random_vector(4), relation = random_vector(5);
    Vector of_source(size), of_relation(size);
    query_gradient(GetParam(), size, source.data(), relation.data(), inverse, weights.data(), of_source.data(),
                   of_relation.data());
    for (auto* const part : {&source, &relation}) {
      auto const& gradient = part == &source ? of_source : of_relation;
      for (std::size_t k = 0; k < size; ++k) {
        float const before = (*part)[k];
        (*part)[k] = before + 1e-3f;
        double const up = product(weights, query(GetParam(), source, relation, inverse));
        (*part)[k] = before - 1e-3f;
        double const down = product(weights, query(GetParam(), source, relation, inverse));
        (*part)[k] = before;
        EXPECT_NEAR(gradient[k], (up - down) / 2e-3, 2e-3) << k << (inverse ? " inverse" : "");
      }
    }
  }
}

TEST_P(EveryScoring, PairsPredictRelations) {
  if (is_distance(GetParam())) return;
  auto h = random_vector(1), t = random_vector(3);
  auto const r = random_vector(2);
  Vector pair(size), of_head(size), of_tail(size);
  make_pair(GetParam(), size, h.data(), t.data(), pair.data());
  EXPECT_NEAR(product(pair, r), product(query(GetParam(), h, r, false), t), 1e-5);
  pair_gradient(GetParam(), size, h.data(), t.data(), r.data(), of_head.data(), of_tail.data());
  for (auto* const part : {&h, &t})
    for (std::size_t k = 0; k < size; ++k) {
      float const before = (*part)[k];
      (*part)[k] = before + 1e-3f;
      double const up = product(query(GetParam(), h, r, false), t);
      (*part)[k] = before - 1e-3f;
      double const down = product(query(GetParam(), h, r, false), t);
      (*part)[k] = before;
      EXPECT_NEAR((part == &h ? of_head : of_tail)[k], (up - down) / 2e-3, 2e-3) << k;
    }
}

INSTANTIATE_TEST_SUITE_P(All, EveryScoring,
                         testing::Values(Scoring::transe, Scoring::distmult, Scoring::complex, Scoring::rotate),
                         [](auto const& param) { return std::string(enum_name(param.param)); });

}  // namespace
}  // namespace lepton::embed
