#include "db/shared_sync.h"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <thread>
#include <vector>

#include "base/error.h"
#include "base/test_error.h"

namespace lepton::db {
namespace {

TEST(SharedSyncTest, SyncsOnceForAllWhoCommittedBefore) {
  int syncs = 0;
  SharedSync sync([&] { ++syncs; });
  auto const first = sync.committed();
  auto const second = sync.committed();
  sync.wait(second);
  sync.wait(first);
  sync.wait(sync.last());
  EXPECT_EQ(syncs, 1);
  sync.wait(sync.committed());
  EXPECT_EQ(syncs, 2);
}

TEST(SharedSyncTest, ThoseWhoComeDuringASyncShareTheNext) {
  std::atomic<int> syncs = 0;
  constexpr int kWriters = 8;
  std::latch all_committed(kWriters);
  SharedSync sync([&] {
    if (++syncs == 1) all_committed.wait();
  });
  std::vector<std::jthread> writers;
  for (int i = 0; i < kWriters; ++i)
    writers.emplace_back([&] {
      auto const commit = sync.committed();
      all_committed.count_down();
      sync.wait(commit);
    });
  writers.clear();
  EXPECT_LE(syncs, 2);
}

TEST(SharedSyncTest, AfterAFailureNothingIsDurableAnyMore) {
  bool fails = true;
  SharedSync sync([&] {
    if (fails) throw unavailable("the disk is gone");
  });
  EXPECT_EQ(error_of([&] { sync.wait(sync.committed()); }).reason(), "sync_failed");
  fails = false;  // what could not be written may be lost, so that a later success would say too much
  EXPECT_EQ(error_of([&] { sync.wait(sync.committed()); }).reason(), "sync_failed");
}

TEST(SharedSyncTest, WhatIsLeftIsSyncedSoonAndAtTheEnd) {
  std::atomic<int> syncs = 0;
  {
    SharedSync sync([&] {
      ++syncs;
      syncs.notify_all();
    });
    for (int i = 0; i < 10; ++i) sync.leave(sync.committed());
    EXPECT_EQ(syncs, 0);
    syncs.wait(0);
    EXPECT_EQ(syncs, 1) << "one for all";
    sync.leave(sync.committed());
  }
  EXPECT_EQ(syncs, 2);
}

TEST(SharedSyncTest, WithoutASyncCommitsAreDurable) {
  SharedSync sync(nullptr);
  sync.wait(sync.committed());
  sync.wait(sync.last());
}

}  // namespace
}  // namespace lepton::db
