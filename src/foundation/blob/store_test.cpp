#include "blob/store.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <thread>

#include "base/error.h"
#include "base/file.h"
#include "base/test_disk.h"

namespace lepton::blob {
namespace {

namespace fs = std::filesystem;

std::string pattern(std::size_t size) {
  std::string bytes(size, '\0');
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i * 2654435761U >> 13);
  return bytes;
}

std::size_t count_files(fs::path const& root) {
  std::size_t count = 0;
  for (auto const& entry : fs::recursive_directory_iterator(root)) count += entry.is_regular_file() ? 1 : 0;
  return count;
}

void write_plain(fs::path const& path, std::string_view bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

class Folder : public testing::Test {
 protected:
  [[nodiscard]] fs::path path_of(Digest const& digest) const {
    return root_ / digest.hex().substr(0, 2) / digest.hex().substr(2);
  }

  TemporaryDirectory directory_;
  fs::path root_ = directory_.path() / "objects";
  std::unique_ptr<Store> store_ = open_folder(root_);
  SystemClock clock_;
  Call call_ = system_call(clock_);
};

TEST_F(Folder, GivesBackWhatWasPut) {
  for (std::size_t const size : {0UL, 1UL, 1UL << 20, (3UL << 20) + 7}) {
    std::string const bytes = pattern(size);
    Digest const digest = store_->put(bytes);
    EXPECT_EQ(digest, sha256(bytes));
    EXPECT_TRUE(store_->contains(digest));
    EXPECT_EQ(store_->size(digest), size);
    EXPECT_EQ(store_->get(call_, digest), bytes);
    EXPECT_EQ(read_file(store_->local_file(call_, digest)), bytes);
  }
}

TEST_F(Folder, WritesInPiecesOfAnySize) {
  std::string const bytes = pattern(2'500'000);
  auto const writer = store_->create();
  std::string_view left = bytes;
  for (std::size_t size = 1; !left.empty(); size = size * 3 + 1) {
    writer->write(left.substr(0, size));
    left.remove_prefix(std::min(size, left.size()));
  }
  EXPECT_EQ(writer->finish(), sha256(bytes));
  EXPECT_EQ(store_->get(call_, sha256(bytes)), bytes);
}

TEST_F(Folder, KeepsEqualObjectsOnce) {
  Digest const first = store_->put("same");
  EXPECT_EQ(store_->put("same"), first);
  EXPECT_EQ(count_files(root_), 1U);
}

TEST_F(Folder, ObjectsAreReadOnly) {
  Digest const digest = store_->put("bytes");
  struct stat status {};
  ASSERT_EQ(::stat(path_of(digest).c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0400U);
}

TEST_F(Folder, AnUnfinishedWriterLeavesNothing) {
  {
    auto const writer = store_->create();
    writer->write("half");
  }
  EXPECT_EQ(count_files(root_), 0U);
}

TEST_F(Folder, OpeningRemovesLeftoversButNotWhatIsBeingWritten) {
  write_plain(root_ / "incoming" / "leftover", "half");
  auto const writer = store_->create();
  writer->write("still ");
  auto const second = open_folder(root_);
  EXPECT_FALSE(fs::exists(root_ / "incoming" / "leftover"));
  writer->write("written");
  EXPECT_EQ(second->get(call_, writer->finish()), "still written");
}

TEST_F(Folder, ReadsRanges) {
  std::string const bytes = pattern(1'500'000);
  Digest const digest = store_->put(bytes);
  auto const range = [&](std::uint64_t offset, std::uint64_t length) {
    std::string read;
    store_->read(
        call_, digest, [&](std::string_view piece) { read += piece; }, offset, length);
    return read;
  };
  EXPECT_EQ(range(0, 10), bytes.substr(0, 10));
  EXPECT_EQ(range(1'234'567, 100'000), bytes.substr(1'234'567, 100'000));
  EXPECT_EQ(range(1'499'999, UINT64_MAX), bytes.substr(1'499'999));
  EXPECT_EQ(range(1'500'000, 1), "");
  EXPECT_EQ(range(UINT64_MAX, UINT64_MAX), "");
  EXPECT_EQ(range(5, 0), "");
}

TEST_F(Folder, NamesWhatIsAbsent) {
  Digest const absent = sha256("absent");
  EXPECT_FALSE(store_->contains(absent));
  for (auto const& act : std::vector<std::function<void()>>{[&] { std::ignore = store_->size(absent); },
                                                            [&] { std::ignore = store_->get(call_, absent); },
                                                            [&] { std::ignore = store_->local_file(call_, absent); }})
    EXPECT_THAT(act, testing::ThrowsMessage<Error>(testing::HasSubstr(absent.hex())));
}

TEST_F(Folder, NoticesDamage) {
  Digest const digest = store_->put(pattern(100'000));
  fs::permissions(path_of(digest), fs::perms::owner_all);
  std::fstream file(path_of(digest), std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(50'000);
  file.put('!');
  file.close();
  try {
    std::ignore = store_->get(call_, digest);
    FAIL();
  } catch (Error const& error) {
    EXPECT_EQ(error.reason(), "corrupt_object");
  }
}

TEST_F(Folder, PuttingAgainReplacesATruncatedObject) {
  Digest const digest = store_->put(pattern(100'000));
  fs::permissions(path_of(digest), fs::perms::owner_all);
  fs::resize_file(path_of(digest), 5);
  EXPECT_THROW(std::ignore = store_->get(call_, digest), Error);
  std::ignore = store_->put(pattern(100'000));
  EXPECT_EQ(store_->get(call_, digest), pattern(100'000));
}

TEST_F(Folder, AdoptsAFileByMovingIt) {
  fs::path const file = directory_.path() / "result";
  write_plain(file, "trained");
  struct stat before {};
  ASSERT_EQ(::stat(file.c_str(), &before), 0);
  Digest const digest = store_->adopt(file);
  EXPECT_FALSE(fs::exists(file));
  EXPECT_EQ(store_->get(call_, digest), "trained");
  struct stat after {};
  ASSERT_EQ(::stat(path_of(digest).c_str(), &after), 0);
  EXPECT_EQ(after.st_ino, before.st_ino);
}

TEST_F(Folder, CopiesAFileThatHasAnotherName) {
  fs::path const file = directory_.path() / "result";
  write_plain(file, "trained");
  fs::create_hard_link(file, directory_.path() / "other");
  Digest const digest = store_->adopt(file);
  EXPECT_FALSE(fs::exists(file));
  write_plain(directory_.path() / "other", "changed");
  EXPECT_EQ(store_->get(call_, digest), "trained");
}

TEST_F(Folder, RefusesToAdoptWhatIsNoFile) {
  fs::create_symlink("/etc/hostname", directory_.path() / "link");
  EXPECT_THROW(std::ignore = store_->adopt(directory_.path() / "link"), Error);
  EXPECT_THROW(std::ignore = store_->adopt(directory_.path()), Error);
  EXPECT_THROW(std::ignore = store_->adopt(directory_.path() / "absent"), Error);
}

TEST_F(Folder, ManyThreadsPutTheSameAndDifferentObjects) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t)
    threads.emplace_back([this, t] {
      for (int i = 0; i < 20; ++i) {
        std::string const own = pattern(static_cast<std::size_t>(t * 1000 + i));
        EXPECT_EQ(store_->get(call_, store_->put(own)), own);
        EXPECT_EQ(store_->put("shared " + std::to_string(i)), sha256("shared " + std::to_string(i)));
      }
    });
  for (auto& thread : threads) thread.join();
  for (int i = 0; i < 20; ++i)
    EXPECT_EQ(store_->get(call_, sha256("shared " + std::to_string(i))), "shared " + std::to_string(i));
}

TEST_F(Folder, AStoppedCallStopsReading) {
  Digest const digest = store_->put(pattern(3 << 20));
  std::stop_source stop;
  Call const call = system_call(clock_, stop.get_token());
  std::uint64_t seen = 0;
  EXPECT_THROW(store_->read(call, digest,
                            [&](std::string_view piece) {
                              seen += piece.size();
                              stop.request_stop();
                            }),
               Error);
  EXPECT_EQ(seen, 1U << 20);
}

TEST_F(Folder, AFullDiskIsSaidAndLeavesNoPart) {
  TestDisk const disk(4 << 20);
  if (auto const reason = disk.missing()) GTEST_SKIP() << *reason;
  auto const store = open_folder(disk.path() / "objects");
  Digest const kept = store->put(pattern(1 << 20));
  try {
    std::ignore = store->put(pattern(8 << 20));
    FAIL();
  } catch (Error const& error) {
    EXPECT_EQ(error.code(), Code::exhausted);
    EXPECT_EQ(error.reason(), "disk_full");
  }
  EXPECT_EQ(count_files(disk.path()), 1U);
  EXPECT_EQ(store->get(call_, kept), pattern(1 << 20));
  EXPECT_EQ(store->get(call_, store->put(pattern(2 << 20))), pattern(2 << 20));
}

TEST_F(Folder, AdoptsFromAnotherDisk) {
  TestDisk const disk(4 << 20);
  if (auto const reason = disk.missing()) GTEST_SKIP() << *reason;
  write_plain(disk.path() / "result", "elsewhere");
  Digest const digest = store_->adopt(disk.path() / "result");
  EXPECT_EQ(store_->get(call_, digest), "elsewhere");
  EXPECT_FALSE(fs::exists(disk.path() / "result"));
}

}  // namespace
}  // namespace lepton::blob
