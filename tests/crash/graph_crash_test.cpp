#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>
#include <sstream>
#include <thread>

#include "base/file.h"
#include "killed_child.h"
#include "rdf/store/store.h"

namespace lepton::rdf {
namespace {

using crash::acknowledge;
using crash::from_environment;

constexpr std::int64_t window = 10;       ///< a writer keeps so many of its latest pairs
constexpr std::uint64_t document = 3000;  ///< quads of a bulk load, or of a transaction that is larger than the log
constexpr int writers = 3;

StoreOptions small_memory() {
  // So little that flushing and merging never rest.
  return {.memory_limit = std::size_t{1} << 20};
}

std::string graph_name(std::int64_t number) {
  return fmt::format("x:load/{}", number);
}

TermId graph_of(Store& store, int writer) {
  return store.dictionary().intern(iri_view(fmt::format("x:writer/{}", writer)));
}

IdQuad pair_half(Store& store, int writer, std::string_view side, std::int64_t number) {
  return {store.dictionary().intern(iri_view(fmt::format("x:{}/{}", writer, number))),
          store.dictionary().intern(iri_view(side)), *find_integer_id(number), graph_of(store, writer)};
}

/// Numbers of the pairs that a writer has in the store, by side.
std::set<std::int64_t> numbers(Store& store, int writer, std::string_view side) {
  std::set<std::int64_t> found;
  QuadPattern const pattern{.predicate = store.dictionary().intern(iri_view(side)), .graph = graph_of(store, writer)};
  for (Scan scan = store.snapshot().scan(pattern, Order::pso); scan.next();)
    for (TermId const object : scan.block().column(Part::object)) found.insert(inline_integer(object));
  return found;
}

void write_pairs(Call const& call, Store& store, int writer, int pipe) {
  auto const before = numbers(store, writer, "x:left");
  for (std::int64_t i = before.empty() ? 0 : *before.rbegin() + 1;; ++i) {
    Transaction transaction = store.begin(call);
    for (std::string_view const side : {"x:left", "x:right"}) {
      transaction.insert(pair_half(store, writer, side, i));
      transaction.remove(pair_half(store, writer, side, i - window));
    }
    transaction.commit();
    acknowledge(pipe, fmt::format("pair {} {}\n", writer, i));
  }
}

void load_documents(Call const& call, Store& store, std::int64_t first, int pipe) {
  for (std::int64_t number = first;; ++number) {
    std::string const graph = graph_name(number);
    store.load(call, [&](QuadSink& sink) {
      for (std::uint64_t i = 0; i < document; ++i) {
        std::string const subject = fmt::format("x:s/{}/{}", number, i);
        sink.quad({iri_view(subject), iri_view("x:p"), literal_view(subject), iri_view(graph)});
      }
    });
    acknowledge(pipe, fmt::format("load {}\n", number));
  }
}

std::string const replaced = "x:replaced/";

/// Documents that were written by large transactions, by number, with their quads.
std::map<std::int64_t, std::uint64_t> replaced_documents(Store& store) {
  std::map<std::int64_t, std::uint64_t> found;
  for (TermId const graph : store.snapshot().named_graphs()) {
    std::string const name = store.dictionary().term(graph).value;
    if (name.starts_with(replaced))
      found[std::stoll(name.substr(replaced.size()))] = store.snapshot().count({.graph = graph});
  }
  return found;
}

/// Each transaction puts a document into the place of the one before.
void replace_documents(Call const& call, Store& store, int pipe) {
  auto const before = replaced_documents(store);
  for (std::int64_t number = before.empty() ? 0 : before.rbegin()->first + 1;; ++number) {
    Transaction transaction = store.begin(call);
    Dictionary& terms = store.dictionary();
    TermId const predicate = terms.intern(iri_view("x:p"));
    TermId const gone = terms.intern(iri_view(replaced + std::to_string(number - 1)));
    TermId const graph = terms.intern(iri_view(replaced + std::to_string(number)));
    transaction.clear({.subject = {}, .predicate = {}, .object = {}, .graph = gone});
    for (std::uint64_t i = 0; i < document; ++i)
      transaction.insert({terms.intern(iri_view(fmt::format("x:r/{}/{}", number, i))), predicate, predicate, graph});
    transaction.commit();
    acknowledge(pipe, fmt::format("replaced {}\n", number));
  }
}

/// Goes on until it is killed.
void work(std::filesystem::path const& directory, unsigned round, int pipe) {
  SystemClock const clock;
  Call const call = system_call(clock);
  auto const store = Store::open(directory, small_memory());
  std::vector<std::thread> threads;
  for (int writer = 0; writer < writers; ++writer)
    threads.emplace_back([&, writer] { write_pairs(call, *store, writer, pipe); });
  threads.emplace_back([&] { load_documents(call, *store, std::int64_t{round} * 1000, pipe); });
  threads.emplace_back([&] { replace_documents(call, *store, pipe); });
  for (;;) {
    store->compact(call);
    store->index_texts(call);
  }
}

struct Acknowledged {
  std::map<int, std::int64_t> last;  ///< by writer
  std::set<std::int64_t> loads;
  std::int64_t replacement = -1;
  std::string failure;
};

/// Runs the child for that long, in two of four rounds from the first load or replacement on, kills it, and reads what
/// it had acknowledged.
void kill_after(std::chrono::milliseconds moment, std::filesystem::path const& directory, unsigned round,
                Acknowledged& acknowledged) {
  auto const text = crash::run_and_kill(
      moment, [&](int pipe) { work(directory, round, pipe); },
      round % 4 == 3   ? "load"
      : round % 4 == 1 ? "replaced"
                       : "");
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string what;
    words >> what;
    if (what == "pair") {
      int writer = 0;
      words >> writer >> acknowledged.last[writer];
    } else if (what == "load") {
      std::int64_t number = 0;
      words >> number;
      acknowledged.loads.insert(number);
    } else if (what == "replaced") {
      words >> acknowledged.replacement;
    } else {
      acknowledged.failure = line;
    }
  }
}

/// Whether the index of texts, as far as there is one, leads to a document's literals.
bool finds_texts_of(Store& store, std::int64_t number) {
  SystemClock const clock;
  for (std::uint64_t const i : {std::uint64_t{0}, document / 2, document - 1}) {
    std::vector<text::KeyPattern> const patterns{{std::to_string(number)}, {std::to_string(i)}};
    auto const found = store.dictionary().texts_with(system_call(clock), patterns, 1);
    auto const literal = store.dictionary().find(literal_view(fmt::format("x:s/{}/{}", number, i)));
    if (!literal || (found && found->excludes(*literal))) return false;
  }
  return true;
}

/// What it has seen counts as acknowledged from then on.
void verify(std::filesystem::path const& directory, unsigned round, Acknowledged& acknowledged) {
  auto const store = Store::open(directory, small_memory());
  for (int writer = 0; writer < writers; ++writer) {
    auto const left = numbers(*store, writer, "x:left");
    ASSERT_EQ(left, numbers(*store, writer, "x:right")) << "half a transaction";
    auto const last = acknowledged.last.find(writer);
    if (last != acknowledged.last.end()) {
      ASSERT_FALSE(left.empty());
      ASSERT_GE(*left.rbegin(), last->second) << "an acknowledged commit is gone";
      ASSERT_LE(*left.rbegin(), last->second + 1);
    }
    std::set<std::int64_t> expected;
    if (!left.empty())
      for (std::int64_t i = std::max<std::int64_t>(0, *left.rbegin() - window + 1); i <= *left.rbegin(); ++i)
        expected.insert(i);
    ASSERT_EQ(left, expected);
    if (!left.empty()) acknowledged.last[writer] = *left.rbegin();
  }
  for (std::int64_t const number : acknowledged.loads) {
    ASSERT_EQ(store->snapshot().count({.graph = store->dictionary().intern(iri_view(graph_name(number)))}), document);
    ASSERT_TRUE(finds_texts_of(*store, number));
  }
  for (std::int64_t number = std::int64_t{round} * 1000;; ++number) {
    auto const graph = store->dictionary().find(iri_view(graph_name(number)));
    if (!graph) break;
    std::uint64_t const count = store->snapshot().count({.graph = *graph});
    ASSERT_TRUE(count == 0 || count == document) << "half a document: " << count;
  }
  auto const documents = replaced_documents(*store);
  if (documents.empty() && acknowledged.replacement < 0) return;
  ASSERT_EQ(documents.size(), 1U) << "half a replacement";
  auto const& [number, count] = *documents.begin();
  ASSERT_EQ(count, document) << "half a replacement";
  ASSERT_GE(number, acknowledged.replacement) << "an acknowledged commit is gone";
  ASSERT_LE(number, acknowledged.replacement + 1);
  acknowledged.replacement = number;
}

// A process that commits, removes, loads, flushes, merges and indexes all the time is killed at a moment drawn from a
// printed seed, again and again on the same files. $LEPTON_CRASH_SEED repeats a run, $LEPTON_CRASH_ROUNDS makes it
// longer.
TEST(GraphCrashTest, WhatWasAcknowledgedIsThereAndNothingIsHalfThere) {
  unsigned const seed = from_environment("LEPTON_CRASH_SEED", std::random_device{}());
  unsigned const rounds = from_environment("LEPTON_CRASH_ROUNDS", 20);
  fmt::print("LEPTON_CRASH_SEED={} LEPTON_CRASH_ROUNDS={}\n", seed, rounds);
  std::mt19937 random(seed);
  std::uniform_int_distribution<int> moment(20, 900);
  TemporaryDirectory const directory("lepton-graph-crash");
  Acknowledged acknowledged;
  for (unsigned round = 0; round < rounds; ++round) {
    ASSERT_NO_FATAL_FAILURE(
        kill_after(std::chrono::milliseconds(moment(random)), directory.path(), round, acknowledged));
    ASSERT_EQ(acknowledged.failure, "");
    ASSERT_NO_FATAL_FAILURE(verify(directory.path(), round, acknowledged)) << "round " << round;
  }
  std::int64_t commits = 0;
  for (auto const& [writer, last] : acknowledged.last) commits += last + 1;
  fmt::print("survived {} kills: {} commits, {} loads, {} large commits\n", rounds, commits, acknowledged.loads.size(),
             acknowledged.replacement + 1);
  EXPECT_GT(commits, 0);
  EXPECT_GT(acknowledged.loads.size(), 0U);
  EXPECT_GE(acknowledged.replacement, 0);
}

}  // namespace
}  // namespace lepton::rdf
