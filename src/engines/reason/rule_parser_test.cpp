#include "reason/rule_parser.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace lepton::reason {
namespace {

Call const& test_call() {
  static SystemClock const clock;
  static Call const call = system_call(clock);
  return call;
}

std::string read(std::string const& text) {
  std::string written;
  for (auto const& rule : parse_rules(test_call(), "@prefix : <e:> .\n" + text)) written += to_string(rule) + "\n";
  return written;
}

std::string complaint(std::string_view text) {
  try {
    (void)parse_rules(test_call(), text);
  } catch (Error const& error) {
    EXPECT_EQ(error.reason(), "rule_syntax");
    return error.what();
  }
  return "";
}

TEST(RuleParser, TriplesClassesAndPropertiesAreOneKindOfAtom) {
  EXPECT_EQ(read("[?x, :uncle, ?y] :- [?x, :parent, ?z], [?z, :brother, ?y] ."),
            "[?x, <e:uncle>, ?y] :- [?x, <e:parent>, ?z], [?z, <e:brother>, ?y] .\n");
  EXPECT_EQ(read(":Person[?x] :- :teaches[?x, ?y]."),
            "[?x, <http://www.w3.org/1999/02/22-rdf-syntax-ns#type>, <e:Person>] :- [?x, <e:teaches>, ?y] .\n");
  EXPECT_EQ(read(":p[?x,?y], :q[?y,?x] :- [?x, a, ?y] ."),
            "[?x, <e:p>, ?y], [?y, <e:q>, ?x] :- [?x, <http://www.w3.org/1999/02/22-rdf-syntax-ns#type>, ?y] .\n");
}

TEST(RuleParser, GraphsFollowTheirAtom) {
  EXPECT_EQ(read("[?x, :p, ?y] :g :- :p[?x, ?y] ?g, :q[?x, \"a\"@en] <e:h> ."),
            "[?x, <e:p>, ?y] <e:g> :- [?x, <e:p>, ?y] ?g, [?x, <e:q>, \"a\"@en] <e:h> .\n");
}

TEST(RuleParser, FactsAndConstraints) {
  EXPECT_EQ(read(":p[:a, 1.5] ."), "[<e:a>, <e:p>, \"1.5\"^^<http://www.w3.org/2001/XMLSchema#decimal>] .\n");
  EXPECT_EQ(read(":- :p[?x, ?x] ."), " :- [?x, <e:p>, ?x] .\n");
}

TEST(RuleParser, FiltersAndBindings) {
  EXPECT_EQ(read(":q[?x, ?z] :- :p[?x, ?y], FILTER(?y >= 1 && !(?y = 2 || ?y < -3)), BIND(?y * 2 + 1 AS ?z) ."),
            "[?x, <e:q>, ?z] :- [?x, <e:p>, ?y], FILTER(((?y >= \"1\"^^<http://www.w3.org/2001/XMLSchema#integer>) && "
            "!((?y = \"2\"^^<http://www.w3.org/2001/XMLSchema#integer>) || (?y < "
            "\"-3\"^^<http://www.w3.org/2001/XMLSchema#integer>)))), BIND(((?y * "
            "\"2\"^^<http://www.w3.org/2001/XMLSchema#integer>) + \"1\"^^<http://www.w3.org/2001/XMLSchema#integer>) "
            "AS ?z) .\n");
  EXPECT_EQ(read(":q[?x, ?z] :- :p[?x, ?y], BIND(concat(str(?y), \"!\") AS ?z) ."),
            "[?x, <e:q>, ?z] :- [?x, <e:p>, ?y], BIND(CONCAT(STR(?y), \"!\") AS ?z) .\n");
}

TEST(RuleParser, NegationAndAggregates) {
  EXPECT_EQ(read("[?x, :q, ?n] :- NOT :p[?x, ?x], NOT EXISTS ?y, ?z IN (:p[?x, ?y], :p[?y, ?z]), "
                 "AGGREGATE(:p[?x, ?y], FILTER(?y > 3) ON ?x BIND COUNT(DISTINCT ?y) AS ?n BIND count(*) AS ?m) ."),
            "[?x, <e:q>, ?n] :- NOT EXISTS IN ([?x, <e:p>, ?x]), NOT EXISTS IN ([?x, <e:p>, ?y], [?y, <e:p>, ?z]), "
            "AGGREGATE([?x, <e:p>, ?y], FILTER((?y > \"3\"^^<http://www.w3.org/2001/XMLSchema#integer>)) ON ?x BIND "
            "COUNT(DISTINCT ?y) AS ?n BIND COUNT(*) AS ?m) .\n");
}

TEST(RuleParser, LabelsNameTheirRule) {
  auto const rules = parse_rules(test_call(), "@rule \"kin\"\n<e:p>[?x,?y] :- <e:q>[?x,?y] .\n\n<e:p>[<e:a>,<e:b>] .");
  ASSERT_EQ(rules.size(), 2U);
  EXPECT_EQ(rules[0].label, "kin");
  EXPECT_EQ(rules[1].label, "line 4");
}

TEST(RuleParser, ProblemsNameLineAndColumn) {
  EXPECT_EQ(complaint("<e:p>[?x ?y] ."), "line 1, column 10: expected ']', found '?'");
  EXPECT_EQ(complaint("\n ex:p[?x] ."), "line 2, column 2: the prefix 'ex:' is not declared");
  EXPECT_EQ(complaint("<e:p>[?x, ?y] :- FILTER(?x >) ."),
            "line 1, column 29: expected a term or a variable, found ')'");
  EXPECT_EQ(complaint("[\"a\", <e:p>, ?y] :- <e:p>[?x, ?y] ."), "line 1, column 18: a literal cannot be a subject");
  EXPECT_EQ(complaint("<e:p>[?x,?y] :- <e:q>[?x,?y]"),
            "line 1, column 29: expected ',' or '.', but the document ends here");
  EXPECT_NE(complaint("<e:p>[?x,?y] :- FILTER(" + std::string(5000, '(')), "");
}

}  // namespace
}  // namespace lepton::reason
