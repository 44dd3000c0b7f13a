#include <gtest/gtest.h>

#include <fstream>

#include "base/error.h"
#include "base/file.h"
#include "rdf/store/store.h"
#include "rdf/store/store_model.h"

namespace lepton::rdf {
namespace {

class StoreDamageTest : public testing::Test {
 protected:
  void commit(Store& store, std::int64_t number) {
    Transaction transaction = store.begin(call_);
    std::string const subject = "x:subject/" + std::to_string(number);
    transaction.insert({iri_view(subject), iri_view("x:p"), literal_view("a string that is not short"), {}});
    transaction.insert({iri_view(subject), iri_view("x:q"), iri_view("x:o"), {}});
    transaction.commit();
  }

  void put_file(std::filesystem::path const& path, std::string const& bytes) {
    std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
  }

  TemporaryDirectory directory_;
  std::filesystem::path const store_path_ = directory_.path() / "graph";
  SystemClock clock_;
  Call call_ = system_call(clock_);
};

TEST_F(StoreDamageTest, KeepsWholeCommitsOfALogThatWasCutAnywhere) {
  {
    auto const store = Store::open(store_path_);
    for (std::int64_t i = 0; i < 4; ++i) commit(*store, i);
  }
  auto const log = store_path_ / "log-1";
  std::string const whole = read_file(log);
  std::uint64_t last = 0;
  for (std::size_t size = 0; size <= whole.size(); size += 3) {
    put_file(log, whole.substr(0, size));
    {
      auto const store = Store::open(store_path_);
      std::uint64_t const version = store->snapshot().version();
      ASSERT_EQ(store->snapshot().count({}), 2 * version);
      ASSERT_GE(version, last);
      last = version;
      commit(*store, 100);  // goes on where the sound part ends
    }
    ASSERT_EQ(Store::open(store_path_)->snapshot().count({}), 2 * last + 2);
  }
  EXPECT_EQ(last, 4U - (whole.size() % 3 == 0 ? 0 : 1));
}

TEST_F(StoreDamageTest, RefusesALogThatIsDamagedBeforeItsLastCommit) {
  {
    auto const store = Store::open(store_path_);
    for (std::int64_t i = 0; i < 4; ++i) commit(*store, i);
  }
  auto const log = store_path_ / "log-1";
  std::string const whole = read_file(log);
  for (std::size_t place = 0; place < whole.size() / 2; place += 5) {
    std::string damaged = whole;
    damaged[place] ^= 4;
    put_file(log, damaged);
    try {
      auto const store = Store::open(store_path_);
      FAIL() << "opened with byte " << place << " changed";
    } catch (Error const& error) {
      ASSERT_EQ(error.code(), Code::unavailable);
      ASSERT_NE(std::string(error.what()).find("log-1"), std::string::npos);
    }
  }
}

TEST_F(StoreDamageTest, NeverAnswersWronglyFromFilesWithAFlippedBit) {
  QuadGenerator generator(3);
  {
    auto const store = Store::open(store_path_);
    for (std::int64_t i = 0; i < 200; ++i) commit(*store, i);
    store->compact(call_);
  }
  std::vector<std::filesystem::path> files;
  for (auto const& entry : std::filesystem::directory_iterator(store_path_))
    if (entry.path().filename() != "lock" && entry.file_size() > 0) files.push_back(entry.path());
  std::size_t refused = 0;
  for (int i = 0; i < 150; ++i) {
    auto const& file = files[generator.below(files.size())];
    std::string const sound = read_file(file);
    std::string damaged = sound;
    damaged[generator.below(damaged.size())] ^= static_cast<char>(1 << generator.below(8));
    put_file(file, damaged);
    try {
      auto const store = Store::open(store_path_);
      std::set<std::string> subjects;
      for (Scan scan = store->snapshot().scan({}, Order::spo); scan.next();)
        for (TermId const subject : scan.block().column(Part::subject))
          subjects.insert(store->dictionary().term(subject).value);
      ASSERT_EQ(subjects.size(), 200U);
      ASSERT_TRUE(store->dictionary().find(iri_view("x:subject/77")).has_value());
    } catch (Error const& error) {
      ++refused;
      ASSERT_EQ(error.code(), Code::unavailable) << error.what();
    }
    put_file(file, sound);
  }
  EXPECT_GT(refused, 0U);
}

TEST_F(StoreDamageTest, SaysWhichFileIsMissing) {
  {
    auto const store = Store::open(store_path_);
    commit(*store, 1);
    store->compact(call_);
  }
  for (auto const& entry : std::filesystem::directory_iterator(store_path_))
    if (entry.path().filename().string().starts_with("run-")) std::filesystem::remove(entry.path());
  try {
    auto const store = Store::open(store_path_);
    FAIL() << "opened without its run";
  } catch (Error const& error) {
    EXPECT_NE(std::string(error.what()).find("run-"), std::string::npos);
  }
}

TEST_F(StoreDamageTest, RemovesFilesThatACrashLeft) {
  static_cast<void>(Store::open(store_path_));
  put_file(store_path_ / "run-99", "half");
  put_file(store_path_ / "terms-98.part", "half");
  static_cast<void>(Store::open(store_path_));
  EXPECT_FALSE(std::filesystem::exists(store_path_ / "run-99"));
  EXPECT_FALSE(std::filesystem::exists(store_path_ / "terms-98.part"));
}

}  // namespace
}  // namespace lepton::rdf
