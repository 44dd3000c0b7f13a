#include "datasets/datasets.h"

#include "datasets/datasets_test.h"
#include "table/own_worker.h"

namespace lepton::datasets {
namespace {

using access::Action;
using access::Mask;
using access::parse_address;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

constexpr char kCustomers[] =
    "id,name,phone,region,balance\n"
    "1,Ann,13800000001,north,10.5\n"
    "2,Bob,13800000002,south,20.5\n"
    "3,Cy,13800000003,north,30.5\n";

class Story : public DatasetsTest {
 protected:
  /// Datasets for which `event` happens right after the authority was asked for `action` the first time: between the
  /// beginning of long work and its publication.
  Datasets interrupted_after(Action action, std::function<void()> event);

 private:
  std::unique_ptr<access::Authority> interrupted_;
};

/// Decides as the company's authority does, and once lets something happen after a decision.
class InterruptedAuthority : public access::Authority {
 public:
  InterruptedAuthority(access::Authority const& inner, Action action, std::function<void()> event)
      : inner_(inner), action_(action), event_(std::move(event)) {}
  [[nodiscard]] access::Decision decide(Call const& call, Action action, access::Asset const& asset) const override {
    return inner_.decide(call, action, asset);
  }
  [[nodiscard]] Permit require(db::Transaction& tx, Call const& call, Action action, access::Address const& address,
                               std::string const& kind) const override {
    auto permit = inner_.require(tx, call, action, address, kind);
    if (action == action_)
      if (auto const event = std::exchange(event_, nullptr)) event();
    return permit;
  }
  void require_role(Call const& call, std::string const& department, std::string const& role) const override {
    inner_.require_role(call, department, role);
  }

 private:
  access::Authority const& inner_;
  Action action_;
  mutable std::function<void()> event_;
};

Datasets Story::interrupted_after(Action action, std::function<void()> event) {
  interrupted_ = std::make_unique<InterruptedAuthority>(access().authority, action, std::move(event));
  return Datasets({database(), *blobs_, *interrupted_, access().assets, access().audit, lineage_, *workers_});
}

INSTANTIATE_TEST_SUITE_P(On, Story, testing::ValuesIn(db::test_databases()), db::test_database_name);

TEST_P(Story, AnImportMakesVersionsOfTheSameContentOnce) {
  auto const first =
      import("ana", "banking/accounts", kCustomers, {.description = "accounts", .tags = {"pii"}, .key = "id"});
  EXPECT_EQ(first.version.address, "banking/accounts@1");
  EXPECT_EQ(first.version.rows, 3);
  EXPECT_EQ(first.version.columns[4].type, "DOUBLE");
  EXPECT_TRUE(import("ana", "banking/accounts", kCustomers).unchanged);
  auto const second = import("ana", "banking/accounts", std::string(kCustomers) + "4,Di,13800000004,west,40.5\n");
  EXPECT_EQ(second.version.number, 2);
  EXPECT_NE(second.version.digest, first.version.digest);
  EXPECT_EQ(datasets_->versions(as("ana"), parse_address("banking/accounts")).size(), 2U);
  EXPECT_EQ(query(as("ana"), "SELECT count(*) FROM banking.accounts"), "[4]\n");
  EXPECT_EQ(query(as("ana"), "SELECT count(*) FROM \"banking/accounts@1\""), "[3]\n");
  EXPECT_EQ(query(as("ana"), "SELECT count(*) FROM accounts"), "[4]\n") << "in her own department";
  auto const dataset = datasets_->get(as("ana"), parse_address("banking/accounts"));
  EXPECT_EQ(dataset.key, "id");
  EXPECT_EQ(dataset.latest->number, 2);
}

TEST_P(Story, ADeclaredKeyNamesEachRecordOnce) {
  std::string const again = std::string(kCustomers) + "1,Ann,13800000004,west,40.5\n";
  auto const address = parse_address("banking/accounts");
  auto const reason = [&](auto const& act) { return std::string(error_of(act).reason()); };
  EXPECT_EQ(reason([&] { return import("ana", "banking/accounts", again, {.key = "id"}); }), "repeated_key");
  EXPECT_EQ(error_of([&] { return datasets_->get(as("ana"), address); }).code(), Code::not_found);
  (void)import("ana", "banking/accounts", kCustomers, {.key = "id"});
  EXPECT_EQ(reason([&] { return import("ana", "banking/accounts", again); }), "repeated_key");
  (void)datasets_->update(as("ana"), address, {}, {}, "", datasets_->get(as("ana"), address).revision);
  EXPECT_EQ(import("ana", "banking/accounts", again).version.rows, 4);
  auto const declare = [&](char const* key) {
    return datasets_->update(as("ana"), address, {}, {}, key, datasets_->get(as("ana"), address).revision);
  };
  auto const error = error_of([&] { return declare("ID"); });
  EXPECT_EQ(error.reason(), "repeated_key");
  EXPECT_THAT(error.what(), testing::HasSubstr("a value stands in 2 rows: 1, 4.")) << "the rows, not what they say";
  EXPECT_EQ(declare("phone").key, "phone");
  EXPECT_EQ(reason([&] {
              return datasets_->save_query(
                  as("ana"), parse_address("banking/copy"),
                  {.sql = "SELECT region FROM banking.accounts UNION ALL SELECT 'west'", .key = "region"});
            }),
            "repeated_key");
}

TEST_P(Story, OthersAreRefusedThenGrantedThenCutOff) {
  (void)import("ana", "banking/accounts", kCustomers);
  auto const sql = "SELECT name, phone FROM banking.accounts ORDER BY id LIMIT 1";
  EXPECT_EQ(error_of([&] { return query(as("ben", "default-risk"), sql); }).code(), Code::not_found);
  auto const grant =
      grant_to_ben("banking/accounts", {{"phone", Mask::show_last_4}, {"name", Mask::replace_with_null}});
  EXPECT_EQ(error_of([&] { return query(as("ben"), sql); }).code(), Code::denied) << "no purpose";
  EXPECT_EQ(query(as("ben", "default-risk"), sql), "[null,\"****0001\"]\n");
  ASSERT_EQ(answer_.reads.size(), 1U);
  EXPECT_TRUE(answer_.reads[0].restricted);
  EXPECT_EQ(answer_.reads[0].version, "banking/accounts@1");
  EXPECT_EQ(answer_.reads[0].grounds.at(0).kind, "grant");
  auto const seen = audit({.action = "dataset.read", .subject = "banking/accounts@1"});
  ASSERT_EQ(seen.size(), 1U);
  EXPECT_EQ(seen[0].purpose, "default-risk");
  access().grants.revoke(as("ana"), grant.id, "over");
  EXPECT_NE(error_of([&] { return query(as("ben", "default-risk"), sql); }).code(), Code::internal);
}

TEST_P(Story, AMaskMustNameAColumnThatThereIs) {
  (void)import("ana", "banking/accounts", kCustomers);
  EXPECT_EQ(error_of([&] {
              return grant_to_ben("banking/accounts", {{"nme", Mask::replace_with_null}});
            }).reason(),
            "unknown_column");
  access::Effect const effect{.masks = {{"nme", Mask::replace_with_null}}};
  auto const problem = error_of([&] {
    return access().policies.put(as("ana"), "banking", "typo",
                                 {.selector = {.path = "banking/accounts"}, .effect = effect}, std::nullopt);
  });
  EXPECT_TRUE(problem.details().contains("/effect/masks/nme"));
  put_policy("open", {.discover = true});
  access::Requests::NewRequest wanted{
      .path = "banking/accounts", .actions = {Action::read}, .purpose = "risk", .reason = "why"};
  auto const request = access().requests.create(as("ben"), wanted);
  EXPECT_EQ(error_of([&] {
              return access().requests.approve(as("ana"), request.id, {.masks = {{"nme", Mask::replace_with_null}}});
            }).reason(),
            "unknown_column");
  EXPECT_EQ(access().requests.get(as("ana"), request.id).state, access::RequestState::pending);
  access().requests.approve(as("ana"), request.id, {.masks = {{"NAME", Mask::replace_with_null}}});
  EXPECT_EQ(query(as("ben", "risk"), "SELECT name FROM banking.accounts WHERE id = 1"), "[null]\n");
}

TEST_P(Story, AMaskedColumnThatMayHaveBeenRenamedIsNotRead) {
  (void)import("ana", "banking/accounts", "id,name\n1,An\n");
  grant_to_ben("banking/accounts", {{"name", Mask::replace_with_null}});
  auto const ben = as("ben", "default-risk");
  (void)import("ana", "banking/accounts", "id,full_name\n1,An\n", {.allow_schema_change = true});
  EXPECT_EQ(error_of([&] { return query(ben, "SELECT * FROM banking.accounts"); }).reason(), "mask_lost");
  EXPECT_EQ(query(ben, "SELECT name FROM \"banking/accounts@1\""), "[null]\n");
  // Gone without a successor: there is nothing to hide.
  (void)import("ana", "banking/accounts", "id\n1\n", {.allow_schema_change = true});
  EXPECT_EQ(query(ben, "SELECT * FROM banking.accounts"), "[1]\n");
}

TEST_P(Story, RowFiltersHideRowsFromEveryWayOfReading) {
  (void)import("ana", "banking/accounts", kCustomers, {.key = "id"});
  grant_to_ben("banking/accounts");
  put_policy("north", {.row_filter = json::parse(R"({"type":"eq","term":"region","value":"north"})")},
             {"department:risk"});
  auto const ben = as("ben", "default-risk");
  EXPECT_EQ(query(ben, "SELECT count(*), sum(balance) FROM banking.accounts"), "[2,41.0]\n");
  EXPECT_EQ(query(ben, "SELECT name FROM banking.accounts WHERE region = 'south'"), "");
  auto const records = datasets_->records(ben, parse_address("banking/accounts"), "", {"name"}, {"3", "2", "9"});
  ASSERT_TRUE(records.found[0]);
  EXPECT_EQ(records.found[0]->at("name"), "Cy");
  EXPECT_FALSE(records.found[1]);
  EXPECT_FALSE(records.found[2]);
  auto const profile = datasets_->profile(ben, parse_address("banking/accounts"));
  EXPECT_EQ(profile.at("rows"), 2);
  EXPECT_EQ(datasets_->profile(as("ana"), parse_address("banking/accounts")).at("rows"), 3);
  auto const files = datasets_->files(ben, Action::train, parse_address("banking/accounts"), directory_.path());
  EXPECT_TRUE(files.restricted);
  EXPECT_EQ(files.files.at(0), directory_.path() / "table.parquet");
  EXPECT_FALSE(
      datasets_->files(as("ana"), Action::train, parse_address("banking/accounts"), directory_.path()).restricted);
}

TEST_P(Story, AQueryBecomesADatasetWithItsLineageAndTags) {
  (void)import("ana", "banking/accounts", kCustomers, {.tags = {"pii"}});
  grant_to_ben("banking/accounts");
  auto const saved =
      datasets_->save_query(as("ben", "default-risk"), parse_address("risk/training-set"),
                            {.sql = "SELECT id, balance FROM banking.accounts WHERE balance > 15 ORDER BY id",
                             .description = "to train on",
                             .key = "id"});
  EXPECT_EQ(saved.version.address, "risk/training-set@1");
  EXPECT_EQ(saved.version.rows, 2);
  EXPECT_THAT(datasets_->get(as("ben"), parse_address("risk/training-set")).tags, testing::Contains("pii"));
  auto const walk = database().read(as("ben"), [&](db::Transaction& tx) {
    return lineage_.upstream(tx, lineage::Node{"dataset_version", "risk/training-set@1"});
  });
  ASSERT_EQ(walk.steps.size(), 1U);
  EXPECT_EQ(walk.steps[0].edge.from.key, "banking/accounts@1");
  EXPECT_EQ(walk.steps[0].edge.grounds.at(0).kind, "grant");
  EXPECT_EQ(query(as("ben"), "SELECT * FROM risk.\"training-set\""), "[2,20.5]\n[3,30.5]\n");
  EXPECT_EQ(error_of([&] {
              datasets_->remove(as("adam"), parse_address("banking/accounts"));
              return 0;
            }).reason(),
            "referenced");
}

TEST_P(Story, BadRowsAndChangedColumnsAreRefusedAndNothingChanges) {
  std::string const bad = std::string(kCustomers) + "x,Ed,13800000005,east,50.5\n6,Flo\n";
  auto const refused = error_of([&] { return import("ana", "banking/accounts", bad); });
  EXPECT_EQ(refused.reason(), "bad_rows");
  EXPECT_THAT(refused.details(), testing::Contains(Pair("/lines/5/id", HasSubstr("\"x\""))));
  EXPECT_THAT(refused.details(), testing::Contains(Pair("/lines/6", HasSubstr("columns, found"))));
  EXPECT_EQ(error_of([&] { return datasets_->get(as("ana"), parse_address("banking/accounts")); }).code(),
            Code::not_found);
  auto const skipped = import("ana", "banking/accounts", bad, {.skip_bad = true});
  EXPECT_EQ(skipped.version.rows, 3);
  EXPECT_EQ(skipped.version.bad_rows, 2);
  std::string rejects;
  datasets_->rejects(as("ana"), parse_address("banking/accounts@1"), [&](std::string_view b) { rejects += b; });
  EXPECT_THAT(rejects, HasSubstr("6,Flo"));

  auto const changed = error_of([&] { return import("ana", "banking/accounts", "id,name,age\n1,Ann,3\n"); });
  EXPECT_EQ(changed.reason(), "schema_changed");
  EXPECT_THAT(changed.what(), HasSubstr("column phone (VARCHAR) is missing"));
  EXPECT_EQ(import("ana", "banking/accounts", "id,name,age\n1,Ann,3\n", {.allow_schema_change = true}).version.number,
            2);
}

TEST_P(Story, WithdrawnDataIsReadByNobodyElse) {
  (void)import("ana", "banking/accounts", kCustomers);
  grant_to_ben("banking/accounts");
  EXPECT_EQ(error_of([&] {
              return datasets_->withdraw(as("ben", "default-risk"), parse_address("banking/accounts"), "x");
            }).code(),
            Code::denied);
  datasets_->withdraw(as("ana"), parse_address("banking/accounts"), "consent was revoked");
  auto const refused = error_of([&] { return query(as("ben", "default-risk"), "FROM banking.accounts"); });
  EXPECT_EQ(refused.reason(), "withdrawn");
  EXPECT_THAT(refused.what(), HasSubstr("consent was revoked"));
  EXPECT_EQ(query(as("ana"), "SELECT count(*) FROM accounts"), "[3]\n");
  datasets_->restore(as("ana"), parse_address("banking/accounts"));
  EXPECT_EQ(query(as("ben", "default-risk"), "SELECT count(*) FROM banking.accounts"), "[3]\n");
}

TEST_P(Story, AGrantRevokedWhileAQueryRunsKeepsItsResultOut) {
  (void)import("ana", "banking/accounts", kCustomers);
  auto const grant = grant_to_ben("banking/accounts");
  auto datasets =
      interrupted_after(Action::read, [&] { access().grants.revoke(as("ana"), grant.id, "in the middle of it"); });
  auto const refused = error_of([&] {
    return datasets.save_query(as("ben", "default-risk"), parse_address("risk/copy"),
                               {.sql = "SELECT * FROM banking.accounts"});
  });
  EXPECT_EQ(refused.code(), Code::not_found);
  EXPECT_EQ(error_of([&] { return datasets_->get(as("ben"), parse_address("risk/copy")); }).code(), Code::not_found);
}

TEST_P(Story, AMaskSetWhileAQueryRunsKeepsItsResultOut) {
  (void)import("ana", "banking/accounts", kCustomers);
  grant_to_ben("banking/accounts");
  auto datasets = interrupted_after(Action::read, [&] {
    put_policy("phones", {.masks = {{"phone", Mask::replace_with_null}}});
  });
  EXPECT_EQ(error_of([&] {
              return datasets.save_query(as("ben", "default-risk"), parse_address("risk/copy"),
                                         {.sql = "SELECT * FROM banking.accounts"});
            }).reason(),
            "access_changed");
}

TEST_P(Story, ARoleTakenAwayDuringAnImportKeepsTheRowsOut) {
  (void)import("ana", "banking/accounts", kCustomers);
  auto datasets = interrupted_after(Action::write,
                                    [&] { access().directory.withdraw_role(as("adam"), "banking", "ana", "steward"); });
  EXPECT_EQ(error_of([&] {
              return datasets.import(as("ana"), parse_address("banking/accounts"),
                                     file("more.csv", std::string(kCustomers) + "4,Di,1,west,1.5\n"), {});
            }).code(),
            Code::not_found);
  EXPECT_EQ(datasets_->versions(as("anton"), parse_address("banking/accounts")).size(), 1U);
}

TEST_P(Story, AnImportDoesNotWriteIntoAnotherKindOfAsset) {
  company_->add_asset("banking/scores", "model");
  EXPECT_EQ(error_of([&] { return import("ana", "banking/scores", kCustomers); }).code(), Code::conflict);
}

TEST_P(Story, LeftOutRowsAreForThoseWhoMaySeeEverything) {
  (void)import("ana", "banking/accounts", std::string(kCustomers) + "x,Ed,13800000005,east,50.5\n", {.skip_bad = true});
  access().grants.create(as("ana"), {.subject = "user:ben",
                                     .actions = {Action::read, Action::write},
                                     .path = "banking/accounts",
                                     .purpose = {},
                                     .masks = {{"phone", Mask::replace_with_null}},
                                     .not_before = {},
                                     .expires_at = {}});
  std::string rows;
  EXPECT_EQ(error_of([&] {
              datasets_->rejects(as("ben"), parse_address("banking/accounts@1"), [&](auto bytes) { rows += bytes; });
              return 0;
            }).code(),
            Code::denied);
  EXPECT_EQ(rows, "");
}

}  // namespace
}  // namespace lepton::datasets
