#include "graphs/mappings.h"

#include "graphs/mappings_test.h"
#include "table/own_worker.h"

namespace lepton::graphs {
namespace {

using access::code_of;
using access::Mask;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

INSTANTIATE_TEST_SUITE_P(On, MappingsTest, testing::ValuesIn(db::test_databases()), db::test_database_name);

/// The same mapping with one thing in another way.
std::string changed(std::string const& from, std::string const& to) {
  std::string text(kMappingOfPeople);
  return text.replace(text.find(from), from.size(), to);
}

TEST_P(MappingsTest, MakesStatementsOfRowsInAGraphForEachDataset) {
  auto const result = map(ben());
  EXPECT_EQ(seen(ben()),
            "<http://b/p/1> <http://b/guarantees> <http://b/p/2> .\n"
            "<http://b/p/1> <http://b/id> \"1\"^^<http://www.w3.org/2001/XMLSchema#integer> .\n"
            "<http://b/p/1> <http://b/name> \"Ann\" .\n"
            "<http://b/p/1> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://b/Person> .\n"
            "<http://b/p/2> <http://b/guarantees> <http://b/p/3> .\n"
            "<http://b/p/2> <http://b/id> \"2\"^^<http://www.w3.org/2001/XMLSchema#integer> .\n"
            "<http://b/p/2> <http://b/name> \"Bo \\\"B\\\" Li\" .\n"
            "<http://b/p/2> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://b/Person> .\n"
            "<http://b/p/3> <http://b/id> \"3\"^^<http://www.w3.org/2001/XMLSchema#integer> .\n"
            "<http://b/p/3> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://b/Person> .\n");
  ASSERT_EQ(result.datasets.size(), 2u);
  EXPECT_EQ(result.datasets[0].dataset, "banking/people@1");
  EXPECT_EQ(result.datasets[0].graph, "lepton:banking/people");
  EXPECT_EQ(result.datasets[0].rows, 3);
  EXPECT_EQ(result.datasets[0].statements, 8);
  EXPECT_EQ(result.commit.added, 10);
  EXPECT_THAT(graphs_->get(ben(), exposure).tags, ElementsAre("pii"));
}

TEST_P(MappingsTest, OneCommitReplacesWhatChangedAndNothingElse) {
  auto const first = map(ben());
  auto const again = map(ben());
  EXPECT_EQ(again.commit.number, first.commit.number);
  EXPECT_TRUE(again.datasets[0].unchanged);
  EXPECT_EQ(again.mapping, 1);
  import("ana", "banking/guarantees", "guarantor,borrower\n1,2\n1,3\n");
  auto const second = mappings_->run(ben(), exposure, std::nullopt);
  EXPECT_EQ(second.commit.added, 1);
  EXPECT_EQ(second.commit.removed, 1);
  EXPECT_TRUE(second.datasets[0].unchanged);
  EXPECT_EQ(second.datasets[1].dataset, "banking/guarantees@2");

  // A table that the mapping names no longer takes its statements with it.
  auto const one = R"({"maps": [{"dataset": "banking/guarantees", "subject": "http://b/p/{guarantor}",
                       "facts": [{"predicate": "http://b/to", "column": "borrower"}]}]})";
  auto const third = map(ben(), one);
  EXPECT_EQ(third.mapping, 2);
  EXPECT_THAT(seen(ben()), Not(HasSubstr("Ann")));
  EXPECT_EQ(mappings_->versions(ben(), exposure).size(), 2u);
}

TEST_P(MappingsTest, TheMapperNeedsTheRightToRead) {
  EXPECT_EQ(code_of([&] { return map(as("ben")); }), Code::denied) << "not for this purpose";
  access().grants.revoke(as("ana"), guarantees_.id, "no more");
  auto const error = error_of([&] { return map(ben()); });
  EXPECT_THAT(error.code(), testing::AnyOf(Code::denied, Code::not_found));
  EXPECT_TRUE(error.details().contains("/maps/1/dataset"));
  EXPECT_EQ(graphs_->commits(ben(), exposure, 100, 10).size(), 0u) << "all or nothing";
  EXPECT_EQ(code_of([&] { return map(as("ana")); }), Code::not_found) << "the graph is of another department";
}

TEST_P(MappingsTest, MaskedValuesDoNotReachTheGraph) {
  access().grants.revoke(as("ana"), people_.id, "masked from now on");
  grant_to_ben("banking/people", {{"name", Mask::replace_with_null}});
  map(ben());
  EXPECT_THAT(seen(ben()), Not(HasSubstr("Ann")));
  EXPECT_THAT(seen(ben()), HasSubstr("<http://b/Person>"));
}

TEST_P(MappingsTest, WhoSeesLessOfATableThanTheMapperSeesNothingOfItsGraph) {
  map(ben());
  EXPECT_THAT(seen(as("cara", "default-risk")), Not(HasSubstr("b/p"))) << "cara of risk may read neither table";
  EXPECT_EQ(seen(as("ben")), "") << "nor may ben, without the purpose";
  access().grants.revoke(as("ana"), people_.id, "masked from now on");
  auto const masked = grant_to_ben("banking/people", {{"name", Mask::show_last_4}});
  EXPECT_THAT(seen(ben()), Not(HasSubstr("b/Person"))) << "the names were mapped without a mask";
  EXPECT_THAT(seen(ben()), HasSubstr("b/guarantees"));
  EXPECT_TRUE(graphs_->open(ben(), exposure).hides_source);
  map(ben());
  EXPECT_THAT(seen(ben()), HasSubstr("b/Person"));
  access().grants.revoke(as("ana"), masked.id, "");
  grant_to_ben("banking/people");
  EXPECT_THAT(seen(ben()), HasSubstr("b/Person")) << "who may see more, may see what is masked";
}

TEST_P(MappingsTest, AMaskOnAColumnThatWasNotReadHidesNothing) {
  map(ben(), changed(R"(, {"predicate": "b:name", "column": "name"})", ""));
  access().grants.revoke(as("ana"), people_.id, "");
  grant_to_ben("banking/people", {{"name", Mask::replace_with_null}});
  EXPECT_THAT(seen(ben()), HasSubstr("b/Person"));
}

TEST_P(MappingsTest, AWithdrawnTableIsGoneFromTheGraphAtOnce) {
  map(ben());
  datasets_->withdraw(as("ana"), access::parse_address("banking/guarantees"), "wrong");
  EXPECT_THAT(seen(ben()), Not(HasSubstr("guarantees")));
}

TEST_P(MappingsTest, AVersionAndAPartKeepThePolicyOfTheirSources) {
  map(ben());
  graphs_->publish(ben(), exposure, "");
  graphs_->share_part(as("cara"), exposure, "lepton:banking/people", access::parse_address("risk/people-part"), "");
  EXPECT_THAT(seen(ben(), "risk/exposure@1"), HasSubstr("Ann"));
  EXPECT_THAT(seen(ben(), "risk/people-part"), HasSubstr("Ann"));
  access().grants.revoke(as("ana"), people_.id, "");
  EXPECT_THAT(seen(ben(), "risk/exposure@1"), Not(HasSubstr("Ann")));
  EXPECT_EQ(seen(ben(), "risk/people-part"), "");
}

TEST_P(MappingsTest, OnlyMappingChangesWhatItMade) {
  map(ben());
  rdf::StringSource source("<http://b/p/1> <http://b/guarantees> <http://b/p/9> .");
  auto const place = Place::named("lepton:banking/guarantees");
  EXPECT_EQ(code_of([&] {
              return graphs_->load(ben(), exposure, place, {rdf::Syntax::turtle, "", source}, {});
            }),
            Code::denied);
  EXPECT_EQ(code_of([&] { return graphs_->clear(ben(), exposure, Place::whole(), {}); }), Code::denied);
}

TEST_P(MappingsTest, ASourceIsTakenBack) {
  map(ben());
  auto const commit = mappings_->retract(as("ben"), exposure, "banking/guarantees");
  EXPECT_EQ(commit.removed, 2);
  EXPECT_THAT(seen(ben()), Not(HasSubstr("guarantees")));
  EXPECT_EQ(mappings_->sources(ben(), exposure).size(), 1u);
  EXPECT_EQ(code_of([&] { return mappings_->retract(as("ben"), exposure, "banking/guarantees"); }), Code::not_found);
  EXPECT_EQ(map(ben()).commit.added, 2);
}

TEST_P(MappingsTest, WhatIsWrongIsNamedWithItsField) {
  auto const details = [&](std::string const& mapping) {
    return error_of([&] { return map(ben(), mapping); }).details();
  };
  EXPECT_THAT(
      details(changed(R"("column": "name")", R"("column": "nme")")),
      ElementsAre(testing::Pair("/maps/0/facts/1/column", "banking/people has no column \"nme\"; it has id, name")));
  EXPECT_THAT(details(changed("p/{guarantor}", "p/{guarantor")), Contains(testing::Key("/maps/1/subject")));
  EXPECT_THAT(details(changed(R"("map": "person")", R"("map": "nobody")")),
              Contains(testing::Key("/maps/1/facts/0/subject_of/map")));
  EXPECT_THAT(details(changed(R"({"id": "borrower"})", R"({"no": "borrower"})")),
              Contains(testing::Key("/maps/1/facts/0/subject_of/columns/no")));
  EXPECT_THAT(details(changed("b:guarantees", "c:guarantees")), Contains(testing::Key("/maps/1/facts/0/predicate")));
  EXPECT_THAT(details(R"({"maps": []})"), Contains(testing::Key("/maps")));
}

TEST_P(MappingsTest, AValueThatDoesNotFitIsNamedWithItsRow) {
  auto const error = error_of(
      [&] { return map(ben(), changed(R"("column": "name")", R"("column": "name", "datatype": "xsd:integer")")); });
  EXPECT_EQ(error.reason(), "mapping");
  EXPECT_THAT(error.what(), HasSubstr("/maps/0/facts/1 row 1 of banking/people: \"Ann\" is not of the datatype"));
  EXPECT_EQ(seen(ben()), "");
  EXPECT_THAT(
      error_of([&] { return map(ben(), changed(R"("column": "name")", R"("column": "name", "as": "iri")")); }).what(),
      HasSubstr("is not an absolute IRI"));
}

TEST_P(MappingsTest, LineageLeadsFromTheTableToTheGraph) {
  auto const result = map(ben());
  auto const version = graphs_->publish(ben(), exposure, "");
  auto const steps = database().read(ben(), [&](db::Transaction& tx) {
    return lineage_.downstream(tx, lineage::Node{"dataset_version", "banking/people@1"}).steps;
  });
  std::vector<std::string> made;
  for (auto const& step : steps) made.push_back(step.edge.to.kind + " " + step.edge.to.key);
  EXPECT_THAT(made, Contains(fmt::format("graph_commit risk/exposure@{}", result.commit.number)));
  EXPECT_THAT(made, Contains("graph risk/exposure"));
  EXPECT_THAT(made, Contains("graph_version " + version.address));
  EXPECT_EQ(steps[0].edge.grounds.at(0).id, people_.id.str());
}

}  // namespace
}  // namespace lepton::graphs
