#include "reason/store_reasoner.h"

#include <gmock/gmock.h>

#include "base/file.h"
#include "reason/reason_testing.h"

namespace lepton::reason {
namespace {

using testing::ElementsAre;

struct Stored {
  Stored() : store(rdf::Store::open(folder.path())) {}

  static rdf::Quad quad(std::string const& s, std::string const& p, std::string const& o) {
    return {rdf::iri("e:" + s), rdf::iri("e:" + p), rdf::iri("e:" + o)};
  }
  std::vector<std::string> layer(rdf::Layers layers) const {
    std::vector<std::string> lines;
    rdf::ScanOptions options;
    options.layers = layers;
    auto const snapshot = store->snapshot();
    auto scan = snapshot.scan({}, rdf::Order::spo, std::move(options));
    while (scan.next()) {
      for (std::size_t i = 0; i < scan.block().rows; ++i) {
        std::string line;
        for (auto const part : {rdf::Part::subject, rdf::Part::predicate, rdf::Part::object}) {
          line += snapshot.dictionary().term(scan.block().column(part)[i]).value.substr(2) + " ";
        }
        lines.push_back(line);
      }
    }
    std::sort(lines.begin(), lines.end());
    return lines;
  }

  TemporaryDirectory folder;
  std::unique_ptr<rdf::Store> store;
};

TEST(StoreReasoner, KeepsTheInferredLayer) {
  Stored stored;
  {
    auto transaction = stored.store->begin(test_call());
    transaction.insert(Stored::quad("a", "p", "b").view());
    transaction.insert(Stored::quad("b", "p", "c").view());
    (void)transaction.commit();
  }
  StoreReasoner reasoner(test_call(), *stored.store, stored.store->snapshot(),
                         rules_of(":p[?x,?z] :- :p[?x,?y], :p[?y,?z] ."), Regime::none);
  {
    auto transaction = stored.store->begin(test_call());
    reasoner.replace_inferred(test_call(), transaction);
    (void)transaction.commit();
  }
  EXPECT_THAT(stored.layer(rdf::Layers::inferred), ElementsAre("a p c "));
  EXPECT_THAT(stored.layer(rdf::Layers::stated), ElementsAre("a p b ", "b p c "));
  {
    auto transaction = stored.store->begin(test_call());
    transaction.insert(Stored::quad("c", "p", "d").view());
    transaction.remove(Stored::quad("a", "p", "b").view());
    (void)reasoner.follow(test_call(), transaction);
    (void)transaction.commit();
  }
  EXPECT_THAT(stored.layer(rdf::Layers::inferred), ElementsAre("b p d "));
  auto const proof =
      why(test_call(), reasoner.reasoner().materialisation(), reasoner.fact(Stored::quad("b", "p", "d").view()));
  EXPECT_EQ(proof.size(), 3U);
}

TEST(StoreReasoner, TakesBackWhatIsNotCommitted) {
  Stored stored;
  StoreReasoner reasoner(test_call(), *stored.store, stored.store->snapshot(),
                         rules_of(":q[?x,?y] :- :p[?x,?y], NOT :r[?x,?y] ."), Regime::none);
  {
    auto transaction = stored.store->begin(test_call());
    transaction.insert(Stored::quad("a", "p", "b").view());
    (void)reasoner.follow(test_call(), transaction);
    (void)transaction.commit();
  }
  {
    auto transaction = stored.store->begin(test_call());
    transaction.insert(Stored::quad("a", "r", "b").view());
    transaction.insert(Stored::quad("c", "p", "d").view());
    auto const followed = reasoner.follow(test_call(), transaction);
    EXPECT_EQ(followed.inferred.removed.size(), 1U);
    reasoner.take_back(test_call(), followed);
  }
  EXPECT_TRUE(reasoner.reasoner().materialisation().holds(reasoner.fact(Stored::quad("a", "q", "b").view())));
  EXPECT_FALSE(reasoner.reasoner().materialisation().holds(reasoner.fact(Stored::quad("c", "q", "d").view())));
}

TEST(StoreReasoner, SeesNothingOfClosedGraphsAndPutsNothingThere) {
  Stored stored;
  auto const closed = stored.store->dictionary().intern(rdf::iri_view("e:closed"));
  StoreReasoner reasoner(test_call(), *stored.store, stored.store->snapshot(),
                         rules_of("[?x,:q,?y] :closed :- [?x,:p,?y] ?g . :r[?x,?y] :- [?x,:p,?y] ?g ."), Regime::none,
                         {}, {closed});
  auto transaction = stored.store->begin(test_call());
  auto inside = Stored::quad("a", "p", "b");
  inside.graph = rdf::iri("e:closed");
  transaction.insert(inside.view());
  auto outside = Stored::quad("c", "p", "d");
  outside.graph = rdf::iri("e:open");
  transaction.insert(outside.view());
  (void)reasoner.follow(test_call(), transaction);
  (void)transaction.commit();
  EXPECT_THAT(stored.layer(rdf::Layers::inferred), ElementsAre("c r d "));
}

TEST(StoreReasoner, ShowsStatementsOfRdfAlone) {
  Stored stored;
  StoreReasoner reasoner(test_call(), *stored.store, stored.store->snapshot(),
                         rules_of("[?x,?o,?x] :- :p[?x,?o] . [?o,:q,?x] :- :p[?x,?o] ."), Regime::none);
  auto transaction = stored.store->begin(test_call());
  auto quad = Stored::quad("a", "p", "b");
  quad.object = rdf::literal("text");
  transaction.insert(quad.view());
  (void)reasoner.follow(test_call(), transaction);
  (void)transaction.commit();
  EXPECT_THAT(stored.layer(rdf::Layers::inferred), ElementsAre());
}

}  // namespace
}  // namespace lepton::reason
