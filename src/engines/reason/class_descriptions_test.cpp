#include "reason/class_descriptions.h"

#include <gmock/gmock.h>

#include "reason/reason_testing.h"
#include "sparql/parser.h"

namespace lepton::reason {
namespace {

using testing::Contains;
using testing::IsEmpty;
using testing::SizeIs;

DescribedQuery described(std::string const& where) {
  return take_descriptions(
      sparql::parse_query("PREFIX : <e:> PREFIX owl: <http://www.w3.org/2002/07/owl#> SELECT * { " + where + " }"),
      "d");
}

std::size_t patterns(DescribedQuery const& of) {
  std::size_t count = 0;
  for (auto const& element : of.query.body.where.elements) count += element.triples.size();
  return count;
}

TEST(ClassDescriptions, AreTakenOutOfQueries) {
  auto const of =
      described("?x a [ a owl:Restriction ; owl:onProperty :p ; owl:someValuesFrom [ owl:unionOf ( :A :B ) ] ]");
  EXPECT_THAT(of.descriptions, SizeIs(8));
  ASSERT_EQ(patterns(of), 1U);
  auto const& object = of.query.body.where.elements[0].triples[0].object;
  ASSERT_TRUE(std::holds_alternative<rdf::Term>(object));
  EXPECT_THAT(of.descriptions, Contains(testing::Field(&rdf::Quad::subject, std::get<rdf::Term>(object))));
}

TEST(ClassDescriptions, MayStandBesideFilters) {
  auto const of = described("?c :under _:b . FILTER (?c != :c) _:b owl:onProperty :p ; owl:someValuesFrom :D .");
  EXPECT_THAT(of.descriptions, SizeIs(2));
  EXPECT_EQ(patterns(of), 1U);
}

TEST(ClassDescriptions, AreNotWhatHasSomethingOpen) {
  EXPECT_THAT(described("?x a [ owl:onProperty ?p ; owl:someValuesFrom :D ]").descriptions, IsEmpty());
  EXPECT_THAT(described("?x a [ owl:unionOf ( :A [ owl:onProperty ?p ] ) ]").descriptions, IsEmpty());
  EXPECT_THAT(described("?x a _:c . _:c owl:complementOf _:d . _:d owl:complementOf _:c").descriptions, IsEmpty());
  EXPECT_THAT(described("?x :p [ :q :y ] . ?r owl:onProperty :p . ?l a ( :a :b )").descriptions, IsEmpty());
}

}  // namespace
}  // namespace lepton::reason
