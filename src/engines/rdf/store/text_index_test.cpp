#include "rdf/store/text_index.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <thread>

#include "base/error.h"
#include "base/file.h"
#include "rdf/store/memory_terms.h"
#include "rdf/store/store.h"

namespace lepton::rdf {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Numbers = std::vector<std::uint64_t>;

class TextIndexTest : public testing::Test {
 protected:
  std::shared_ptr<MemoryTerms> terms(std::uint64_t first, std::vector<std::string> const& texts) {
    auto table = std::make_shared<MemoryTerms>(first);
    std::string buffer;
    for (auto const& text : texts)
      table->add(*make_key(language_view(text, "en"), buffer, [](std::string_view) { return std::nullopt; }));
    return table;
  }

  std::shared_ptr<TextIndex const> index(std::uint64_t first, std::vector<std::string> const& texts,
                                         std::size_t memory = 16 << 20) {
    return write_text_index(call_, {terms(first, texts)}, first, memory, next_path());
  }

  std::filesystem::path next_path() { return directory_.path() / std::to_string(files_++); }

  std::optional<Numbers> find(TextIndex const& index, std::vector<text::KeyPattern> const& patterns) {
    return index.find(call_, {patterns, 1000});
  }

  TemporaryDirectory directory_;
  int files_ = 0;
  SystemClock clock_;
  Call call_ = system_call(clock_);
};

/// Texts of random words: number → words. Each word is in about one text of thirty.
std::vector<std::string> random_texts(std::uint64_t seed, std::size_t count) {
  std::mt19937_64 random(seed);
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < count; ++i) {
    std::string text = "t" + std::to_string(i);
    for (int n = 0; n < 6; ++n) {
      std::uint64_t const word = random() % 200;
      text += word % 3 == 0 ? " 词" + std::to_string(word) : " w" + std::to_string(word);
    }
    texts.push_back(text);
  }
  return texts;
}

/// By looking at every key of every text.
Numbers scanned(std::vector<std::string> const& texts, std::uint64_t first, text::KeyPattern const& pattern) {
  Numbers found;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    bool fits = false;
    text::index_keys(texts[i], [&](std::string_view key) { fits = fits || pattern.fits(key); });
    if (fits) found.push_back(first + i);
  }
  return found;
}

TEST_F(TextIndexTest, FindsWhatAScanFinds) {
  auto const texts = random_texts(1, 1000);
  auto const found = index(7, texts);
  EXPECT_EQ(found->first(), 7U);
  EXPECT_EQ(found->count(), 1000U);
  for (int i = 0; i < 200; i += 3) {
    for (text::KeyPattern const& pattern :
         {text::KeyPattern{"w" + std::to_string(i)}, text::KeyPattern{"w" + std::to_string(i), false, true},
          text::KeyPattern{std::to_string(i), true, false}, text::KeyPattern{std::to_string(i), true, true},
          text::KeyPattern{"词", false, i % 2 == 0}}) {
      auto const expected = scanned(texts, 7, pattern);
      auto const numbers = find(*found, {pattern});
      if (expected.size() * 4 < texts.size()) {
        ASSERT_TRUE(numbers.has_value()) << pattern.key;
      }
      if (numbers) {
        ASSERT_EQ(*numbers, expected) << pattern.key;
      }
    }
  }
}

TEST_F(TextIndexTest, EveryPatternMustFit) {
  auto const found = index(0, {"credit card", "card credit default", "default", "x", "y", "z"});
  EXPECT_EQ(find(*found, {{"credit"}, {"default"}}), Numbers{1});
  EXPECT_THAT(*find(*found, {{"credit"}, {"z"}}), IsEmpty());
  EXPECT_EQ(find(*found, {{"ard", true, false}, {"default"}}), (Numbers{1, 2})) << "few are not made fewer by a walk";
  EXPECT_EQ(find(*found, {}), std::nullopt);
}

TEST_F(TextIndexTest, WhatMostTextsHaveTellsNothing) {
  auto const found = index(0, {"the a", "the b", "the c", "d"});
  EXPECT_EQ(find(*found, {{"the"}}), std::nullopt);
  EXPECT_EQ(find(*found, {{"the"}, {"b"}}), Numbers{1});
}

TEST_F(TextIndexTest, PiecesAreBoundedByMemoryAndMergedIntoTheSame) {
  auto const texts = random_texts(2, 500);
  auto const table = terms(0, texts);
  std::vector<std::shared_ptr<TextIndex const>> pieces;
  for (std::uint64_t first = 0; first < texts.size(); first += pieces.back()->count())
    pieces.push_back(write_text_index(call_, {table}, first, 8000, next_path()));
  EXPECT_GT(pieces.size(), 4U);
  auto const merged = merge_text_indexes(call_, pieces, next_path());
  auto const whole = index(0, texts);
  EXPECT_EQ(read_file(merged->file().path()), read_file(whole->file().path()));
}

class IndexedStoreTest : public testing::Test {
 protected:
  void open() {
    store_.reset();
    store_ = Store::open(path_, {.memory_limit = std::size_t{1} << 20});
  }
  void add(std::uint64_t first, std::uint64_t count) {
    Transaction transaction = store_->begin(call_);
    for (std::uint64_t i = first; i < first + count; ++i)
      transaction.insert({iri_view("x:s"), iri_view("x:p"), literal_view("text number " + std::to_string(i)), {}});
    transaction.commit();
  }
  /// Payloads of what may hold the word.
  std::optional<TextCandidates> find(std::string const& word) {
    return store_->dictionary().texts_with(call_, std::vector<text::KeyPattern>{{word}}, 1'000'000);
  }
  std::size_t files() {
    std::size_t count = 0;
    for (auto const& entry : std::filesystem::directory_iterator(path_))
      count += entry.path().filename().string().starts_with("texts-") ? 1 : 0;
    return count;
  }

  TemporaryDirectory directory_;
  std::filesystem::path const path_ = directory_.path() / "graph";
  SystemClock clock_;
  Call call_ = system_call(clock_);
  std::unique_ptr<Store> store_;
};

TEST_F(IndexedStoreTest, AnIndexStaysAndGrowsWithTheStore) {
  open();
  add(0, 300);
  EXPECT_EQ(find("17"), std::nullopt);
  EXPECT_EQ(files(), 0U) << "nobody who does not search pays for it";
  store_->index_texts(call_);
  ASSERT_TRUE(find("17"));
  EXPECT_EQ(store_->dictionary().term(find("17")->ids.at(0)).value, "text number 17");
  EXPECT_EQ(find("text"), std::nullopt);
  add(300, 50);
  EXPECT_EQ(find("17")->indexed, 300U);
  EXPECT_EQ(find("17")->literals, 350U);
  EXPECT_FALSE(find("17")->excludes(*store_->dictionary().find(literal_view("text number 320"))));
  EXPECT_TRUE(find("17")->excludes(*store_->dictionary().find(literal_view("text number 20"))));
  open();
  EXPECT_EQ(find("17")->indexed, 300U);
  store_->compact(call_);
  EXPECT_EQ(find("17")->indexed, 350U);
  store_->index_texts(call_);
  EXPECT_EQ(find("320")->ids.size(), 1U);
  EXPECT_GT(store_->figures().text_index_bytes, 0U);
}

TEST_F(IndexedStoreTest, SmallIndexesAreMerged) {
  open();
  for (std::uint64_t i = 0; i < 20; ++i) {
    add(i * 10, 10);
    store_->index_texts(call_);
  }
  EXPECT_LE(files(), 5U);
  for (std::uint64_t i = 0; i < 200; i += 7) ASSERT_EQ(find(std::to_string(i))->ids.size(), 1U) << i;
  open();
  for (std::uint64_t i = 0; i < 200; i += 7) ASSERT_EQ(find(std::to_string(i))->ids.size(), 1U) << i;
}

TEST_F(IndexedStoreTest, IsMadeByItselfOnceSomebodySearches) {
  open();
  add(0, 3 * LiteralIndex::least);
  store_->compact(call_);
  auto const few_are_left = [&] {
    auto const found = find("17");
    return found && found->literals - found->indexed < LiteralIndex::least;
  };
  while (!few_are_left()) std::this_thread::yield();
  EXPECT_EQ(find("17")->ids.size(), 1U);
}

TEST_F(IndexedStoreTest, IsMadeAgainWhereItIsDamagedOrMissing) {
  open();
  add(0, 3000);
  store_->index_texts(call_);
  std::string name;
  for (auto const& entry : std::filesystem::directory_iterator(path_))
    if (entry.path().filename().string().starts_with("texts-")) name = entry.path();
  std::string const sound = read_file(name);
  std::mt19937_64 random(4);
  for (int i = 0; i < 40; ++i) {
    std::string damaged = sound;
    damaged[random() % damaged.size()] ^= static_cast<char>(1 << random() % 8);
    store_.reset();
    write_file_atomically(name, i % 10 == 0 ? sound.substr(0, random() % sound.size()) : damaged);
    open();
    auto const found = find(std::to_string(i));
    if (found) {
      ASSERT_FALSE(found->excludes(*store_->dictionary().find(literal_view("text number " + std::to_string(i)))));
    }
    store_.reset();
    write_file_atomically(name, sound);
  }
  std::filesystem::remove(name);
  open();
  EXPECT_EQ(find("17"), std::nullopt);
  store_->index_texts(call_);
  EXPECT_EQ(find("17")->ids.size(), 1U);
  open();
  EXPECT_EQ(find("17")->ids.size(), 1U);
}

TEST_F(IndexedStoreTest, ABackupIsAStoreWithoutOne) {
  open();
  add(0, 100);
  store_->index_texts(call_);
  store_->backup(call_, directory_.path() / "copy");
  auto const copy = Store::open(directory_.path() / "copy");
  EXPECT_EQ(copy->snapshot().count({}), 100U);
  EXPECT_EQ(copy->figures().text_index_bytes, 0U);
}

}  // namespace
}  // namespace lepton::rdf
