#include "rdf/store/column_codec.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace lepton::rdf {
namespace {

std::vector<TermId> back(std::string encoded, std::size_t count) {
  std::size_t const bytes = encoded.size();
  encoded.append(8, '\xff');
  std::vector<TermId> values(count);
  EXPECT_TRUE(decode_column(encoded.data(), bytes, count, values.data()));
  return values;
}

std::size_t expect_round_trip(std::vector<TermId> const& values) {
  std::string encoded;
  encode_column(values, encoded);
  EXPECT_EQ(back(encoded, values.size()), values);
  return encoded.size();
}

TEST(ColumnCodec, GivesBackRandomColumnsOfEveryWidth) {
  std::mt19937_64 random(7);
  for (unsigned width = 0; width <= 60; ++width) {
    for (std::size_t const count : {1U, 2U, 127U, 128U, 129U, 1000U, 1024U}) {
      for (std::uint64_t const kinds : {1U, 2U, 15U}) {
        std::vector<TermId> values;
        for (std::size_t i = 0; i < count; ++i)
          values.push_back(
              TermId::of(static_cast<IdKind>(random() % kinds), width == 0 ? 0 : random() >> (64 - width)));
        expect_round_trip(values);
        std::sort(values.begin(), values.end());
        expect_round_trip(values);
      }
    }
  }
}

TEST(ColumnCodec, SpendsLittleOnConstantAndAscendingColumns) {
  std::vector<TermId> values(1024, TermId::of(IdKind::iri, 123456));
  EXPECT_LE(expect_round_trip(values), 8U);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = TermId::of(IdKind::iri, 5'000'000 + 3 * i);
  EXPECT_LE(expect_round_trip(values), 1024U * 3 / 8 + 60);
}

TEST(ColumnCodec, RefusesBytesItDidNotWrite) {
  std::mt19937_64 random(11);
  std::vector<TermId> values(1024);
  for (int i = 0; i < 20000; ++i) {
    std::string bytes(random() % 60, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    std::size_t const size = bytes.size();
    bytes.append(8, '\0');
    static_cast<void>(decode_column(bytes.data(), size, 1 + random() % 1024, values.data()));  // must not read outside
  }
}

}  // namespace
}  // namespace lepton::rdf
