#include "sparql_protocol/answer_cache.h"

#include <gtest/gtest.h>

namespace lepton::sparql_protocol {
namespace {

TEST(AnswerCacheTest, ForgetsWhatWasAskedForLongestAgo) {
  AnswerCache cache(10, 6);
  cache.put("a", {"aaaa", 1});
  cache.put("b", {"bbbb", 2});
  ASSERT_NE(cache.find("a"), nullptr);
  EXPECT_EQ(cache.find("a")->rows, 1u);
  cache.put("c", {"cccc", 3});
  EXPECT_EQ(cache.find("b"), nullptr);
  ASSERT_NE(cache.find("a"), nullptr);
  EXPECT_EQ(cache.find("a")->body, "aaaa");
  EXPECT_NE(cache.find("c"), nullptr);
}

TEST(AnswerCacheTest, TakesNothingLarge) {
  AnswerCache cache(10, 6);
  EXPECT_FALSE(cache.takes(7));
  cache.put("large", {"1234567", 1});
  EXPECT_EQ(cache.find("large"), nullptr);
}

}  // namespace
}  // namespace lepton::sparql_protocol
