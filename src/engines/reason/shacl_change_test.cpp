#include "reason/shacl_change.h"

#include <gmock/gmock.h>

#include <random>
#include <set>

#include "base/file.h"
#include "rdf/parse.h"
#include "reason/reason_testing.h"

namespace lepton::reason {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr char kPrefixes[] =
    "@prefix : <e:> . @prefix sh: <http://www.w3.org/ns/shacl#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> . "
    "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n";

/// Data in the default graph, shapes in another one.
struct Changing {
  explicit Changing(std::string const& shapes) : store(rdf::Store::open(folder.path())) {
    auto const graph = store->dictionary().intern(rdf::iri_view("e:shapes"));
    std::string const text = kPrefixes + shapes;
    rdf::StringSource source(text);
    (void)store->load(test_call(),
                      [&](rdf::QuadSink& sink) { rdf::parse(test_call(), rdf::Syntax::turtle, source, sink); },
                      {.graph = graph});
    loaded = std::make_unique<Shapes>(test_call(), GraphView(store->snapshot(), store->dictionary(), graph));
  }

  [[nodiscard]] GraphView data() const {
    return {store->snapshot(), store->dictionary(), rdf::TermId::default_graph()};
  }
  /// "focus constraint value" of each result.
  [[nodiscard]] std::set<std::string> lines(ShaclReport const& report) const {
    std::set<std::string> lines;
    for (auto const& one : report.results) {
      auto line = data().term(one.focus).value + " " + one.component.substr(0, one.component.find("Constraint"));
      if (one.value.defined()) line += " " + data().term(one.value).value;
      lines.insert(line);
    }
    return lines;
  }
  [[nodiscard]] std::set<std::string> all() const { return lines(validate(test_call(), data(), *loaded)); }

  /// Commits, and validates what was changed.
  std::set<std::string> change(std::function<void(rdf::Transaction&)> const& action) {
    auto transaction = store->begin(test_call());
    action(transaction);
    auto changes = transaction.changes(rdf::Layer::stated);
    (void)transaction.commit();
    changes.added.insert(changes.added.end(), changes.removed.begin(), changes.removed.end());
    return lines(validate_change(test_call(), data(), *loaded, changes.added));
  }
  std::set<std::string> insert(std::string const& turtle) {
    std::string const text = kPrefixes + turtle;
    return change([&](rdf::Transaction& transaction) {
      rdf::StringSource source(text);
      rdf::QuadCollector collected;
      rdf::parse(test_call(), rdf::Syntax::turtle, source, collected);
      for (auto const& quad : collected.quads) transaction.insert(quad.view());
    });
  }
  std::set<std::string> remove(std::string const& s, std::string const& p, std::string const& o) {
    return change([&](rdf::Transaction& transaction) {
      transaction.remove(rdf::QuadView{rdf::iri_view(s), rdf::iri_view(p), rdf::iri_view(o), {}});
    });
  }

  TemporaryDirectory folder;
  std::unique_ptr<rdf::Store> store;
  std::unique_ptr<Shapes> loaded;
};

TEST(ShaclChange, LooksAtWhatWasTouchedAlone) {
  Changing graph(":S sh:targetClass :C ; sh:property [ sh:path :age ; sh:maxCount 1 ] .");
  EXPECT_THAT(graph.insert(":a a :C ; :age 1 , 2 ."), ElementsAre("e:a MaxCount"));
  EXPECT_THAT(graph.insert(":b a :C ; :age 3 ."), IsEmpty()) << "a is not looked at again";
  EXPECT_THAT(graph.insert(":a :name 'An' ."), IsEmpty()) << "no shape reads names";
  EXPECT_THAT(graph.insert(":c :age 1 , 2 ."), IsEmpty()) << "no target";
  EXPECT_THAT(graph.insert(":c a :C ."), ElementsAre("e:c MaxCount")) << "a target now";
}

TEST(ShaclChange, FindsFocusNodesThroughPaths) {
  Changing graph(
      ":S sh:targetClass :C ; sh:property [ sh:path ( :in [ sh:inversePath :of ] ) ; sh:class :T ] , "
      "[ sh:path :in ; sh:node [ sh:property [ sh:path :name ; sh:minCount 1 ] ] ] .");
  EXPECT_THAT(graph.insert(":a a :C ; :in :x . :x :name 'X' . :t :of :x ; a :T ."), IsEmpty());
  EXPECT_THAT(graph.insert(":u :of :x ."), ElementsAre("e:a Class e:u")) << "two steps from a, one of them backward";
  EXPECT_THAT(graph.insert(":u a :T ."), IsEmpty());
  EXPECT_THAT(graph.remove("e:t", std::string(rdf::rdf_type), "e:T"), ElementsAre("e:a Class e:t"));
  EXPECT_THAT(graph.change([](rdf::Transaction& transaction) {
    transaction.remove(rdf::QuadView{rdf::iri_view("e:x"), rdf::iri_view("e:name"), rdf::literal("X").view(), {}});
  }),
              testing::Contains("e:a Node e:x"));
}

TEST(ShaclChange, FollowsPathsWithoutEnd) {
  Changing graph(":S sh:targetNode :a ; sh:property [ sh:path [ sh:oneOrMorePath :next ] ; sh:nodeKind sh:IRI ] .");
  EXPECT_THAT(graph.insert(":a :next :b . :b :next :c . :c :next :d . :d :next :a ."), IsEmpty());
  EXPECT_THAT(graph.insert(":d :next 7 ."), ElementsAre("e:a NodeKind 7"));
}

TEST(ShaclChange, ValidatesEverythingWhenClassesMove) {
  Changing graph(":S sh:targetClass :C ; sh:property [ sh:path :age ; sh:minCount 1 ] .");
  EXPECT_THAT(graph.insert(":a a :D ."), IsEmpty());
  EXPECT_THAT(graph.insert(":D rdfs:subClassOf :C ."), ElementsAre("e:a MinCount"));
}

/// Random statements over few terms, so that paths meet.
class RandomData {
 public:
  explicit RandomData(unsigned seed) : random_(seed) {}

  void change(rdf::Transaction& transaction) {
    for (int i = 0; i < 4; ++i) {
      auto const subject = name("n", 6);
      auto const predicate = pick(3) == 0 ? std::string(rdf::rdf_type) : name("p", 3);
      auto const object = predicate == rdf::rdf_type ? name("C", 2) : name("n", 6);
      rdf::QuadView const quad{rdf::iri_view(subject), rdf::iri_view(predicate), rdf::iri_view(object), {}};
      if (pick(2) == 0) {
        transaction.insert(quad);
      } else {
        transaction.remove(quad);
      }
    }
  }

 private:
  unsigned pick(unsigned count) { return std::uniform_int_distribution<unsigned>(0, count - 1)(random_); }
  std::string name(std::string const& kind, unsigned count) { return fmt::format("e:{}{}", kind, pick(count)); }

  std::mt19937 random_;
};

TEST(ShaclChange, MissesNothingThatAFullValidationFinds) {
  constexpr char shapes[] =
      ":S1 sh:targetClass :C0 ; sh:property [ sh:path ( :p0 :p1 ) ; sh:class :C1 ] , "
      "  [ sh:path [ sh:inversePath :p2 ] ; sh:maxCount 1 ; sh:node :N ] . "
      ":N sh:property [ sh:path [ sh:alternativePath ( :p0 :p1 ) ] ; sh:minCount 1 ; sh:maxCount 2 ] . "
      ":S2 sh:targetSubjectsOf :p0 ; sh:not [ sh:property [ sh:path [ sh:zeroOrMorePath :p1 ] ; sh:hasValue :n5 ] ] . "
      ":S3 sh:targetObjectsOf :p1 ; sh:closed true ; sh:property [ sh:path :p0 ] , [ sh:path :p1 ; sh:disjoint :p2 ] . "
      ":S4 sh:targetNode :n3 ; sh:or ( [ sh:class :C0 ] [ sh:property [ sh:path :p2 ; sh:equals :p0 ] ] ) .";
  for (unsigned seed = 0; seed < 12; ++seed) {
    Changing graph(shapes);
    RandomData data(seed);
    for (int round = 0; round < 12; ++round) {
      auto const before = graph.all();
      auto const found = graph.change([&](rdf::Transaction& transaction) { data.change(transaction); });
      auto const after = graph.all();
      for (auto const& line : after)
        EXPECT_TRUE(found.contains(line) || before.contains(line)) << line << ", seed " << seed << " round " << round;
      for (auto const& line : found) EXPECT_TRUE(after.contains(line)) << line << ", seed " << seed;
    }
  }
}

}  // namespace
}  // namespace lepton::reason
