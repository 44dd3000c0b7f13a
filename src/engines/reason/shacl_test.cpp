#include <gmock/gmock.h>

#include "base/error.h"
#include "base/file.h"
#include "rdf/parse.h"
#include "reason/reason_testing.h"
#include "reason/shacl_validation.h"

namespace lepton::reason {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// One graph that holds data and shapes; results as "focus component value".
struct Validated {
  explicit Validated(std::string const& turtle) : store(rdf::Store::open(folder.path())) {
    std::string const text =
        "@prefix : <e:> . @prefix sh: <http://www.w3.org/ns/shacl#> . @prefix xsd: "
        "<http://www.w3.org/2001/XMLSchema#> .\n" +
        turtle;
    (void)store->load(test_call(), [&](rdf::QuadSink& sink) {
      rdf::StringSource source(text);
      rdf::parse(test_call(), rdf::Syntax::turtle, source, sink);
    });
  }
  std::vector<std::string> results(std::vector<std::string> const& focus = {}) {
    GraphView const view(store->snapshot(), store->dictionary(), rdf::TermId::default_graph());
    ShaclOptions options;
    for (auto const& node : focus) options.focus.push_back(view.iri("e:" + node));
    std::vector<std::string> lines;
    for (auto const& one : validate(test_call(), view, Shapes(test_call(), view), options).results) {
      std::string line =
          view.term(one.focus).value.substr(2) + " " + one.component.substr(0, one.component.find("Constraint"));
      if (one.value.defined()) line += " " + view.term(one.value).value;
      lines.push_back(line);
    }
    std::sort(lines.begin(), lines.end());
    return lines;
  }
  std::string complaint() {
    try {
      (void)results();
    } catch (Error const& error) {
      return fmt::format("{}: {}", error.reason(), error.what());
    }
    return "";
  }

  TemporaryDirectory folder;
  std::unique_ptr<rdf::Store> store;
};

TEST(Shacl, ReportsWhatDoesNotConform) {
  Validated graph(
      ":S sh:targetClass :Person ; sh:property [ sh:path :age ; sh:minCount 1 ; sh:datatype xsd:integer ; "
      "sh:minInclusive 0 ] . "
      ":a a :Person ; :age 5 . :b a :Person . :c a :Person ; :age \"old\" , -1 .");
  EXPECT_THAT(graph.results(), ElementsAre("b MinCount", "c Datatype old", "c MinInclusive -1", "c MinInclusive old"));
}

TEST(Shacl, ValidatesOnlyWhatWasTouched) {
  Validated graph(
      ":S sh:targetSubjectsOf :p ; sh:closed true ; sh:property [ sh:path :p ] . :a :p 1 ; :q 2 . :b :p 1 ; :q 3 .");
  EXPECT_THAT(graph.results(), ElementsAre("a Closed 2", "b Closed 3"));
  EXPECT_THAT(graph.results({"b"}), ElementsAre("b Closed 3"));
  EXPECT_THAT(graph.results({"c"}), IsEmpty());
}

TEST(Shacl, InversePathsMayHaveAnyPathInside) {
  Validated graph(
      ":S sh:targetNode :z ; sh:property [ sh:path [ sh:inversePath ( :p [ sh:inversePath :q ] [ sh:oneOrMorePath :r ] "
      ") ] "
      "; sh:maxCount 0 ; sh:nodeKind sh:Literal ] . :a :p :b . :c :q :b . :c :r :d . :d :r :z .");
  EXPECT_THAT(graph.results(), ElementsAre("z MaxCount", "z NodeKind e:a"));
}

TEST(Shacl, RefusesRecursionAndBadPatterns) {
  EXPECT_THAT(Validated(":S sh:targetNode :a ; sh:node :S .").complaint(), HasSubstr("recursive_shape"));
  EXPECT_THAT(
      Validated(":S sh:targetNode :a ; sh:property [ sh:path :p ; sh:pattern \"(\" ] . :a :p \"x\" .").complaint(),
      HasSubstr("ill_formed_shape"));
  EXPECT_THAT(Validated(":S sh:targetNode :a ; sh:property [ sh:path [ :x :y ] ; sh:minCount 1 ] .").complaint(),
              HasSubstr("ill_formed_shape"));
}

TEST(Shacl, EndsPatternsThatExplode) {
  EXPECT_THAT(Validated(":S sh:targetNode :a ; sh:property [ sh:path :p ; sh:pattern \"^(a+)+$\" ] . :a :p \"" +
                        std::string(60, 'a') + "b\" .")
                  .complaint(),
              HasSubstr("pattern_too_slow"));
}

}  // namespace
}  // namespace lepton::reason
