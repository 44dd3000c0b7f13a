#include "retrieval/vector_list.h"

#include <gmock/gmock.h>

#include <cmath>

#include "retrieval/retrieval_testing.h"
#include "retrieval/term_vectors.h"

namespace lepton::retrieval {
namespace {

constexpr std::size_t components = 24;

std::vector<float> drawn_vector(Draw& draw, std::vector<float> const& around, float spread) {
  auto out = around;
  for (float& value : out) value += spread * (static_cast<float>(draw.number(2001)) / 1000.0F - 1.0F);
  return out;
}

/// Vectors around some centres, as texts about some topics are.
struct Topics {
  explicit Topics(std::size_t count) {
    for (int i = 0; i < 40; ++i) centres.push_back(drawn_vector(draw, std::vector<float>(components, 0.0F), 1));
    for (std::size_t i = 0; i < count; ++i) vectors.push_back(drawn_vector(draw, centres[draw.number(40)], 0.7F));
  }

  [[nodiscard]] VectorList list(std::size_t exact_up_to) {
    VectorListBuilder builder(components);
    for (auto const& vector : vectors) builder.add(vector);
    runtime::ModelFileWriter writer("test", 1);
    builder.write(a_call(), writer, "s", exact_up_to);
    files.push_back(runtime::ModelFile::parse(writer.finish(), "test", 1));
    return {files.back(), "s", vectors.size(), components};
  }

  Draw draw{9};
  std::vector<std::vector<float>> centres, vectors;
  std::vector<runtime::ModelFile> files;
};

double exact_cosine(std::vector<float> a, std::vector<float> b) {
  make_unit(a);
  make_unit(b);
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += static_cast<double>(a[i]) * b[i];
  return sum;
}

TEST(VectorList, CosinesAreGoodToAPercent) {
  Topics topics(200);
  auto const list = topics.list(1000);
  EXPECT_TRUE(list.exact());
  for (std::uint32_t i = 0; i < 200; ++i)
    EXPECT_NEAR(list.cosine(quantise(topics.centres[0]), i), exact_cosine(topics.centres[0], topics.vectors[i]), 0.01);
  auto const zero = quantise(std::vector<float>(components, 0.0F));
  EXPECT_TRUE(list.nearest(zero, 5, std::vector<std::uint8_t>(200, 0)).empty());
}

TEST(VectorList, ProductsAreThoseOfTheDefinitionForEveryLength) {
  Draw draw(3);
  for (std::size_t const size : {1u, 7u, 24u, 64u, 128u, 200u}) {
    std::vector<std::int8_t> a, rows;
    for (std::size_t i = 0; i < size; ++i) a.push_back(static_cast<std::int8_t>(draw.number(256)));
    for (std::size_t i = 0; i < 5 * size; ++i) rows.push_back(static_cast<std::int8_t>(draw.number(256)));
    std::array<std::int32_t, 5> out{};
    dots(a.data(), rows.data(), size, out.size(), out.data());
    for (std::size_t row = 0; row < out.size(); ++row) {
      std::int32_t right = 0;
      for (std::size_t i = 0; i < size; ++i) right += a[i] * rows[row * size + i];
      EXPECT_EQ(out[row], right) << size;
    }
  }
}

TEST(VectorList, WhatIsGoneIsNotFound) {
  Topics topics(50);
  auto const list = topics.list(1000);
  std::vector<std::uint8_t> gone(50, 0);
  auto const query = quantise(topics.vectors[17]);
  EXPECT_EQ(list.nearest(query, 1, gone).at(0).passage, 17u);
  gone[17] = 1;
  EXPECT_NE(list.nearest(query, 1, gone).at(0).passage, 17u);
}

TEST(VectorList, CellsFindMostOfWhatAnExactSearchFinds) {
  Topics topics(4000);
  auto const exact = topics.list(4000), cells = topics.list(3999);
  EXPECT_FALSE(cells.exact());
  std::vector<std::uint8_t> const gone(4000, 0);
  std::size_t common = 0, all = 0;
  for (int i = 0; i < 50; ++i) {
    auto const query = quantise(drawn_vector(topics.draw, topics.centres[topics.draw.number(40)], 0.7F));
    auto const right = exact.nearest(query, 10, gone);
    for (auto const& found : cells.nearest(query, 10, gone))
      common +=
          std::any_of(right.begin(), right.end(), [&](auto const& r) { return r.passage == found.passage; }) ? 1 : 0;
    all += right.size();
    auto const whole = cells.nearest(query, 10, gone, 1.0);
    ASSERT_EQ(whole.size(), right.size());
    for (std::size_t k = 0; k < right.size(); ++k) EXPECT_EQ(whole[k].passage, right[k].passage);
  }
  EXPECT_GE(static_cast<double>(common), 0.8 * static_cast<double>(all));
}

}  // namespace
}  // namespace lepton::retrieval
