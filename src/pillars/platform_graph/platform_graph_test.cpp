#include "platform_graph/platform_graph.h"

#include "base/error.h"
#include "platform_graph/test_platform.h"

namespace lepton::platform_graph {
namespace {

using access::code_of;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

INSTANTIATE_TEST_SUITE_P(On, PlatformGraphTest, testing::ValuesIn(db::test_databases()), db::test_database_name);

TEST_P(PlatformGraphTest, SaysWhatIsThereInTheWordsOfTheField) {
  add_version(customers_, 1);
  add_version(customers_, 2);
  EXPECT_THAT(ask("ana", "SELECT ?s ?tag { ?s a dcat:Dataset ; dcat:keyword ?tag ; dct:publisher <lepton:banking> }"),
              ElementsAre("banking/customers pii"));
  EXPECT_THAT(ask("ana", "SELECT ?v ?n { <lepton:banking/customers> dcat:hasVersion ?v . ?v dcat:version ?n }"),
              ElementsAre("banking/customers@1 1", "banking/customers@2 2"));
  EXPECT_THAT(ask("ana", "SELECT ?v { <lepton:banking/customers> dcat:hasCurrentVersion ?v }"),
              ElementsAre("banking/customers@2"));
  EXPECT_THAT(ask("ana", "SELECT ?c ?t { ?d lep:column ?c . ?c a lep:Column ; lep:type ?t }"),
              ElementsAre("banking/customers#id BIGINT", "banking/customers#phone%20number VARCHAR"));
  EXPECT_THAT(ask("ana", "SELECT ?p { ?p a foaf:Person ; org:memberOf <lepton:risk> }"),
              ElementsAre("ben", "cara", "dora"));
  EXPECT_THAT(ask("ana", "SELECT ?p { ?p lep:steward <lepton:banking> }"), ElementsAre("ana", "anton"));
  EXPECT_THAT(ask("ana", "SELECT ?p { ?p a prov:SoftwareAgent }"), ElementsAre("risk/loan-system"));
}

TEST_P(PlatformGraphTest, ShowsEachCommitToTheNextQuestion) {
  EXPECT_THAT(ask("ben", "SELECT ?m { ?m a lep:Model }"), IsEmpty());
  auto model = company_->add_asset("risk/default", "model");
  EXPECT_THAT(ask("ben", "SELECT ?m { ?m a lep:Model }"), ElementsAre("risk/default"));
  EXPECT_THAT(ask("ben", "SELECT ?x { ?x a lep:PersonalData }"), IsEmpty());
  database().write(as("ben"), [&](db::Transaction& tx) { access().assets.add_tags(tx, as("ben"), model.id, {"pii"}); });
  EXPECT_THAT(ask("ben", "SELECT ?x { ?x a lep:PersonalData }"), ElementsAre("risk/default"));
  EXPECT_THROW(database().write(as("ben"),
                                [&](db::Transaction& tx) {
                                  access().assets.remove(tx, as("ben"), model.id);
                                  throw invalid("no");
                                }),
               Error);
  EXPECT_THAT(ask("ben", "SELECT ?m { ?m a lep:Model }"), ElementsAre("risk/default"));
  database().write(as("ben"), [&](db::Transaction& tx) { access().assets.remove(tx, as("ben"), model.id); });
  EXPECT_THAT(ask("ben", "SELECT ?p { <lepton:risk/default> ?p ?o }"), IsEmpty());
}

// What may not be discovered leaves no trace: no name, no count, no other plan, no other number of anything.
TEST_P(PlatformGraphTest, IsToEachCallerAsIfTheRestWereNotThere) {
  auto const facts_of = [&](std::string const& who) {
    auto const view = graphs_->open(as(who), graph_->address());
    return std::pair(view.snapshot.count({}), view.snapshot.predicates().size());
  };
  auto const before = facts_of("ben");
  auto const commit = graphs_->open(as("ben"), graph_->address()).commit;
  add_version(customers_, 1);
  auto const hidden = company_->add_asset("banking/secret", "deployment", {"nuclear"});
  record({"dataset_version", "banking/customers@1"}, {"deployment", "banking/secret@1"});
  set_deployment(hidden, serving::DeploymentState::serving);
  grant("user:anton", "banking/customers");
  EXPECT_EQ(facts_of("ben"), before);
  EXPECT_EQ(graphs_->open(as("ben"), graph_->address()).commit, commit);
  EXPECT_THAT(ask("ben",
                  "SELECT ?s ?p ?o { { ?s ?p ?o } UNION { GRAPH ?s { ?a ?p ?o } } "
                  "FILTER(CONTAINS(STR(?s), 'banking/') || CONTAINS(STR(?o), 'banking/')) }"),
              IsEmpty());
  EXPECT_THAT(ask("ben", "ASK { ?s ?p 'nuclear' }"), ElementsAre("false"));
  EXPECT_THAT(ask("anton", "ASK { ?s ?p 'nuclear' }"), ElementsAre("true"));
  EXPECT_THAT(ask("olga", "ASK { ?s ?p 'nuclear' }"), ElementsAre("true")) << "auditors see that things exist";
}

constexpr char kEndpoints[] =
    "SELECT DISTINCT ?endpoint ?data { ?endpoint a lep:LiveEndpoint ; lep:dependsOn ?data . "
    "?data a dcat:Dataset, lep:PersonalData ; dct:publisher <lepton:banking> }";

TEST_P(PlatformGraphTest, SaysWhichLiveEndpointsDependOnPersonalData) {
  add_version(customers_, 1);
  company_->add_asset("risk/default", "model");
  auto const score = company_->add_asset("risk/score", "deployment");
  record({"dataset_version", "banking/customers@1"}, {"run", "r1"});
  record({"run", "r1"}, {"model_version", "risk/default@1"});
  record({"model_version", "risk/default@1"}, {"deployment", "risk/score@1"});
  EXPECT_THAT(ask("olga", kEndpoints), IsEmpty()) << "nothing serves yet";
  set_deployment(score, serving::DeploymentState::serving);
  EXPECT_THAT(ask("olga", kEndpoints), ElementsAre("risk/score banking/customers"));
  EXPECT_THAT(ask("ben", kEndpoints), IsEmpty()) << "he may not know of the data";
  set_deployment(score, serving::DeploymentState::stopped);
  EXPECT_THAT(ask("olga", kEndpoints), IsEmpty());
}

// docs/decisions/0014-the-platform-describes-itself.md
TEST_P(PlatformGraphTest, DependenciesReachThroughWhatTheCallerMayNotDiscover) {
  add_version(customers_, 1);
  grant("user:ben", "banking/customers");
  company_->add_asset("banking/joined", "dataset");
  company_->add_asset("risk/default", "model");
  record({"dataset_version", "banking/customers@1"}, {"dataset_version", "banking/joined@1"});
  record({"dataset_version", "banking/joined@1"}, {"model_version", "risk/default@1"});
  EXPECT_THAT(ask("ben", "SELECT ?y { <lepton:risk/default@1> lep:dependsOn ?y }"),
              ElementsAre("banking/customers", "banking/customers@1"));
  EXPECT_THAT(ask("ben", "SELECT ?y { <lepton:risk/default@1> prov:wasInfluencedBy ?y }"), IsEmpty());
  EXPECT_THAT(ask("ben", "SELECT ?s ?o { ?s ?p ?o FILTER(CONTAINS(CONCAT(STR(?s), STR(?o)), 'joined')) }"), IsEmpty());
  EXPECT_THAT(ask("ana", "SELECT ?x { ?x lep:dependsOn <lepton:banking/customers@1> }"),
              ElementsAre("banking/joined@1"));
}

TEST_P(PlatformGraphTest, GrantsAreToldAsTheyAreListed) {
  auto const until = time_.wall() + std::chrono::hours(1);
  auto const given = grant("department:risk", "banking/customers", until);
  auto const iri = "grant:" + given.id.str();
  constexpr char kInForce[] = "SELECT ?g ?who { ?g a lep:InForce ; lep:on <lepton:banking/customers> ; lep:to ?who }";
  EXPECT_THAT(ask("ben", kInForce), ElementsAre(iri + " risk"));
  EXPECT_THAT(ask("ana", kInForce), ElementsAre(iri + " risk"));
  EXPECT_THAT(ask("root", kInForce), IsEmpty());
  constexpr char kReach[] = "SELECT ?who { ?who lep:mayReach <lepton:banking/customers> }";
  EXPECT_THAT(ask("ben", kReach), ElementsAre("banking", "risk"));
  grant("everyone", "banking/*");
  EXPECT_THAT(ask("ana", kReach), ElementsAre("banking", "everyone", "risk"));
  EXPECT_THAT(ask("ana", "SELECT ?g { GRAPH ?g { <lepton:risk> lep:mayReach ?x } }"), ElementsAre(iri));
  time_.advance(std::chrono::hours(1));
  EXPECT_THAT(ask("ana", kReach), ElementsAre("banking", "everyone")) << "time ends it, without a commit";
  EXPECT_THAT(ask("ana", "SELECT ?g { ?g a lep:InForce ; lep:to <lepton:risk> }"), IsEmpty());
}

TEST_P(PlatformGraphTest, ARevokedGrantStaysAmongWhatThingsStandOn) {
  auto const given = grant("user:ben", "banking/customers");
  company_->add_asset("risk/joined", "dataset");
  record({"dataset_version", "banking/customers@1"}, {"dataset_version", "risk/joined@1"},
         {{"grant", given.id.str(), "grant to user:ben"}});
  constexpr char kLost[] = "SELECT ?x { ?x lep:standsOn ?g FILTER NOT EXISTS { ?g a lep:InForce } }";
  EXPECT_THAT(ask("ben", kLost), IsEmpty());
  (void)access().grants.revoke(as("ana"), given.id, "over");
  EXPECT_THAT(ask("ben", kLost), ElementsAre("risk/joined@1"));
  EXPECT_THAT(ask("cara", kLost), IsEmpty()) << "the grant was not hers";
}

TEST_P(PlatformGraphTest, ALimitedKeySeesWhatItReaches) {
  company_->add_asset("risk/default", "model");
  auto key = as("ben");
  key.principal.scopes = {"read:lepton/platform", "read:banking/*"};
  EXPECT_THAT(ask(key, "SELECT ?m { ?m a lep:Model }"), IsEmpty());
  key.principal.scopes = {"*:*"};
  EXPECT_THAT(ask(key, "SELECT ?m { ?m a lep:Model }"), ElementsAre("risk/default"));
  key.principal.scopes = {"read:risk/*"};
  EXPECT_EQ(code_of([&] { return ask(key, "ASK {}"); }), Code::denied);
}

TEST_P(PlatformGraphTest, NobodyChangesItOrTakesItsPlace) {
  EXPECT_THAT(graphs_->list(as("dora"), ""), ElementsAre(testing::Field(&graphs::Graph::address, "lepton/platform")));
  EXPECT_THAT(graphs_->list(as("dora"), "risk"), IsEmpty());
  EXPECT_THAT(graphs_->versions(as("dora"), graph_->address()), IsEmpty());
  auto const update = sparql::parse_update("CLEAR ALL");
  try {
    (void)queries_->update(as("root"), graph_->address(), update, {}, {});
    FAIL();
  } catch (Error const& error) {
    EXPECT_EQ(error.reason(), "read_only");
    EXPECT_THAT(error.what(), HasSubstr("changed by nobody"));
  }
  EXPECT_EQ(code_of([&] { return graphs_->publish(as("root"), graph_->address(), ""); }), Code::denied);
  EXPECT_EQ(code_of([&] { return graphs_->create(as("root"), graph_->address(), "", {}); }), Code::denied);
  EXPECT_EQ(code_of([&] { return graphs_->open(as("root"), access::parse_address("lepton/platform@1")).commit; }),
            Code::not_found);
  EXPECT_EQ(code_of([&] { return access().directory.create_department(as("root"), "lepton"); }), Code::invalid);
}

TEST_P(PlatformGraphTest, OtherGraphsAskIt) {
  auto const names = access::parse_address("risk/names");
  (void)graphs_->create(as("ben"), names, "", {});
  EXPECT_THAT(ask(as("ben"), "SELECT ?g { SERVICE <lepton:lepton/platform> { ?g a lep:Graph } }", "risk/names"),
              ElementsAre("risk/names"));
}

}  // namespace
}  // namespace lepton::platform_graph
