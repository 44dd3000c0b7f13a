#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <thread>

#include "base/error.h"
#include "base/file.h"
#include "rdf/store/store.h"
#include "rdf/store/store_model.h"

namespace lepton::rdf {
namespace {

/// What a serial model holds at each version.
class History {
 public:
  [[nodiscard]] QuadModel last() {
    std::lock_guard const lock(mutex_);
    return models_.back().second;
  }
  void add(std::uint64_t version, QuadModel const& model) {
    std::lock_guard const lock(mutex_);
    models_.emplace_back(version, model);
  }
  [[nodiscard]] QuadModel at(std::uint64_t wanted) {
    std::lock_guard const lock(mutex_);
    QuadModel found;
    for (auto const& [version, model] : models_)
      if (version == wanted) found = model;
    return found;
  }

 private:
  std::mutex mutex_;
  std::vector<std::pair<std::uint64_t, QuadModel>> models_{{0, {}}};
};

bool changes_nothing(Transaction& transaction) {
  for (Layer const layer : {Layer::stated, Layer::inferred})
    if (Changes const changes = transaction.changes(layer); !changes.added.empty() || !changes.removed.empty())
      return false;
  return true;
}

// Writers draw random changes and note, per version, what a serial model then holds. Readers take snapshots all the
// time: each must show exactly the model of its version, whatever is committed, flushed and merged meanwhile.
TEST(StoreThreads, SnapshotsShowTheSerialModelOfTheirVersion) {
  TemporaryDirectory const directory;
  SystemClock const clock;
  Call const call = system_call(clock);
  // Little memory, so that flushing and merging go on.
  auto const store = Store::open(directory.path() / "graph", {.memory_limit = std::size_t{256} << 10});
  History history;
  std::atomic<bool> writing = true;
  std::atomic<int> compared = 0;

  auto const write = [&](std::uint64_t seed) {
    QuadGenerator generator(seed, 30);
    for (int i = 0; i < 60; ++i) {
      Transaction transaction = store->begin(call);
      QuadModel model = history.last();
      for (int n = 0; n < 20; ++n) {
        IdQuad const quad = generator.quad();
        Layer const layer = generator.layer();
        if (generator.below(3) == 0) {
          transaction.remove(quad, layer);
          take(model, quad, layer);
        } else {
          transaction.insert(quad, layer);
          put(model, quad, layer);
        }
      }
      std::uint64_t const version = transaction.base().version() + 1;
      if (changes_nothing(transaction)) continue;
      history.add(version, model);  // before anybody can see it
      EXPECT_EQ(transaction.commit(), version);
    }
  };
  auto const read = [&](std::uint64_t seed) {
    QuadGenerator generator(seed, 30);
    while (writing) {
      Snapshot const snapshot = store->snapshot();
      QuadModel const model = history.at(snapshot.version());
      QuadPattern const pattern = generator.pattern();
      Order const order = generator.order();
      ScanOptions options;
      options.layers = generator.layers();
      Scan scan = snapshot.scan(pattern, order, options);
      auto const expected = rows_of(model, pattern, order, options.layers);
      EXPECT_EQ(rows_of(scan, order), expected);
      EXPECT_EQ(snapshot.count(pattern, options.layers), expected.size());
      ++compared;
    }
  };
  std::vector<std::thread> readers;
  for (std::uint64_t seed : {11U, 12U}) readers.emplace_back(read, seed);
  std::thread compacting([&] {
    while (writing) store->compact(call);
  });
  std::vector<std::thread> writers;
  for (std::uint64_t seed : {1U, 2U, 3U}) writers.emplace_back(write, seed);
  for (auto& thread : writers) thread.join();
  writing = false;
  for (auto& thread : readers) thread.join();
  compacting.join();
  EXPECT_GT(compared, 10);
}

TEST(StoreThreads, LoadsAndReadsSeveralTimesItsMemoryLimit) {
  TemporaryDirectory const directory;
  SystemClock const clock;
  Call const call = system_call(clock);
  std::size_t const limit = std::size_t{1} << 20;
  constexpr std::uint64_t quads = 90'000;
  {
    auto const store = Store::open(directory.path() / "graph", {.memory_limit = limit});
    std::size_t most = 0;
    auto const result = store->load(call, [&](QuadSink& sink) {
      for (std::uint64_t i = 0; i < quads; ++i) {
        std::string const subject = "http://example.com/subject/" + std::to_string(i * 7919 % quads);
        sink.quad({iri_view(subject), iri_view("x:p"), literal_view("the value of " + subject), {}});
        if (i % 1000 == 0) most = std::max<std::size_t>(most, store->figures().memory_bytes);
      }
    });
    EXPECT_EQ(result.added, quads);
    EXPECT_LT(most, limit);
    EXPECT_GT(store->figures().disk_bytes, 2 * limit);
  }
  auto const store = Store::open(directory.path() / "graph", {.memory_limit = limit});
  Snapshot const snapshot = store->snapshot();
  EXPECT_EQ(snapshot.count({}), quads);
  auto const subject = store->dictionary().find(iri_view("http://example.com/subject/4711"));
  ASSERT_TRUE(subject.has_value());
  Scan scan = snapshot.scan({.subject = *subject}, Order::spo);
  ASSERT_TRUE(scan.next());
  EXPECT_EQ(store->dictionary().term(scan.block().column(Part::object)[0]),
            literal("the value of http://example.com/subject/4711"));
  EXPECT_LT(store->figures().memory_bytes, limit / 4);
}

TEST(StoreThreads, CommitsSeveralTimesItsMemoryLimit) {
  TemporaryDirectory const directory;
  SystemClock const clock;
  Call const call = system_call(clock);
  std::size_t const limit = std::size_t{1} << 20;
  constexpr std::int64_t quads = 90'000;
  {
    auto const store = Store::open(directory.path() / "graph", {.memory_limit = limit});
    std::size_t most = 0;
    auto const change = [&](std::int64_t round) {
      auto transaction = store->begin(call);
      TermId const graph = transaction.dictionary().intern(iri_view("x:graph"));
      transaction.clear({.subject = {}, .predicate = {}, .object = {}, .graph = graph});
      TermId const predicate = transaction.dictionary().intern(iri_view("x:p"));
      for (std::int64_t i = 0; i < quads; ++i) {
        std::string const subject = "http://example.com/subject/" + std::to_string(i * 7919 % quads);
        TermId const id = transaction.dictionary().intern(iri_view(subject));
        transaction.insert({id, predicate, *find_integer_id(i % 2 == 0 ? 0 : round), graph});
        if (i % 1000 == 0) most = std::max<std::size_t>(most, store->figures().memory_bytes);
      }
      EXPECT_EQ(transaction.view().count({}), static_cast<std::uint64_t>(quads));
      Changes const changes = transaction.changes(Layer::stated);
      EXPECT_EQ(changes.added.size(), round == 1 ? quads : quads / 2);
      EXPECT_EQ(changes.removed.size(), round == 1 ? 0 : quads / 2);
      EXPECT_EQ(transaction.commit(), static_cast<std::uint64_t>(round));
      most = std::max<std::size_t>(most, store->figures().memory_bytes);
    };
    for (std::int64_t round = 1; round <= 3; ++round) change(round);
    EXPECT_LT(most, limit);
  }
  auto const store = Store::open(directory.path() / "graph", {.memory_limit = limit});
  EXPECT_EQ(store->snapshot().version(), 3U);
  EXPECT_EQ(store->snapshot().count({}), static_cast<std::uint64_t>(quads));
  EXPECT_EQ(store->snapshot().count({.object = *find_integer_id(3)}), static_cast<std::uint64_t>(quads / 2));
}

// A transaction that is given up leaves none of the files in which its changes were kept.
TEST(StoreThreads, LeavesNoFilesOfChangesThatWereGivenUp) {
  TemporaryDirectory const directory;
  SystemClock const clock;
  Call const call = system_call(clock);
  auto const store = Store::open(directory.path() / "graph", {.memory_limit = std::size_t{256} << 10});
  auto const runs = [&] {
    std::size_t count = 0;
    for (auto const& entry : std::filesystem::directory_iterator(directory.path() / "graph"))
      count += entry.path().filename().string().starts_with("run-") ? 1 : 0;
    return count;
  };
  {
    auto transaction = store->begin(call);
    for (std::int64_t i = 0; i < 5000; ++i)
      transaction.insert({TermId::of(IdKind::iri, 0), TermId::of(IdKind::iri, 1), *find_integer_id(i)});
    EXPECT_EQ(transaction.view().count({}), 5000U);
    EXPECT_GT(runs(), 0U);
  }
  EXPECT_EQ(runs(), 0U);
  EXPECT_EQ(store->snapshot().count({}), 0U);
}

}  // namespace
}  // namespace lepton::rdf
