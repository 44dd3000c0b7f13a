#include "runtime/model_file.h"

#include <gmock/gmock.h>

#include "base/error.h"
#include "base/file.h"
#include "base/test_error.h"

namespace lepton::runtime {
namespace {

std::string sample() {
  ModelFileWriter writer("test-model", 3);
  writer.add("numbers", std::vector<std::uint32_t>{1, 2, 3});
  writer.add("text", std::string("hello"));
  return writer.finish();
}

TEST(ModelFile, WhatWasWrittenIsRead) {
  auto const file = ModelFile::parse(sample(), "test-model", 3);
  EXPECT_THAT(file.array<std::uint32_t>("numbers"), testing::ElementsAre(1, 2, 3));
  EXPECT_EQ(file.section("text"), "hello");
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(file.section("text").data()) % 64, 0u);
  EXPECT_TRUE(ModelFile::is(sample(), "test-model"));
  EXPECT_FALSE(ModelFile::is("{\"learner\":1}", "test-model"));
  EXPECT_THAT(message_of([&] { (void)file.section("none"); }), testing::HasSubstr("lacks"));
  EXPECT_THAT(message_of([&] { (void)file.array<std::uint64_t>("numbers"); }), testing::HasSubstr("cut off"));
}

TEST(ModelFile, IsMappedFromDisk) {
  TemporaryDirectory const directory;
  write_file_atomically(directory.path() / "m", sample());
  auto const file = ModelFile::open(directory.path() / "m", "test-model", 3);
  auto const copy = file;
  EXPECT_EQ(copy.section("text"), "hello");
  EXPECT_THROW((void)ModelFile::open(directory.path() / "none", "test-model", 3), Error);
}

TEST(ModelFile, EveryFlippedBitAndEveryCutIsNoticed) {
  auto const good = sample();
  for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
    auto bad = good;
    bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << bit % 8));
    ASSERT_NE(message_of([&] { (void)ModelFile::parse(bad, "test-model", 3); }), "no error") << bit;
  }
  for (std::size_t size = 0; size < good.size(); ++size)
    ASSERT_NE(message_of([&] { (void)ModelFile::parse(good.substr(0, size), "test-model", 3); }), "no error") << size;
}

TEST(ModelFile, AnotherKindOrVersionIsNamed) {
  EXPECT_THAT(message_of([] { (void)ModelFile::parse(sample(), "other", 3); }), testing::HasSubstr("'test-model'"));
  EXPECT_THAT(message_of([] { (void)ModelFile::parse(sample(), "test-model", 4); }),
              testing::HasSubstr("format version 3"));
}

}  // namespace
}  // namespace lepton::runtime
