#include "text/vocabulary.h"

#include <gtest/gtest.h>

#include "text/hash.h"
#include "text/hashed_table.h"

namespace lepton::text {
namespace {

TEST(Vocabulary, NumbersCountsAndTheFrequentOnes) {
  Vocabulary words;
  EXPECT_EQ(words.add("b"), 0u);
  EXPECT_EQ(words.add("a", 2), 1u);
  EXPECT_EQ(words.add("b"), 0u);
  words.add("c");
  EXPECT_EQ(words.find("x"), Vocabulary::absent);
  auto const kept = words.frequent(2);
  ASSERT_EQ(kept.size(), 2u);
  EXPECT_EQ(kept.word(0), "a");  // as frequent as b, before it in bytes
  EXPECT_EQ(kept.count(1), 2u);
  EXPECT_EQ(words.frequent(1, 1).size(), 1u);
}

TEST(Vocabulary, SurvivesBeingMoved) {
  Vocabulary words;
  for (int i = 0; i < 1000; ++i) words.add(fmt::format("w{}", i));
  Vocabulary const moved = std::move(words);
  EXPECT_EQ(moved.find("w999"), 999u);
  EXPECT_EQ(moved.word(5), "w5");
}

TEST(HashedTable, FindsWhatWasStored) {
  std::vector<std::pair<std::uint64_t, std::uint32_t>> entries;
  for (std::uint32_t i = 0; i < 100000; ++i) entries.emplace_back(hash64(fmt::format("{}", i)), i);
  auto const slots = HashedTable<std::uint32_t>::build(entries);
  HashedTable<std::uint32_t> const table(slots);
  for (auto const& [hash, value] : entries) {
    ASSERT_NE(table.find(hash), nullptr);
    ASSERT_EQ(*table.find(hash), value);
  }
  int found = 0;
  for (int i = 0; i < 100000; ++i) found += table.find(hash64(fmt::format("x{}", i))) != nullptr;
  EXPECT_LE(found, 1);
  EXPECT_EQ(HashedTable<std::uint32_t>().find(1), nullptr);
}

TEST(HashedTable, ADamagedTableWithoutAFreeSlotEndsTheWalk) {
  std::vector<HashedTable<std::uint32_t>::Slot> full(8, {1, 1});
  EXPECT_EQ(HashedTable<std::uint32_t>(full).find(0xFFFFFFFF00000000u), nullptr);
}

/// Changing any bit of a key changes about half of the hash: models rely on no pattern of keys colliding.
TEST(Hash, EveryBitCounts) {
  std::string key = "feature 0123456789";
  auto const before = hash64(key);
  double flips = 0;
  for (std::size_t bit = 0; bit < key.size() * 8; ++bit) {
    key[bit / 8] = static_cast<char>(key[bit / 8] ^ (1 << bit % 8));
    flips += std::popcount(before ^ hash64(key));
    key[bit / 8] = static_cast<char>(key[bit / 8] ^ (1 << bit % 8));
  }
  EXPECT_NEAR(flips / static_cast<double>(key.size() * 8), 32, 1.5);
  EXPECT_NE(hash64(""), hash64(std::string_view("\0", 1)));
  EXPECT_NE(combine(1, 2), combine(2, 1));
}

}  // namespace
}  // namespace lepton::text
