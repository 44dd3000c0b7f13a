#include "sparql/morsel_pool.h"

#include <gtest/gtest.h>

#include <barrier>
#include <numeric>
#include <stdexcept>

namespace lepton::sparql {
namespace {

TEST(MorselPool, HandsOutEachMorselOnceToManyCallersAtOnce) {
  MorselPool pool(3);
  std::vector<std::thread> callers;
  for (int caller = 0; caller < 4; ++caller) {
    callers.emplace_back([&] {
      for (int round = 0; round < 50; ++round) {
        std::vector<int> taken(97);
        pool.run(taken.size(), [&](MorselQueue& queue) {
          while (auto const morsel = queue.next()) ++taken[*morsel];
        });
        EXPECT_EQ(taken, std::vector<int>(taken.size(), 1));
      }
    });
  }
  for (auto& caller : callers) caller.join();
}

TEST(MorselPool, SharesTheWorkOfOneCaller) {
  MorselPool pool(2);
  std::barrier together(3);  // passes only when three threads have a morsel each
  std::atomic<int> callers = 0;
  pool.run(3, [&](MorselQueue& queue) {
    callers += queue.on_caller() ? 1 : 0;
    while (queue.next()) together.arrive_and_wait();
  });
  EXPECT_EQ(callers, 1);
}

TEST(MorselPool, WorksOnTheCallersThreadWithoutOthers) {
  MorselPool pool(0);
  std::vector<std::size_t> taken;
  pool.run(3, [&](MorselQueue& queue) {
    EXPECT_TRUE(queue.on_caller());
    while (auto const morsel = queue.next()) taken.push_back(*morsel);
  });
  EXPECT_EQ(taken, (std::vector<std::size_t>{0, 1, 2}));
}

TEST(MorselPool, RethrowsWhatFailsOnAnyThreadAndBeginsNothingMore) {
  MorselPool pool(1);
  for (bool const fails_on_caller : {true, false}) {
    std::barrier together(2);
    std::atomic<int> begun = 0;
    auto const run = [&] {
      pool.run(1000, [&](MorselQueue& queue) {
        bool const fails = queue.on_caller() == fails_on_caller;
        (void)queue.next();
        ++begun;
        together.arrive_and_wait();
        if (fails) throw std::runtime_error("of this thread");
        while (queue.next()) ++begun;
      });
    };
    EXPECT_THROW(run(), std::runtime_error);
    EXPECT_LE(begun, 1000);
  }
  std::atomic<int> again = 0;
  pool.run(10, [&](MorselQueue& queue) {
    while (queue.next()) ++again;
  });
  EXPECT_EQ(again, 10);
}

}  // namespace
}  // namespace lepton::sparql
