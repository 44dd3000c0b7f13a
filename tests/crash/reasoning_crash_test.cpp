#include <fmt/format.h>
#include <gtest/gtest.h>

#include <random>
#include <sstream>

#include "base/file.h"
#include "graph_world.h"
#include "graphs/reasoning.h"
#include "graphs/reasoning_testing.h"
#include "graphs/shape_sets.h"
#include "killed_child.h"

namespace lepton::graphs {
namespace {

constexpr char kFirst[] =
    "@prefix b: <http://b/> . b:related[?x, ?y] :- b:guarantees[?x, ?y] . "
    "b:related[?x, ?z] :- b:related[?x, ?y], b:guarantees[?y, ?z] .";
constexpr char kSecond[] =
    "@prefix b: <http://b/> . b:liable[?y, ?x] :- b:guarantees[?x, ?y], NOT b:guarantees[?y, ?x] .";

/// With rules, which are kept as texts.
struct World : GraphWorld {
  explicit World(std::filesystem::path const& directory) : GraphWorld(directory) {
    Texts::Parts const parts{*database, access->authority, access->assets, access->audit, lineage};
    rules.emplace(parts, rule_set_kind());
    shapes.emplace(parts, shape_set_kind());
    reasoning.emplace(
        Reasoning::Parts{*graphs, *rules, *shapes, *database, access->authority, access->assets, lineage});
  }

  std::optional<Texts> rules, shapes;
  std::optional<Reasoning> reasoning;
};

void found(std::filesystem::path const& directory) {
  found_company(directory);
  World world(directory);
  auto const call = world.as("ben");
  (void)world.rules->create(call, access::parse_address("risk/rules"), "", {}, {kFirst, "", ""});
  (void)world.rules->save(call, access::parse_address("risk/rules"), {kSecond, "rdfs", ""});
  (void)world.graphs->create(call, world.graph, "", {});
}

/// Changes statements and, now and then, rules, until it is killed.
void work(std::filesystem::path const& directory, unsigned seed, int pipe) {
  World world(directory);
  auto const call = world.as("ben");
  std::mt19937 random(seed);
  auto const pick = [&](int count) { return std::uniform_int_distribution<int>(0, count - 1)(random); };
  auto const node = [&] { return rdf::iri(fmt::format("http://b/n{}", pick(8))); };
  for (;;) {
    if (pick(5) == 0) {
      std::vector<std::string> uses;
      if (pick(4) > 0) uses.push_back(fmt::format("risk/rules@{}", 1 + pick(2)));
      auto const now = world.reasoning->use_rules(call, world.graph, uses, "");
      crash::acknowledge(pipe, fmt::format("rules {}\n", fmt::join(now.rules, " ")));
      continue;
    }
    auto const commit = world.graphs->change(call, world.graph, "update", {}, [&](rdf::Transaction& transaction) {
      for (int i = 0; i < 3; ++i) {
        rdf::Quad const quad{node(), rdf::iri("http://b/guarantees"), node(), {}};
        if (pick(3) > 0) {
          transaction.insert(quad.view());
        } else {
          transaction.remove(quad.view());
        }
      }
    });
    crash::acknowledge(pipe, fmt::format("commit {}\n", commit.number));
  }
}

/// The stated facts and what is kept beside them belong together, and nothing acknowledged is gone.
void verify(std::filesystem::path const& directory, std::int64_t acknowledged) {
  World world(directory);
  auto const call = world.as("ben");
  auto const view = world.graphs->open(call, world.graph);
  ASSERT_GE(view.commit, acknowledged);
  ASSERT_EQ(world.graphs->get(call, world.graph).commit, view.commit) << "the log of commits and the store differ";
  std::vector<TextVersion> rule_sets;
  for (auto const& one : world.reasoning->get(call, world.graph).rules)
    rule_sets.push_back(world.rules->version(call, access::parse_address(one)));
  ASSERT_EQ(kept_facts(view), derived_anew(call, view, rule_sets));
}

// A process that changes a graph and its rules all the time is killed at a moment drawn from a printed seed, again and
// again on the same files.
TEST(ReasoningCrashTest, WhatFollowsAlwaysFitsWhatIsStated) {
  unsigned const seed = crash::from_environment("LEPTON_CRASH_SEED", std::random_device{}());
  unsigned const rounds = crash::from_environment("LEPTON_CRASH_ROUNDS", 12);
  fmt::print("LEPTON_CRASH_SEED={} LEPTON_CRASH_ROUNDS={}\n", seed, rounds);
  std::mt19937 random(seed);
  std::uniform_int_distribution<int> moment(100, 1200);
  TemporaryDirectory const directory("lepton-reasoning-crash");
  found(directory.path());
  std::int64_t acknowledged = 0;
  int commits = 0;
  for (unsigned round = 0; round < rounds; ++round) {
    auto const text = crash::run_and_kill(std::chrono::milliseconds(moment(random)),
                                          [&](int pipe) { work(directory.path(), seed + round, pipe); });
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
      ASSERT_FALSE(line.starts_with("failed")) << line;
      if (!line.starts_with("commit ")) continue;
      acknowledged = std::stoll(line.substr(7));
      ++commits;
    }
    ASSERT_NO_FATAL_FAILURE(verify(directory.path(), acknowledged)) << "round " << round;
  }
  fmt::print("survived {} kills: {} commits\n", rounds, commits);
  EXPECT_GT(commits, 0);
}

}  // namespace
}  // namespace lepton::graphs
