#include "rdf/iri.h"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

namespace lepton::rdf {
namespace {

std::string resolved(BaseIri const& base, std::string reference) {
  return base.resolve(reference) ? reference : "(unresolved)";
}

// RFC 3986 §5.4.1 and §5.4.2, but for those that are absolute: these stay as they are written.
TEST(BaseIri, ResolvesTheExamplesOfTheStandard) {
  BaseIri const base("http://a/b/c/d;p?q");
  std::vector<std::pair<std::string, std::string>> const examples{{"g", "http://a/b/c/g"},
                                                                  {"./g", "http://a/b/c/g"},
                                                                  {"g/", "http://a/b/c/g/"},
                                                                  {"/g", "http://a/g"},
                                                                  {"//g", "http://g"},
                                                                  {"?y", "http://a/b/c/d;p?y"},
                                                                  {"g?y", "http://a/b/c/g?y"},
                                                                  {"#s", "http://a/b/c/d;p?q#s"},
                                                                  {"g#s", "http://a/b/c/g#s"},
                                                                  {"g?y#s", "http://a/b/c/g?y#s"},
                                                                  {";x", "http://a/b/c/;x"},
                                                                  {"g;x", "http://a/b/c/g;x"},
                                                                  {"", "http://a/b/c/d;p?q"},
                                                                  {".", "http://a/b/c/"},
                                                                  {"./", "http://a/b/c/"},
                                                                  {"..", "http://a/b/"},
                                                                  {"../", "http://a/b/"},
                                                                  {"../g", "http://a/b/g"},
                                                                  {"../..", "http://a/"},
                                                                  {"../../", "http://a/"},
                                                                  {"../../g", "http://a/g"},
                                                                  {"../../../g", "http://a/g"},
                                                                  {"../../../../g", "http://a/g"},
                                                                  {"/./g", "http://a/g"},
                                                                  {"/../g", "http://a/g"},
                                                                  {"g.", "http://a/b/c/g."},
                                                                  {".g", "http://a/b/c/.g"},
                                                                  {"g..", "http://a/b/c/g.."},
                                                                  {"..g", "http://a/b/c/..g"},
                                                                  {"./../g", "http://a/b/g"},
                                                                  {"./g/.", "http://a/b/c/g/"},
                                                                  {"g/./h", "http://a/b/c/g/h"},
                                                                  {"g/../h", "http://a/b/c/h"},
                                                                  {"g;x=1/./y", "http://a/b/c/g;x=1/y"},
                                                                  {"g;x=1/../y", "http://a/b/c/y"},
                                                                  {"g?y/./x", "http://a/b/c/g?y/./x"},
                                                                  {"g#s/../x", "http://a/b/c/g#s/../x"},
                                                                  {"g:h", "g:h"},
                                                                  {"http:g", "http:g"}};
  for (auto const& [reference, expected] : examples) EXPECT_EQ(resolved(base, reference), expected) << reference;
}

TEST(BaseIri, DropsItsFragment) {
  EXPECT_EQ(resolved(BaseIri("http://a/b#c"), ""), "http://a/b");
}

TEST(BaseIri, MergesBelowAnAuthorityWithoutPath) {
  EXPECT_EQ(resolved(BaseIri("http://a"), "g"), "http://a/g");
}

TEST(BaseIri, ResolvesAgainstSchemesWithoutHierarchy) {
  EXPECT_EQ(resolved(BaseIri("urn:a:b"), "#c"), "urn:a:b#c");
  EXPECT_EQ(resolved(BaseIri("file:///x/y"), "z"), "file:///x/z");
}

TEST(BaseIri, NeedsABaseOnlyForRelativeReferences) {
  EXPECT_EQ(resolved(BaseIri(), "g"), "(unresolved)");
  EXPECT_EQ(resolved(BaseIri(), "urn:g"), "urn:g");
}

TEST(Iri, TellsAbsoluteFromRelative) {
  EXPECT_TRUE(is_absolute_iri("a+b-1.c:"));
  EXPECT_FALSE(is_absolute_iri("1a:b"));
  EXPECT_FALSE(is_absolute_iri("a/b:c"));
  EXPECT_FALSE(is_absolute_iri(""));
}

}  // namespace
}  // namespace lepton::rdf
