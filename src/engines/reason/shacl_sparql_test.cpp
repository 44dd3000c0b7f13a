#include "reason/shacl_sparql.h"

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

/// One graph that holds data and shapes; results as "focus value: message".
struct Validated {
  explicit Validated(std::string const& turtle) : store(rdf::Store::open(folder.path())) {
    std::string const text =
        "@prefix : <e:> . @prefix sh: <http://www.w3.org/ns/shacl#> . @prefix owl: <http://www.w3.org/2002/07/owl#> .\n"
        ":o sh:declare [ sh:prefix \"e\" ; sh:namespace \"e:\" ] .\n" +
        turtle;
    (void)store->load(test_call(), [&](rdf::QuadSink& sink) {
      rdf::StringSource source(text);
      rdf::parse(test_call(), rdf::Syntax::trig, source, sink);
    });
  }
  std::vector<std::string> results(std::string const& data_graph = "", std::string const& shapes_graph = "") {
    auto const graph = [&](std::string const& name) {
      return name.empty() ? rdf::TermId::default_graph() : store->dictionary().intern(rdf::iri_view(name));
    };
    GraphView const data(store->snapshot(), store->dictionary(), graph(data_graph));
    GraphView const shapes(store->snapshot(), store->dictionary(), graph(shapes_graph));
    std::vector<std::string> lines;
    for (auto const& one : validate(test_call(), data, Shapes(test_call(), shapes)).results) {
      auto const text = [&](rdf::TermId id) { return id.defined() ? data.term(id).value : std::string("-"); };
      lines.push_back(fmt::format("{} {}: {}", text(one.focus), text(one.value), one.message));
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

std::string shape_with(std::string const& select) {
  return ":S sh:targetNode :a , :b ; sh:sparql [ sh:prefixes :o ; sh:message \"{$this} has {?value}, not {?other}\" ; "
         "sh:select \"\"\"" +
         select + "\"\"\" ] .\n";
}

TEST(ShaclSparql, ReportsEachSolutionWithItsMessage) {
  Validated graph(shape_with("SELECT $this ?value { $this e:p ?value . FILTER (?value > 1) }") +
                  ":a :p 1 , 2 . :b :p 3 .");
  EXPECT_THAT(graph.results(), ElementsAre("e:a 2: e:a has 2, not {?other}", "e:b 3: e:b has 3, not {?other}"));
}

TEST(ShaclSparql, BindsItsVariablesInEveryGroup) {
  Validated graph(shape_with("SELECT $this { { FILTER (false) } UNION { BIND ($this AS ?x) OPTIONAL { ?x e:p ?v . "
                             "FILTER (bound($this)) } FILTER (?x = e:a && bound(?v)) } FILTER NOT EXISTS { $this e:q "
                             "?any } { SELECT $this { FILTER (bound($currentShape)) } } }") +
                  ":a :p 1 . :b :p 3 .");
  EXPECT_THAT(graph.results(), ElementsAre("e:a e:a: e:a has {?value}, not {?other}"));
}

TEST(ShaclSparql, PathsStandInPlaceOfPredicates) {
  Validated graph(
      ":S sh:targetNode :a ; sh:property [ sh:path ( :p [ sh:inversePath :q ] ) ; sh:sparql [ sh:select \"SELECT $this "
      "?value { $this $PATH ?value }\" ; sh:message \"leads to it\" ] ] . :a :p :m . :x :q :m .");
  EXPECT_THAT(graph.results(), ElementsAre("e:a e:x: leads to it"));
}

TEST(ShaclSparql, ReadsTheShapesGraphAndNoOther) {
  Validated graph(
      ":d { :a :p 1 } :other { :a :secret 2 } :s { " +
      shape_with(
          "SELECT $this ?value { { GRAPH $shapesGraph { $currentShape e:limit ?value } } UNION { GRAPH ?g { $this "
          "e:secret ?value } } }") +
      ":S :limit 7 . :o sh:declare [ sh:prefix \"e\" ; sh:namespace \"e:\" ] }");
  EXPECT_THAT(graph.results("e:d", "e:s"),
              ElementsAre("e:a 7: e:a has 7, not {?other}", "e:b 7: e:b has 7, not {?other}"));
}

std::string const at_most =
    ":AtMost a sh:ConstraintComponent ; sh:parameter [ sh:path :most ] , [ sh:path :but ; sh:optional true ] ; "
    "sh:validator [ sh:message \"more than {$most}\" ; sh:ask \"ASK { FILTER ($value <= $most || $value = "
    "COALESCE($but, -1)) }\" ] .\n";

TEST(ShaclSparql, ComponentsTakeTheirParameters) {
  Validated graph(at_most +
                  ":S sh:targetNode :a ; sh:property [ sh:path :p ; :most 3 ] . :T sh:targetNode :a ; sh:property [ "
                  "sh:path :p ; :most 3 ; :but 5 ] . :U sh:targetNode :a ; sh:property [ sh:path :p ; :but 5 ] . :a :p "
                  "3 , 5 , 6 .");
  EXPECT_THAT(graph.results(), ElementsAre("e:a 5: more than 3", "e:a 6: more than 3", "e:a 6: more than 3"));
}

TEST(ShaclSparql, RefusesWhatPrebindingCannotMean) {
  auto const complaint = [](std::string const& select) { return Validated(shape_with(select)).complaint(); };
  EXPECT_THAT(complaint("SELECT $this { $this ?p ?o MINUS { $this ?p 1 } }"), HasSubstr("MINUS is not allowed here"));
  EXPECT_THAT(complaint("SELECT $this { VALUES ?x { 1 } }"), HasSubstr("VALUES is not allowed here"));
  EXPECT_THAT(complaint("SELECT $this { $this ?p ?o FILTER EXISTS { SERVICE <e:s> { ?a ?b ?c } } }"),
              HasSubstr("SERVICE is not allowed here"));
  EXPECT_THAT(complaint("SELECT $this { BIND (1 AS $this) }"), HasSubstr("$this has a value already"));
  EXPECT_THAT(complaint("SELECT $this { { SELECT ?x { ?x ?y ?z } } }"), HasSubstr("a subquery must also select $this"));
  EXPECT_THAT(complaint("ASK { }"),
              HasSubstr("ill_formed_shape: the shape or component e:S: its sh:select is a query"));
  EXPECT_THAT(complaint("SELECT $this {"), HasSubstr("its sh:select is no query: line 1, column"));
  EXPECT_THAT(Validated(at_most + ":S sh:targetNode :a ; :most 1 , 2 .").complaint(), HasSubstr("one most only"));
}

TEST(ShaclSparql, ImportsPrefixesAndRefusesTwoMeanings) {
  Validated graph(
      ":S sh:targetNode :a ; sh:sparql [ sh:prefixes :all ; sh:message \"m\" ; sh:select \"SELECT $this { $this e:p "
      "x:y }\" ] . :all owl:imports :o , :x . :x owl:imports :all ; sh:declare [ sh:prefix \"x\" ; sh:namespace \"x:\" "
      "] "
      ". :a :p <x:y> .");
  EXPECT_THAT(graph.results(), ElementsAre("e:a e:a: m"));
  EXPECT_THAT(Validated(shape_with("SELECT $this { }") + ":o sh:declare [ sh:prefix \"e\" ; sh:namespace \"f:\" ] .")
                  .complaint(),
              HasSubstr("the prefix 'e' is declared twice"));
}

TEST(ShaclSparql, SaysWhenAQueryCannotDecide) {
  EXPECT_THAT(Validated(shape_with("SELECT $this (true AS ?failure) { }")).complaint(), HasSubstr("shape_failure"));
}

TEST(ShaclSparql, DeactivatedConstraintsAreSilent) {
  Validated graph(":S sh:targetNode :a ; sh:sparql [ sh:deactivated true ; sh:select \"SELECT $this { }\" ] .");
  EXPECT_THAT(graph.results(), IsEmpty());
}

}  // namespace
}  // namespace lepton::reason
