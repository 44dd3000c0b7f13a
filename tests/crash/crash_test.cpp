#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <random>
#include <thread>

#include "company.h"
#include "data_work.h"
#include "work.h"

namespace lepton::crash {
namespace {

unsigned from_environment(char const* name, unsigned otherwise) {
  char const* value = std::getenv(name);
  return value == nullptr ? otherwise : static_cast<unsigned>(std::stoul(value));
}

// The server is killed at a moment drawn from a printed seed, while every kind of write goes on; then it is started
// again on what it left behind. $LEPTON_CRASH_SEED repeats a run, $LEPTON_CRASH_ROUNDS makes it longer.
TEST(CrashTest, WhatWasAcknowledgedIsThereAndNothingIsHalfThere) {
  unsigned const seed = from_environment("LEPTON_CRASH_SEED", std::random_device{}());
  unsigned const rounds = from_environment("LEPTON_CRASH_ROUNDS", 10);
  fmt::print("LEPTON_CRASH_SEED={} LEPTON_CRASH_ROUNDS={}\n", seed, rounds);
  std::mt19937 random(seed);
  std::uniform_int_distribution<int> moment(5, 500);

  TemporaryDirectory directory("lepton-crash");
  RunningServer server(directory.path() / "data");
  server.start();
  Tokens const tokens = found_company(server);
  std::vector<std::unique_ptr<Work>> works;
  works.push_back(std::make_unique<GroupWork>());
  works.push_back(std::make_unique<PolicyWork>());
  works.push_back(std::make_unique<ImportWork>());
  auto training = std::make_unique<TrainingWork>();
  ASSERT_NO_FATAL_FAILURE(training->prepare(server, tokens));
  works.push_back(std::move(training));
  works.push_back(std::make_unique<DeploymentWork>());

  for (unsigned round = 0; round < rounds && !testing::Test::HasFailure(); ++round) {
    std::vector<std::jthread> threads;
    for (auto const& work : works) {
      threads.emplace_back([&work, &server, &tokens] {
        while (work->step(server, tokens)) {
        }
      });
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(moment(random)));
    server.kill();
    threads.clear();
    server.start();
    for (auto const& work : works) work->verify(server, tokens);
  }
  for (auto const& work : works) {
    work->finish(server, tokens);
    fmt::print("survived {} kills: {}\n", rounds, work->report());
  }
  EXPECT_EQ(server.stop(), 0);
}

}  // namespace
}  // namespace lepton::crash
