#include "rdf/store/store.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "base/error.h"
#include "base/file.h"
#include "rdf/parse.h"
#include "rdf/store/before_durable.h"
#include "rdf/store/store_model.h"

namespace lepton::rdf {
namespace {

class StoreTest : public testing::Test {
 protected:
  std::unique_ptr<Store> open(StoreOptions options = {}) { return Store::open(directory_.path() / "graph", options); }

  TemporaryDirectory directory_;
  SystemClock clock_;
  Call call_ = system_call(clock_);
};

QuadView const ana_knows_bo{iri_view("x:ana"), iri_view("x:knows"), iri_view("x:bo"), {}};

void expect_equal(Snapshot const& snapshot, QuadModel const& model, QuadGenerator& generator) {
  for (int i = 0; i < 30; ++i) {
    QuadPattern const pattern = generator.pattern();
    Order const order = generator.order();
    ScanOptions options;
    options.layers = generator.layers();
    auto const expected = rows_of(model, pattern, order, options.layers);
    Scan scan = snapshot.scan(pattern, order, options);
    ASSERT_EQ(rows_of(scan, order), expected);
    ASSERT_EQ(snapshot.count(pattern, options.layers), expected.size());
    // From somewhere in the middle.
    Scan seeking = snapshot.scan(pattern, order, options);
    if (generator.below(2) == 0) static_cast<void>(seeking.next());
    IdQuad const target = generator.quad();
    std::vector<TermId> prefix;
    for (std::size_t place = 0; place <= generator.below(4); ++place)
      prefix.push_back(target.part(parts_of(order)[place]));
    bool const found = seeking.seek(prefix);
    auto rest = expected;
    std::erase_if(rest, [&](auto const& row) {
      return std::lexicographical_compare(row.begin(), row.begin() + static_cast<std::ptrdiff_t>(prefix.size()),
                                          prefix.begin(), prefix.end());
    });
    ASSERT_EQ(found, !rest.empty());
    if (found) {
      ASSERT_EQ(rows_of(seeking, order, true), rest);
    }
  }
  std::set<TermId> graphs;
  for (auto const& [quad, bits] : model)
    if (quad.graph != TermId::default_graph()) graphs.insert(quad.graph);
  ASSERT_EQ(snapshot.named_graphs(), std::vector<TermId>(graphs.begin(), graphs.end()));
}

class StoreAgainstModel : public StoreTest, public testing::WithParamInterface<int> {
 protected:
  /// Commits of up to `most` changes, now and then given up, between flushes and restarts.
  void change_at_random(StoreOptions const& options, int commits, std::uint64_t most) {
    QuadGenerator generator(static_cast<std::uint64_t>(GetParam()));
    auto store = open(options);
    QuadModel model;
    for (int commit = 0; commit < commits; ++commit) {
      Transaction transaction = store->begin(call_);
      QuadModel next = model;
      change(transaction, next, generator, most);
      if (generator.below(3) == 0) {
        expect_equal(transaction.view(), next, generator);
        change(transaction, next, generator, most);
      }
      expect_equal(transaction.view(), next, generator);
      expect_equal(store->snapshot(), model, generator);
      for (Layer const layer : {Layer::stated, Layer::inferred})
        expect_differences(transaction.changes(layer), model, next, layer);
      if (HasFatalFailure()) return;
      if (generator.below(5) == 0) continue;  // given up
      EXPECT_EQ(transaction.commit(), transaction.base().version() + (model == next ? 0 : 1));
      model = next;
      if (generator.below(10) == 0) store->compact(call_);
      if (generator.below(10) == 0) {
        { Transaction const gone = std::move(transaction); }
        store.reset();
        store = open(options);
      }
    }
    expect_equal(store->snapshot(), model, generator);
  }

 private:
  static void change(Transaction& transaction, QuadModel& next, QuadGenerator& generator, std::uint64_t most) {
    for (std::uint64_t i = generator.below(most); i > 0; --i) {
      IdQuad const quad = generator.quad();
      Layer const layer = generator.layer();
      if (generator.below(3) == 0) {
        transaction.remove(quad, layer);
        take(next, quad, layer);
      } else {
        transaction.insert(quad, layer);
        put(next, quad, layer);
      }
    }
    if (generator.below(8) > 0) return;
    QuadPattern const pattern = generator.pattern();
    transaction.clear(pattern);
    for (auto const& [quad, bits] : QuadModel(next))
      if (matches(pattern, quad)) take(next, quad, Layer::stated);
  }

  static void expect_differences(Changes const& changes, QuadModel const& before, QuadModel const& after, Layer layer) {
    auto const of_layer = [&](QuadModel const& model) {
      std::vector<IdQuad> quads;
      for (auto const& [quad, bits] : model)
        if ((bits & static_cast<std::uint8_t>(layer)) != 0) quads.push_back(quad);
      return quads;
    };
    Changes expected;
    std::ranges::set_difference(of_layer(after), of_layer(before), std::back_inserter(expected.added));
    std::ranges::set_difference(of_layer(before), of_layer(after), std::back_inserter(expected.removed));
    ASSERT_EQ(changes.added, expected.added);
    ASSERT_EQ(changes.removed, expected.removed);
  }
};

TEST_P(StoreAgainstModel, AnswersAlikeAfterRandomCommits) {
  change_at_random({}, 40, 60);
}

TEST_P(StoreAgainstModel, AnswersAlikeAfterCommitsThatFillItsMemory) {
  change_at_random({.memory_limit = std::size_t{64} << 10}, 12, 3000);
}

INSTANTIATE_TEST_SUITE_P(Seeds, StoreAgainstModel, testing::Range(1, 9));

TEST_F(StoreTest, KeepsTermsAndQuadsOverARestart) {
  {
    auto const store = open();
    Transaction transaction = store->begin(call_);
    transaction.insert(ana_knows_bo);
    EXPECT_EQ(transaction.commit(), 1U);
  }
  auto const store = open();
  Snapshot const snapshot = store->snapshot();
  EXPECT_EQ(snapshot.version(), 1U);
  auto const ana = snapshot.dictionary().find(iri_view("x:ana"));
  ASSERT_TRUE(ana.has_value());
  EXPECT_EQ(snapshot.dictionary().term(*ana), iri("x:ana"));
  EXPECT_EQ(snapshot.count({.subject = *ana}), 1U);
}

TEST_F(StoreTest, TakesWritersAfterARestartWithALogThatFillsItsMemory) {
  {
    auto const store = open();
    auto transaction = store->begin(call_);
    for (int i = 0; i < 5000; ++i)
      transaction.insert({ana_knows_bo.subject, iri_view("x:p"), literal_view(std::to_string(i)), {}});
    transaction.commit();
  }
  auto const store = Store::open(directory_.path() / "graph", {.memory_limit = std::size_t{1} << 20});
  call_.deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  auto transaction = store->begin(call_);
  transaction.insert(ana_knows_bo);
  transaction.commit();
  EXPECT_EQ(store->snapshot().count({}), 5001U);
}

TEST_F(StoreTest, ShowsNothingOfATransactionBeforeItsCommit) {
  auto const store = open();
  Snapshot const before = store->snapshot();
  Transaction transaction = store->begin(call_);
  transaction.insert(ana_knows_bo);
  EXPECT_EQ(transaction.view().count({}), 1U);
  EXPECT_EQ(store->snapshot().count({}), 0U);
  transaction.commit();
  EXPECT_EQ(before.count({}), 0U);
  EXPECT_EQ(store->snapshot().count({}), 1U);
}

TEST_F(StoreTest, TellsWhatATransactionChanged) {
  auto const store = open();
  IdQuad const first{store->dictionary().intern(iri_view("x:a")), store->dictionary().intern(iri_view("x:p")),
                     *find_integer_id(1)};
  IdQuad second = first;
  second.object = *find_integer_id(2);
  {
    Transaction transaction = store->begin(call_);
    transaction.insert(first);
    transaction.insert(second, Layer::inferred);
    transaction.commit();
  }
  Transaction transaction = store->begin(call_);
  transaction.insert(first);
  transaction.insert(second);
  transaction.remove(second);
  transaction.remove(first);
  EXPECT_EQ(transaction.changes(Layer::stated).removed, std::vector{first});
  EXPECT_TRUE(transaction.changes(Layer::stated).added.empty());
  EXPECT_TRUE(transaction.changes(Layer::inferred).removed.empty());
}

TEST_F(StoreTest, MergesGraphsIntoOneWhenAsked) {
  auto const store = open();
  QuadView quad = ana_knows_bo;
  Transaction transaction = store->begin(call_);
  for (char const* graph : {"x:g1", "x:g2", "x:g3"}) {
    quad.graph = iri_view(graph);
    transaction.insert(quad);
  }
  transaction.commit();
  Dictionary const& terms = store->dictionary();
  ScanOptions options;
  options.graphs = {*terms.find(iri_view("x:g2")), *terms.find(iri_view("x:g3"))};
  Scan both = store->snapshot().scan({}, Order::spo, options);
  EXPECT_EQ(rows_of(both, Order::spo).size(), 2U);
  options.merge_graphs = true;
  Scan merged = store->snapshot().scan({}, Order::spo, options);
  EXPECT_EQ(rows_of(merged, Order::spo).size(), 1U);
}

TEST_F(StoreTest, LoadsDocumentsWithBlankNodesOfTheirOwn) {
  auto const store = open();
  std::string const text = "_:a <x:knows> _:b .\n_:b <x:name> \"Bo\"@EN .\n";
  for (int i = 0; i < 2; ++i) {
    StringSource source(text);
    LoadResult const result = store->load(call_, [&](QuadSink& sink) { parse(call_, Syntax::ntriples, source, sink); });
    EXPECT_EQ(result.read, 2U);
    EXPECT_EQ(result.added, 2U);
  }
  EXPECT_EQ(store->snapshot().count({}), 4U);
  EXPECT_TRUE(store->dictionary().find(language_view("Bo", "en")).has_value());
}

TEST_F(StoreTest, LoadsNothingOfADocumentThatFails) {
  auto const store = open();
  StringSource source("<x:a> <x:b> <x:c> .\nnonsense\n");
  EXPECT_THROW(store->load(call_, [&](QuadSink& sink) { parse(call_, Syntax::ntriples, source, sink); }), Error);
  EXPECT_EQ(store->snapshot().count({}), 0U);
  Transaction transaction = store->begin(call_);  // the right to write is free again
  transaction.insert(ana_knows_bo);
  transaction.commit();
}

TEST_F(StoreTest, IsOpenOnce) {
  auto const store = open();
  EXPECT_THROW(static_cast<void>(open()), Error);
}

TEST_F(StoreTest, BacksUpIntoAStore) {
  auto const store = open();
  Transaction transaction = store->begin(call_);
  transaction.insert(ana_knows_bo);
  transaction.insert({iri_view("x:bo"), iri_view("x:knows"), iri_view("x:ana"), {}}, Layer::inferred);
  transaction.commit();
  store->backup(call_, directory_.path() / "copy");
  auto const copy = Store::open(directory_.path() / "copy");
  EXPECT_EQ(copy->snapshot().count({}, Layers::stated), 1U);
  EXPECT_EQ(copy->snapshot().count({}, Layers::inferred), 1U);
}

TEST_F(StoreTest, LetsAWriterWaitOnlyAsLongAsItsCallMay) {
  auto const store = open();
  Transaction const first = store->begin(call_);
  Call impatient = call_;
  impatient.deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(10);
  EXPECT_THROW(static_cast<void>(store->begin(impatient)), Error);
}

TEST_F(StoreTest, WhatBelongsToACommitGoesToTheDiskBeforeIt) {
  auto const log = directory_.path() / "graph" / "log-1";
  std::vector<std::uintmax_t> sizes;
  bool fails = false;
  auto const action = std::make_shared<std::function<void()> const>([&] {
    sizes.push_back(std::filesystem::file_size(log));
    if (fails) throw unavailable("the other disk is gone");
  });
  auto store = open();
  auto const commit = [&](std::int64_t number) {
    BeforeDurable const first(action);
    Transaction transaction = store->begin(call_);
    transaction.insert({*find_integer_id(number), *find_integer_id(1), *find_integer_id(2), TermId::default_graph()});
    return transaction.commit();
  };
  EXPECT_EQ(commit(1), 1U);
  EXPECT_EQ(sizes, std::vector<std::uintmax_t>{0}) << "nothing of the commit was in the log";
  fails = true;
  EXPECT_THROW((void)commit(2), Error);
  fails = false;
  EXPECT_THROW((void)commit(3), Error) << "whether there is a commit is known by reopening alone";
  store.reset();
  EXPECT_EQ(open()->snapshot().version(), 1U);
}

}  // namespace
}  // namespace lepton::rdf
