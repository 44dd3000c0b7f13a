#include "rdf/store/hash64.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace lepton::rdf {
namespace {

TEST(Hash64, DependsOnEveryBitOfEveryLength) {
  for (std::size_t length = 0; length <= 100; ++length) {
    std::string text(length, 'x');
    std::set<std::uint64_t> upper_halves{hash64(text) >> 32};
    for (std::size_t i = 0; i < length; ++i) {
      for (int bit = 0; bit < 8; ++bit) {
        text[i] ^= static_cast<char>(1 << bit);
        upper_halves.insert(hash64(text) >> 32);
        text[i] ^= static_cast<char>(1 << bit);
      }
    }
    EXPECT_EQ(upper_halves.size(), length * 8 + 1) << length;
  }
}

TEST(Hash64, DependsOnTheSeed) {
  EXPECT_NE(hash64("text", 1), hash64("text", 2));
}

}  // namespace
}  // namespace lepton::rdf
