#include "graphs/graphs_test.h"

#include <gmock/gmock.h>

#include "base/error.h"

namespace lepton::graphs {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST_P(GraphsTest, KeepsWhatIsLoadedAndSaysWhatChanged) {
  auto const commit = load("ben", two_customers);
  EXPECT_EQ(commit.added, 2);
  EXPECT_EQ(commit.removed, 0);
  EXPECT_EQ(seen("ben", "risk/exposure"),
            "<http://b/c/1> <http://b/guarantees> <http://b/c/2> .\n"
            "<http://b/c/1> <http://b/guarantees> <http://b/c/3> .\n");
  EXPECT_EQ(graphs_->get(as("ben"), exposure).commit, commit.number);
  auto const again = load("ben", two_customers);
  EXPECT_EQ(again.added, 0);
  EXPECT_EQ(again.number, commit.number) << "nothing changed, so there is no commit";
  open_graphs();
  EXPECT_THAT(seen("ben", "risk/exposure"), HasSubstr("<http://b/c/3>"));
}

TEST_P(GraphsTest, ABrokenDocumentChangesNothing) {
  EXPECT_EQ(
      access::code_of([&] { return load("ben", "<http://b/c/1> <http://b/p> <http://b/c/2> .\n<http://b/c/1> ."); }),
      Code::invalid);
  EXPECT_EQ(seen("ben", "risk/exposure"), "");
  EXPECT_THAT(graphs_->commits(as("ben"), exposure, 100, 10), IsEmpty());
}

TEST_P(GraphsTest, ReplacesAndClearsOneGraphOnly) {
  load("ben", two_customers);
  load("ben", "<http://b/x> <http://b/p> 1 .", Place::named("http://b/g"));
  rdf::StringSource source("<http://b/y> <http://b/p> 2 .");
  auto const commit = graphs_->replace(as("ben"), exposure, Place::named("http://b/g"),
                                       {rdf::Syntax::turtle, "", source}, std::nullopt);
  EXPECT_EQ(commit.added, 1);
  EXPECT_EQ(commit.removed, 1);
  EXPECT_THAT(seen("ben", "risk/exposure", Place::named("http://b/g")), HasSubstr("<http://b/y>"));
  graphs_->clear(as("ben"), exposure, Place::named("http://b/g"), std::nullopt);
  EXPECT_EQ(seen("ben", "risk/exposure", Place::named("http://b/g")), "");
  EXPECT_FALSE(found_);
  EXPECT_THAT(seen("ben", "risk/exposure"), HasSubstr("<http://b/c/2>"));
}

TEST_P(GraphsTest, TwoWritersDoNotOverwriteEachOther) {
  auto const first = load("ben", two_customers);
  EXPECT_NO_THROW(load("cara", "<http://b/x> <http://b/p> 1 .", Place::of_default(), first.number));
  EXPECT_EQ(
      access::code_of([&] { return load("ben", "<http://b/y> <http://b/p> 1 .", Place::of_default(), first.number); }),
      Code::conflict);
}

TEST_P(GraphsTest, OnlyThoseWhoMayReadOrWrite) {
  load("ben", two_customers);
  EXPECT_EQ(access::code_of([&] { return seen("ana", "risk/exposure"); }), Code::not_found);
  EXPECT_EQ(access::code_of([&] { return load("ana", two_customers); }), Code::not_found);
  access().grants.create(as("cara"), {.subject = "user:ana",
                                      .actions = {access::Action::read},
                                      .path = "risk/exposure",
                                      .not_before = {},
                                      .expires_at = {}});
  EXPECT_THAT(seen("ana", "risk/exposure"), HasSubstr("<http://b/c/2>"));
  EXPECT_EQ(access::code_of([&] { return load("ana", "<http://b/x> <http://b/p> 1 ."); }), Code::denied);
}

TEST_P(GraphsTest, EveryChangeIsInTheAuditLog) {
  load("ben", two_customers);
  auto const records = audit({.action = "graph.load"});
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(records[0].event.subject, "risk/exposure");
  EXPECT_EQ(records[0].event.details.at("added"), json::Value(2));
}

TEST_P(GraphsTest, APublishedVersionStaysAsItWas) {
  load("ben", two_customers);
  auto const version = graphs_->publish(as("ben"), exposure, "for the board");
  EXPECT_EQ(version.address, "risk/exposure@1");
  EXPECT_EQ(version.statements, 2);
  graphs_->clear(as("ben"), exposure, Place::whole(), std::nullopt);
  EXPECT_EQ(seen("ben", "risk/exposure"), "");
  EXPECT_THAT(seen("ben", "risk/exposure@1"), HasSubstr("<http://b/c/3>"));
  EXPECT_EQ(access::code_of([&] { return seen("ben", "risk/exposure@2"); }), Code::not_found);
  load("ben", two_customers);
  EXPECT_EQ(graphs_->publish(as("ben"), exposure, "").digest, version.digest) << "the same content";
  open_graphs();
  EXPECT_THAT(seen("ben", "risk/exposure@1"), HasSubstr("<http://b/c/3>"));
}

TEST_P(GraphsTest, APartIsSeenByThoseWhoMayReadIt) {
  load("ben", two_customers);
  load("ben", "<http://b/x> <http://b/p> 1 .", Place::named("http://b/secret"));
  access().grants.create(as("cara"), {.subject = "user:ana",
                                      .actions = {access::Action::read},
                                      .path = "risk/exposure",
                                      .not_before = {},
                                      .expires_at = {}});
  EXPECT_THAT(seen("ana", "risk/exposure"), HasSubstr("<http://b/secret>"));
  graphs_->share_part(as("cara"), exposure, "http://b/secret", access::parse_address("risk/secret"), "");
  EXPECT_THAT(seen("ana", "risk/exposure"), Not(HasSubstr("secret")));
  EXPECT_EQ(seen("ana", "risk/exposure", Place::named("http://b/secret")), "");
  EXPECT_FALSE(found_) << "as if it were not there";
  EXPECT_THAT(graphs_->parts(as("ana"), exposure), IsEmpty());
  EXPECT_THAT(seen("ben", "risk/exposure"), HasSubstr("<http://b/secret>"));
  EXPECT_THAT(seen("ben", "risk/secret"), testing::StartsWith("<http://b/x>"));
}

TEST_P(GraphsTest, WhatAServerLeftBegunIsSettled) {
  auto const commit = load("ben", two_customers);
  auto const id =
      database().read(company_->system(), [&](db::Transaction& tx) { return access().assets.find(tx, exposure)->id; });
  database().write(company_->system(), [&](db::Transaction& tx) {
    begin_commit(tx, id, {.number = commit.number + 1, .action = "load", .made_by = "ben"});
  });
  open_graphs();
  EXPECT_EQ(graphs_->get(as("ben"), exposure).commit, commit.number);
  EXPECT_EQ(audit({.action = "graph.undo"}).size(), 1u);
  EXPECT_EQ(load("ben", "<http://b/x> <http://b/p> 1 .").number, commit.number + 1);
}

TEST_P(GraphsTest, ARehearsalChangesNothing) {
  auto call = as("ben");
  call.validate_only = true;
  rdf::StringSource source(two_customers);
  EXPECT_EQ(graphs_->load(call, exposure, Place::of_default(), {rdf::Syntax::turtle, "", source}, {}).added, 2);
  EXPECT_EQ(seen("ben", "risk/exposure"), "");
}

TEST_P(GraphsTest, ARemovedGraphLeavesNothing) {
  load("ben", two_customers);
  EXPECT_EQ(access::code_of([&] {
              graphs_->remove(as("ben"), exposure);
              return 0;
            }),
            Code::denied);
  access().directory.assign_role(company_->system(), "risk", "cara", "admin");
  graphs_->remove(as("cara"), exposure);
  EXPECT_EQ(access::code_of([&] { return seen("cara", "risk/exposure"); }), Code::not_found);
  EXPECT_TRUE(std::filesystem::is_empty(directory_.path() / "graphs"));
}

INSTANTIATE_TEST_SUITE_P(On, GraphsTest, testing::ValuesIn(db::test_databases()), db::test_database_name);

}  // namespace
}  // namespace lepton::graphs
