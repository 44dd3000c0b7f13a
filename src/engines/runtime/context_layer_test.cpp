#include "runtime/context_layer.h"

#include <gmock/gmock.h>

#include <array>

namespace lepton::runtime {
namespace {

using testing::ElementsAre;

constexpr ContextShape small{.vector = 1, .units = 2, .width = 3};

/// All weights 0 but those that are set.
class Weights {
 public:
  Weights& input(std::size_t input, std::size_t unit, float value) {
    values_[input * small.units + unit] = value;
    return *this;
  }
  Weights& output(std::size_t unit, std::size_t score, float value) {
    values_[small.inputs() * small.units + unit * small.width + score] = value;
    return *this;
  }
  [[nodiscard]] std::span<float const> values() const { return values_; }

 private:
  std::vector<float> values_ = std::vector<float>(small.weights(), 0.0F);
};

TEST(ContextLayer, AddsUpPlacesListsAndTheDocument) {
  Weights weights;
  weights
      .input(2 * small.word(), 0, 2)        // the word itself
      .input(3 * small.word(), 0, 10)       // the word after
      .input(small.lists_at() + 5, 0, 100)  // a name of list 5
      .input(small.topic_at(), 0, 1000)     // the document
      .input(small.bias_at(), 0, 0.5F)      //
      .output(0, 1, 1)
      .output(0, 2, -1);
  ContextLayer const layer(small, weights.values());
  std::vector<float> const word{3, 0}, other{7, 0}, topic{1};
  auto const here = layer.of_word(word), after = layer.of_word(other), document = layer.of_document(topic);
  EXPECT_EQ(here.size(), ContextShape::places * small.units);
  EXPECT_THAT(document, ElementsAre(1000.5F, 0));
  std::array<float const*, 5> const words{here.data(), here.data(), here.data(), after.data(), here.data()};
  std::vector<float> scores{0, 1, 0};
  layer.add_scores(document, words, std::uint64_t{1} << 5, scores);
  EXPECT_THAT(scores, ElementsAre(0, 1 + 1000.5F + 6 + 70 + 100, -(1000.5F + 6 + 70 + 100)));
}

TEST(ContextLayer, UnitsBelowZeroSayNothing) {
  Weights weights;
  weights.input(small.bias_at(), 0, -1).input(small.bias_at(), 1, 2).output(0, 0, 5).output(1, 1, 5);
  ContextLayer const layer(small, weights.values());
  std::vector<float> const nothing(small.word(), 0.0F), topic{0};
  auto const word = layer.of_word(nothing), document = layer.of_document(topic);
  std::array<float const*, 5> words{};
  words.fill(word.data());
  std::vector<float> scores(3, 0.0F);
  layer.add_scores(document, words, 0, scores);
  EXPECT_THAT(scores, ElementsAre(0, 10, 0));
}

}  // namespace
}  // namespace lepton::runtime
