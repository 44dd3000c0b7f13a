#include <fmt/format.h>
#include <gtest/gtest.h>

#include <limits>
#include <map>
#include <random>
#include <sstream>
#include <thread>

#include "base/file.h"
#include "db/durability.h"
#include "graph_world.h"
#include "killed_child.h"
#include "power_cut.h"

namespace lepton::graphs {
namespace {

constexpr int kWriters = 4;

rdf::Quad mark(int writer, std::int64_t number, std::string_view side) {
  return {rdf::iri(fmt::format("http://b/writer{}", writer)),
          rdf::iri(fmt::format("http://b/{}", side)),
          rdf::iri(fmt::format("http://b/number{}", number)),
          {}};
}

/// Several writers of one graph, who also leave records that nobody waits for, until they are killed.
void commit_all_the_time(std::filesystem::path const& directory, unsigned round, int pipe) {
  GraphWorld world(directory);
  auto const call = world.as("ben");
  auto const write = [&](int writer) {
    for (std::int64_t i = 0;; ++i) {
      auto const number = std::int64_t{round} * 100'000 + i;
      auto const commit = world.graphs->change(call, world.graph, "update", {}, [&](rdf::Transaction& transaction) {
        for (auto const* const side : {"left", "right"}) transaction.insert(mark(writer, number, side).view());
      });
      crash::acknowledge(pipe, fmt::format("commit {} {} {}\n", commit.number, writer, number));
      db::DurableLater const later;
      world.database->write(call, [&](db::Transaction& tx) {
        world.access->audit.append(tx, call, {.action = "graph.query", .subject = world.graph.str()});
      });
    }
  };
  std::vector<std::jthread> threads;
  for (int writer = 0; writer < kWriters; ++writer) threads.emplace_back(write, writer);
}

struct Acknowledged {
  std::int64_t commit;
  int writer;
  std::int64_t number;
};

std::vector<Acknowledged> read_lines(std::string const& text) {
  std::vector<Acknowledged> all;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string what;
    Acknowledged one{};
    if (words >> what >> one.commit >> one.writer >> one.number) all.push_back(one);
    EXPECT_EQ(what, "commit") << line;
  }
  return all;
}

/// Commit number → how often the audit log says that it was made, less how often that it was undone.
std::map<std::int64_t, int> audited(GraphWorld& world) {
  std::map<std::int64_t, int> made;
  world.database->read(world.as("ben"), [&](db::Transaction& tx) {
    for (auto const* const action : {"graph.update", "graph.undo"}) {
      access::Audit::Query query;
      query.action = action;
      query.limit = std::numeric_limits<int>::max();
      for (auto const& record : world.access->audit.list(tx, query))
        made[record.event.details.at("commit").as_int64()] += record.event.action == "graph.undo" ? -1 : 1;
    }
  });
  std::erase_if(made, [](auto const& one) { return one.second == 0; });
  return made;
}

/// Every acknowledged change is there; and of what is there nothing is half, without its row or without its event.
void verify(std::filesystem::path const& directory, std::vector<Acknowledged> const& acknowledged) {
  GraphWorld world(directory);
  auto const view = world.graphs->open(world.as("ben"), world.graph);
  auto const& terms = view.snapshot.dictionary();
  for (auto const& one : acknowledged) {
    ASSERT_LE(one.commit, view.commit);
    for (auto const* const side : {"left", "right"}) {
      auto const quad = mark(one.writer, one.number, side);
      auto const subject = terms.find(quad.subject.view());
      auto const predicate = terms.find(quad.predicate.view());
      auto const object = terms.find(quad.object.view());
      ASSERT_TRUE(subject && predicate && object) << one.commit;
      ASSERT_TRUE(view.snapshot.contains({*subject, *predicate, *object, rdf::TermId::default_graph()})) << one.commit;
    }
  }
  ASSERT_EQ(view.snapshot.count({}), static_cast<std::uint64_t>(2 * view.commit)) << "half a commit";
  std::map<std::int64_t, int> each;
  for (std::int64_t number = 1; number <= view.commit; ++number) each[number] = 1;
  ASSERT_EQ(audited(world), each);
  auto const commits = world.graphs->commits(world.as("ben"), world.graph, std::numeric_limits<std::int64_t>::max(),
                                             std::numeric_limits<int>::max());
  ASSERT_EQ(commits.size(), static_cast<std::size_t>(view.commit));
  for (auto const& commit : commits) ASSERT_EQ(commit.added, 2) << commit.number;
}

class CommitCrashTest : public testing::Test {
 protected:
  CommitCrashTest() { crash::watch_syncs(kept_.path()); }
  ~CommitCrashTest() override { crash::watch_syncs({}); }

  /// `after` does to the files what else happens in a crash.
  void kill_and_verify(std::function<void()> const& after) {
    unsigned const seed = crash::from_environment("LEPTON_CRASH_SEED", std::random_device{}());
    unsigned const rounds = crash::from_environment("LEPTON_CRASH_ROUNDS", 8);
    fmt::print("LEPTON_CRASH_SEED={} LEPTON_CRASH_ROUNDS={}\n", seed, rounds);
    std::mt19937 random(seed);
    std::uniform_int_distribution<int> moment(20, 1000);
    found_company(directory_.path());
    {
      GraphWorld world(directory_.path());
      (void)world.graphs->create(world.as("ben"), world.graph, "", {});
    }
    std::vector<Acknowledged> acknowledged;
    for (unsigned round = 0; round < rounds; ++round) {
      auto const text = crash::run_and_kill(
          std::chrono::milliseconds(moment(random)),
          [&](int pipe) { commit_all_the_time(directory_.path(), round, pipe); }, "commit");
      auto const more = read_lines(text);
      acknowledged.insert(acknowledged.end(), more.begin(), more.end());
      after();
      ASSERT_NO_FATAL_FAILURE(verify(directory_.path(), acknowledged)) << "round " << round;
    }
    fmt::print("survived {} crashes: {} commits\n", rounds, acknowledged.size());
    EXPECT_FALSE(acknowledged.empty());
  }

  TemporaryDirectory directory_{"lepton-commit-crash"};
  TemporaryDirectory kept_{"lepton-synced"};
};

// Writers of one graph hand it on before what they wrote is on the disk, and share its syncs.
TEST_F(CommitCrashTest, EachCommitIsThereWithItsRowAndItsEventAfterAKill) {
  kill_and_verify([] {});
}

TEST_F(CommitCrashTest, EachCommitIsThereWithItsRowAndItsEventAfterThePowerIsCut) {
  kill_and_verify([this] { crash::cut_power(directory_.path(), kept_.path()); });
}

}  // namespace
}  // namespace lepton::graphs
