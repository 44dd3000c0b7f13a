#include "rdf/term.h"

#include <gtest/gtest.h>

#include <unordered_set>

#include "rdf/blank_labels.h"
#include "rdf/quad.h"
#include "rdf/syntax.h"

namespace lepton::rdf {
namespace {

TEST(Term, IsWhatItsCharactersSay) {
  EXPECT_EQ(literal("1", xsd_integer), literal("1", xsd_integer));
  EXPECT_NE(literal("1", xsd_integer), literal("01", xsd_integer));
  EXPECT_NE(literal("1", xsd_integer), literal("1"));
  EXPECT_NE(iri("http://a/"), blank("http://a/"));
  EXPECT_NE(literal("a"), language_literal("a", "en"));
}

TEST(Term, ComparesLanguagesWithoutCase) {
  Term const british = language_literal("colour", "en-GB");
  Term const shouted = language_literal("colour", "EN-gb");
  EXPECT_EQ(british, shouted);
  EXPECT_EQ(TermHash()(british), TermHash()(shouted));
  EXPECT_EQ(british <=> shouted, std::strong_ordering::equal);
  EXPECT_EQ(british.language, "en-GB") << "the tag stays as it was written";
}

TEST(Term, OrdersIrisBlankNodesLiterals) {
  EXPECT_LT(iri("z"), blank("a"));
  EXPECT_LT(blank("z"), literal("a"));
  EXPECT_LT(literal("a"), literal("b"));
}

TEST(Quad, OrdersTheDefaultGraphFirst) {
  Quad const plain(iri("s"), iri("p"), iri("o"));
  Quad const named(iri("a"), iri("p"), iri("o"), iri("g"));
  EXPECT_LT(plain, named);
  EXPECT_EQ(Quad(named.view()), named);
}

TEST(BlankLabels, KeepsDocumentLabelsApartFromGeneratedOnes) {
  BlankLabels labels;
  std::unordered_set<std::string> seen;
  std::string label;
  for (int i = 0; i < 3; ++i) {
    labels.generate(label);
    EXPECT_TRUE(seen.insert(label).second);
  }
  for (char const* const own : {"anon1", "anonx1", "anonxx1", "anon", "anonx", "anon1a", "b"}) {
    label = own;
    BlankLabels::keep(label);
    EXPECT_TRUE(seen.insert(label).second) << own << " became " << label;
  }
}

TEST(Syntax, IsFoundByMediaTypeAndFileName) {
  EXPECT_EQ(find_syntax_by_media_type("text/turtle; charset=utf-8"), Syntax::turtle);
  EXPECT_EQ(find_syntax_by_media_type("Application/N-Quads"), Syntax::nquads);
  EXPECT_EQ(find_syntax_by_media_type(""), std::nullopt);
  EXPECT_EQ(find_syntax_by_media_type("text/csv"), std::nullopt);
  EXPECT_EQ(find_syntax_by_file_name("a/b.OWL"), Syntax::rdfxml);
  EXPECT_EQ(find_syntax_by_file_name("data.csv"), std::nullopt);
}

}  // namespace
}  // namespace lepton::rdf
