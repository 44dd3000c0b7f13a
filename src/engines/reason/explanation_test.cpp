#include "reason/explanation.h"

#include <gmock/gmock.h>

#include "base/error.h"
#include "reason/reason_testing.h"

namespace lepton::reason {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct Explained {
  Explained(std::string const& rules, std::string const& facts) : materialisation(rules_of(rules), terms) {
    (void)materialisation.update(test_call(), facts_of(terms, facts), {});
  }
  Fact fact(std::string const& text) { return facts_of(terms, text).front(); }
  std::string why_text(std::string const& text) {
    return to_string(terms, why(test_call(), materialisation, fact(text)));
  }

  MemoryTerms terms;
  Materialisation materialisation;
};

TEST(Why, LeadsDownToStatements) {
  Explained one("@rule \"base\" :r[?x,?y] :- :e[?x,?y] . @rule \"step\" :r[?x,?z] :- :r[?x,?y], :e[?y,?z] .",
                ":a :e :b . :b :e :c . :c :e :a .");
  EXPECT_EQ(one.why_text(":a :r :c ."),
            "[<e:a>, <e:r>, <e:c>]  (by step)\n"
            "  [<e:a>, <e:r>, <e:b>]  (by base)\n"
            "    [<e:a>, <e:e>, <e:b>]  (stated)\n"
            "  [<e:b>, <e:e>, <e:c>]  (stated)\n");
  EXPECT_EQ(one.why_text(":a :e :b ."), "[<e:a>, <e:e>, <e:b>]  (stated)\n");
  EXPECT_THROW((void)one.why_text(":a :e :c ."), Error);
}

TEST(Why, NoFactIsItsOwnReason) {
  Explained one(":p[?x,?y] :- :q[?x,?y] . :q[?x,?y] :- :p[?x,?y] . :q[?x,?y] :- :s[?x,?y] .", ":a :s :b .");
  EXPECT_EQ(one.why_text(":a :p :b ."),
            "[<e:a>, <e:p>, <e:b>]  (by line 2)\n"
            "  [<e:a>, <e:q>, <e:b>]  (by line 2)\n"
            "    [<e:a>, <e:s>, <e:b>]  (stated)\n");
}

TEST(Why, SaysWhatHadToBeAbsent) {
  Explained one(":p[?x,?y] :- :q[?x,?y], NOT :r[?x,?y] .", ":a :q :b .");
  EXPECT_EQ(one.why_text(":a :p :b ."),
            "[<e:a>, <e:p>, <e:b>]  (by line 2)\n"
            "  NOT EXISTS IN ([?x, <e:r>, ?y])\n"
            "  [<e:a>, <e:q>, <e:b>]  (stated)\n");
}

TEST(WhyNot, NamesTheMissingFact) {
  Explained one("@rule \"kin\" :uncle[?x,?y] :- :parent[?x,?z], :brother[?z,?y] .", ":a :parent :b .");
  auto const misses = why_not(test_call(), one.materialisation, one.fact(":a :uncle :c ."));
  ASSERT_EQ(misses.size(), 1U);
  EXPECT_EQ(misses[0].rule, "kin");
  EXPECT_THAT(misses[0].missing, ElementsAre("[<e:b>, <e:brother>, <e:c>]"));
  EXPECT_THAT(misses[0].found, ElementsAre("[<e:a>, <e:parent>, <e:b>]"));
  EXPECT_THAT(why_not(test_call(), one.materialisation, one.fact(":a :parent :c .")), IsEmpty());
  EXPECT_THROW((void)why_not(test_call(), one.materialisation, one.fact(":a :parent :b .")), Error);
}

TEST(WhyNot, NamesFiltersAndAbsences) {
  Explained one(
      "@rule \"low\" :big[?x] :- :size[?x,?n], FILTER(?n > 5) . @rule \"not\" :big[?x] :- :size[?x,?n], NOT :small[?x] "
      ".",
      ":a :size 3 . :a a :small .");
  auto const misses = why_not(test_call(), one.materialisation, one.fact(":a a :big ."));
  ASSERT_EQ(misses.size(), 2U);
  EXPECT_THAT(misses[0].missing, ElementsAre("FILTER((?n > \"5\"^^<http://www.w3.org/2001/XMLSchema#integer>))"));
  EXPECT_THAT(misses[1].missing, ElementsAre("NOT EXISTS IN ([?x, "
                                             "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>, <e:small>])"));
}

TEST(WhyNot, OrdersByWhatIsMissing) {
  Explained one(
      "@rule \"far\" :t[?x,?y] :- :p[?x,?y], :q[?x,?y], :r[?x,?y] . @rule \"near\" :t[?x,?y] :- :p[?x,?y], :s[?x,?y] .",
      ":a :p :b .");
  auto const misses = why_not(test_call(), one.materialisation, one.fact(":a :t :b ."));
  ASSERT_EQ(misses.size(), 2U);
  EXPECT_EQ(misses[0].rule, "near");
  EXPECT_THAT(misses[1].missing, ElementsAre("[<e:a>, <e:q>, <e:b>]", "[<e:a>, <e:r>, <e:b>]"));
}

TEST(Contradictions, ComeWithProofs) {
  Explained one(":c[?x,?y] :- :p[?x,?y] . @rule \"irreflexive\" :- :c[?x,?x] .", ":a :p :a . :a :p :b .");
  auto const found = contradictions(test_call(), one.materialisation, 10);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].rule, "irreflexive");
  ASSERT_EQ(found[0].facts.size(), 1U);
  EXPECT_EQ(to_string(one.terms, found[0].facts[0]),
            "[<e:a>, <e:c>, <e:a>]  (by line 2)\n  [<e:a>, <e:p>, <e:a>]  (stated)\n");
}

}  // namespace
}  // namespace lepton::reason
