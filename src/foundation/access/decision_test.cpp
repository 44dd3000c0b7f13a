#include "access/decision.h"

#include <future>

#include "access/company_test.h"

namespace lepton::access {
namespace {

using std::chrono::hours;

class DecisionTest : public CompanyTest {
 protected:
  Grant grant(std::string const& subject, std::set<Action> actions, std::string const& purpose = "",
              std::optional<Duration> lasts = std::nullopt, Masks masks = {}) {
    Grants::NewGrant wanted{.subject = subject,
                            .actions = std::move(actions),
                            .path = "banking/customers",
                            .purpose = purpose,
                            .masks = std::move(masks)};
    if (lasts) wanted.expires_at = time_.wall() + *lasts;
    return access().grants.create(as("ana"), wanted);
  }
};
INSTANTIATE_TEST_SUITE_P(On, DecisionTest, testing::ValuesIn(db::test_databases()), db::test_database_name);

TEST_P(DecisionTest, WithoutRoleOrGrantNothingExists) {
  for (auto const& [action, name] : EnumNames<Action>::values) {
    EXPECT_FALSE(may("ben", action)) << name;
    EXPECT_FALSE(decide("ben", action).discoverable) << name;
  }
}

TEST_P(DecisionTest, ThePlatformsAdminHasNoAccessToData) {
  for (auto const& [action, name] : EnumNames<Action>::values) EXPECT_FALSE(may("root", action)) << name;
  EXPECT_EQ(code_of([&] { return require(as("root"), Action::read, "banking/customers"); }), Code::not_found);
}

TEST_P(DecisionTest, AnAuditorSeesThatThingsExistAndNoMore) {
  put_policy("hide", {.deny = {Action::discover}});
  EXPECT_TRUE(may("olga", Action::discover));
  EXPECT_FALSE(may("olga", Action::read));
  EXPECT_FALSE(may("ana", Action::discover));
}

TEST_P(DecisionTest, AbsentAndHiddenAssetsAnswerAlike) {
  std::vector<std::string> messages;
  for (std::string const address : {"banking/customers", "banking/nothing"}) {
    try {
      (void)require(as("ben"), Action::read, address);
      FAIL();
    } catch (Error const& error) {
      EXPECT_EQ(error.code(), Code::not_found);
      EXPECT_EQ(error.request_access_to(), "");
      std::string message = error.what();
      message.replace(message.find(address), address.size(), "…");
      messages.push_back(message);
    }
  }
  EXPECT_EQ(messages[0], messages[1]);
  EXPECT_EQ(code_of([&] {
              return database().read(as("ana"), [&](db::Transaction& tx) {
                return access().authority.require(tx, as("ana"), Action::read, parse_address("banking/customers"),
                                                  "model");
              });
            }),
            Code::not_found)
      << "an asset of another kind";
}

TEST_P(DecisionTest, ARefusalIsAuditedAndSaysWhereToAsk) {
  put_policy("open", {.discover = true});
  try {
    (void)require(as("ben"), Action::read, "banking/customers");
    FAIL();
  } catch (Error const& error) {
    EXPECT_EQ(error.code(), Code::denied);
    EXPECT_EQ(error.request_access_to(), "banking/customers");
  }
  // Refusals are written behind the caller's back; a write that is queued later is committed later.
  std::promise<void> written;
  database().enqueue_write([](db::Transaction&) {}, [&](std::exception_ptr) { written.set_value(); });
  written.get_future().wait();
  auto const records = audit({.principal = "ben", .action = "dataset.read", .allowed = false});
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(records[0].event.department, "banking");
}

TEST_P(DecisionTest, AGrantCoversItsActionsAndDiscoveryOnly) {
  grant("user:ben", {Action::train});
  EXPECT_TRUE(may("ben", Action::train));
  EXPECT_TRUE(may("ben", Action::discover));
  EXPECT_FALSE(may("ben", Action::read));
  EXPECT_FALSE(may("cara", Action::train));
}

TEST_P(DecisionTest, APurposeMustMatchExactly) {
  grant("user:ben", {Action::read}, "default-risk");
  EXPECT_TRUE(may("ben", Action::read, "default-risk"));
  EXPECT_FALSE(may("ben", Action::read, "default-risk2"));
  EXPECT_THAT(decide("ben", Action::read).refusal, testing::HasSubstr("default-risk"));
  EXPECT_TRUE(may("ben", Action::discover));
}

TEST_P(DecisionTest, AGrantEndsInTheMiddleOfACallAndAClockSetBackDoesNotReviveIt) {
  grant("user:ben", {Action::read}, "", hours(1));
  Call const call = as("ben");
  EXPECT_TRUE(access().authority.decide(call, Action::read, customers_).allowed);
  time_.advance(hours(1) - std::chrono::microseconds(1));
  EXPECT_TRUE(access().authority.decide(call, Action::read, customers_).allowed);
  time_.advance(std::chrono::microseconds(1));
  EXPECT_FALSE(access().authority.decide(call, Action::read, customers_).allowed);
  time_.set_wall(time_.wall() - hours(5));
  EXPECT_FALSE(access().authority.decide(call, Action::read, customers_).allowed);
  EXPECT_FALSE(may("ben", Action::discover));
}

TEST_P(DecisionTest, AGrantBeginsWhenItSays) {
  Grants::NewGrant wanted{
      .subject = "user:ben", .actions = {Action::read}, .path = "banking/*", .not_before = time_.wall() + hours(2)};
  access().grants.create(as("ana"), wanted);
  EXPECT_FALSE(may("ben", Action::read));
  time_.advance(hours(2));
  EXPECT_TRUE(may("ben", Action::read));
}

TEST_P(DecisionTest, ARoleTakenAwayCountsForACallThatBeganWithIt) {
  Call const call = as("ana");
  EXPECT_TRUE(access().authority.decide(call, Action::read, customers_).allowed);
  access().directory.withdraw_role(as("adam"), "banking", "ana", "steward");
  EXPECT_FALSE(access().authority.decide(call, Action::read, customers_).allowed);
  EXPECT_EQ(code_of([&] {
              access().authority.require_role(call, "banking", "viewer");
              return 0;
            }),
            Code::denied);
}

TEST_P(DecisionTest, DenyWinsOverEveryRoleAndGrant) {
  access().directory.create_group(as("adam"), {.name = "blocked", .department = "banking"});
  access().directory.add_to_group(as("adam"), "banking/blocked", "ana");
  access().directory.assign_role(as("adam"), "banking", "ana", "viewer");
  access().grants.create(as("anton"), {.subject = "user:ana", .actions = {Action::read}, .path = "banking/customers"});
  EXPECT_TRUE(may("ana", Action::read));
  access().policies.put(as("anton"), "banking", "block",
                        {.to = {"group:banking/blocked"}, .effect = {.deny = {Action::read}}}, std::nullopt);
  EXPECT_FALSE(may("ana", Action::read));
  EXPECT_FALSE(may("ana", Action::train)) << "training shows what was read";
  EXPECT_TRUE(may("ana", Action::discover));
  EXPECT_TRUE(may("ana", Action::write));
  EXPECT_TRUE(may("anton", Action::read));
}

TEST_P(DecisionTest, AGroupReachedOnTwoWaysIsOneGroup) {
  auto& directory = access().directory;
  for (std::string const name : {"top", "left", "right", "bottom"})
    directory.create_group(as("root"), {.name = name, .department = "risk"});
  for (auto const& [group, member] : std::vector<std::pair<std::string, std::string>>{{"top", "risk/left"},
                                                                                      {"top", "risk/right"},
                                                                                      {"left", "risk/bottom"},
                                                                                      {"right", "risk/bottom"},
                                                                                      {"bottom", "ben"}})
    directory.add_to_group(as("root"), "risk/" + group, member);
  grant("group:risk/top", {Action::read});
  EXPECT_TRUE(may("ben", Action::read));
  directory.remove_from_group(as("root"), "risk/left", "risk/bottom");
  EXPECT_TRUE(may("ben", Action::read)) << "the other way remains";
  directory.remove_from_group(as("root"), "risk/right", "risk/bottom");
  EXPECT_FALSE(may("ben", Action::read));
}

TEST_P(DecisionTest, ADisabledPrincipalOrGroupGivesNothing) {
  auto& directory = access().directory;
  directory.create_group(as("root"), {.name = "team", .department = "risk"});
  directory.add_to_group(as("root"), "risk/team", "ben");
  grant("group:risk/team", {Action::read});
  EXPECT_TRUE(may("ben", Action::read));
  directory.set_disabled(as("root"), "risk/team", true);
  EXPECT_FALSE(may("ben", Action::read));
  directory.set_disabled(as("root"), "risk/team", false);
  Call const call = as("ben");
  directory.set_disabled(as("root"), "ben", true);
  EXPECT_FALSE(access().authority.decide(call, Action::read, customers_).allowed);
}

TEST_P(DecisionTest, RowFiltersAndMasksOfSeveralPoliciesAddUp) {
  access().directory.set_attributes(as("root"), "ben", {{"region", "EU"}, {"level", "3"}});
  grant("user:ben", {Action::read}, "", std::nullopt, {{"name", Mask::show_first_4}});
  put_policy("region", {.row_filter = json::parse(R"({"type":"eq","term":"region","value":{"attribute":"region"}})"),
                        .masks = {{"name", Mask::truncate_to_year}, {"phone", Mask::show_last_4}}});
  put_policy("level",
             {.row_filter = json::parse(R"({"type":"lt-eq","term":"level","value":{"attribute":"level","as":"long"}})"),
              .masks = {{"phone", Mask::replace_with_null}},
              .min_group_size = 5});
  put_policy("elsewhere", {.masks = {{"*", Mask::replace_with_null}}}, {"department:risk"}, {"user:ben"});
  auto const decision = decide("ben", Action::read);
  ASSERT_TRUE(decision.allowed) << decision.refusal;
  EXPECT_EQ(decision.obligations.row_filters.size(), 2u);
  EXPECT_EQ(mask_of(decision.obligations.masks, "name"), Mask::show_first_4);
  EXPECT_EQ(mask_of(decision.obligations.masks, "phone"), Mask::replace_with_null);
  EXPECT_EQ(mask_of(decision.obligations.masks, "age"), Mask::none);
  EXPECT_EQ(decision.obligations.min_group_size, 5);
  EXPECT_EQ(decision.grounds.size(), 3u) << "the grant and two policies";
}

TEST_P(DecisionTest, AMissingAttributeMeansDenyEvenUnderNot) {
  grant("user:ben", {Action::read});
  put_policy(
      "region",
      {.row_filter = json::parse(R"({"type":"not","child":{"type":"eq","term":"r","value":{"attribute":"region"}}})")});
  auto const decision = decide("ben", Action::read);
  EXPECT_FALSE(decision.allowed);
  EXPECT_TRUE(decision.discoverable);
  EXPECT_TRUE(decision.obligations.none());
  EXPECT_THAT(decision.refusal, testing::HasSubstr("'region'"));
}

TEST_P(DecisionTest, TwoGrantsShowTogetherWhatEachOfThemShows) {
  grant("user:ben", {Action::read}, "", std::nullopt,
        {{"name", Mask::replace_with_null}, {"phone", Mask::show_last_4}});
  grant("department:risk", {Action::read}, "", hours(1), {{"phone", Mask::replace_with_null}});
  auto const both = decide("ben", Action::read).obligations;
  EXPECT_EQ(both.masks, (Masks{{"phone", Mask::show_last_4}}));
  time_.advance(hours(1));
  EXPECT_EQ(mask_of(decide("ben", Action::read).obligations.masks, "name"), Mask::replace_with_null);
}

TEST_P(DecisionTest, ARequiredPurposeHoldsForTheOwnersToo) {
  put_policy("purpose", {.require_purpose = std::set<std::string>{"billing"}});
  EXPECT_FALSE(may("ana", Action::read));
  EXPECT_FALSE(may("ana", Action::read, "fun"));
  EXPECT_TRUE(may("ana", Action::read, "billing"));
  EXPECT_TRUE(may("ana", Action::share)) << "sharing shows no data";
}

TEST_P(DecisionTest, ARequiredApprovalIsNotOnesOwn) {
  put_policy("four-eyes", {.require_approval = 1});
  EXPECT_FALSE(may("ana", Action::read)) << "her role is not enough";
  access().grants.create(as("ana"), {.subject = "everyone", .actions = {Action::read}, .path = "banking/customers"});
  EXPECT_FALSE(may("ana", Action::read)) << "her own grant is not enough";
  EXPECT_TRUE(may("anton", Action::read));
}

TEST_P(DecisionTest, PoliciesSelectByTag) {
  put_policy("pii", {.deny = {Action::read}}, {"department:banking"});
  PolicyDocument tagged{.selector = {.tags = {"secret"}}, .effect = {.deny = {Action::write}}};
  access().policies.put(as("ana"), "banking", "secret", tagged, std::nullopt);
  EXPECT_TRUE(may("ana", Action::write));
  customers_.tags.insert("secret");
  EXPECT_FALSE(may("ana", Action::write));
}

TEST_P(DecisionTest, APolicyOfThePlatformRestrictsEveryDepartment) {
  access().policies.put(as("root"), "", "no-serving", {.effect = {.deny = {Action::serve}}}, std::nullopt);
  EXPECT_FALSE(may("ana", Action::serve));
}

TEST_P(DecisionTest, AScopedCredentialDoesLessThanItsOwner) {
  Call call = as("ana");
  call.principal.scopes = {"serve:banking/*"};
  EXPECT_TRUE(access().authority.decide(call, Action::serve, customers_).allowed);
  EXPECT_FALSE(access().authority.decide(call, Action::read, customers_).allowed);
  EXPECT_FALSE(access().authority.has_role(call, "banking", "steward"));
  call.principal.scopes = {"*:risk/*"};
  EXPECT_FALSE(access().authority.decide(call, Action::serve, customers_).discoverable);
  call.principal = as("root").principal;
  call.principal.scopes = {"*"};
  EXPECT_FALSE(access().authority.has_role(call, "", "admin"));
}

TEST_P(DecisionTest, AnAssetMadeUnderTheNameOfARemovedOneStartsWithoutGrants) {
  auto const given = grant("user:ben", {Action::read});
  database().write(as("ana"), [&](db::Transaction& tx) { access().assets.remove(tx, as("ana"), customers_.id); });
  customers_ = company_->add_asset("banking/customers");
  EXPECT_FALSE(may("ben", Action::discover));
  EXPECT_TRUE(access().grants.get(as("ana"), given.id).revoked_at);
}

/// The same database, whose reads can be made to fail.
class FlakyDatabase : public db::Database {
 public:
  explicit FlakyDatabase(db::Database& inner) : inner_(inner) {}
  void enqueue_write(std::function<void(db::Transaction&)> work,
                     std::function<void(std::exception_ptr)> done) override {
    inner_.enqueue_write(std::move(work), std::move(done));
  }
  void finish_queued() override { inner_.finish_queued(); }
  void migrate(std::span<db::Migration const> migrations) override { inner_.migrate(migrations); }
  [[nodiscard]] db::Dialect dialect() const override { return inner_.dialect(); }
  std::atomic<bool> failing{false};

 protected:
  void do_read(Call const& call, Body const& body) override {
    if (failing) throw unavailable("the database does not answer");
    inner_.read(call, body);
  }
  void do_write(Call const& call, Body const& body) override { inner_.write(call, body); }

 private:
  db::Database& inner_;
};

TEST_P(DecisionTest, NothingIsDecidedOnAStateKnownToBeOld) {
  auto const given = grant("user:ben", {Action::read});
  FlakyDatabase flaky(database());
  Access other(flaky, time_, {.password_cost = PasswordCost::least()});
  ASSERT_TRUE(other.authority.decide(as("ben"), Action::read, customers_).allowed);
  flaky.failing = true;
  EXPECT_TRUE(other.grants.revoke(as("ana"), given.id, "").revoked_at) << "the commit stands";
  EXPECT_EQ(code_of([&] { return other.authority.decide(as("ben"), Action::read, customers_); }), Code::unavailable);
  flaky.failing = false;
  EXPECT_FALSE(other.authority.decide(as("ben"), Action::read, customers_).allowed);
}

TEST_P(DecisionTest, InsideATransactionItsOwnAndOtherServersChangesCount) {
  Access other(database(), time_, {.password_cost = PasswordCost::least()});
  grant("user:ben", {Action::read});
  auto const ask = [&] {
    return database().read(as("ben"), [&](db::Transaction& tx) {
      return other.authority.require(tx, as("ben"), Action::read, parse_address("banking/customers"), "dataset");
    });
  };
  EXPECT_TRUE(ask().decision.allowed) << "the other server has not refreshed yet";
  EXPECT_FALSE(other.authority.decide(as("ben"), Action::read, customers_).allowed);
  other.refresh();
  EXPECT_TRUE(other.authority.decide(as("ben"), Action::read, customers_).allowed);
  access().grants.revoke(as("ana"), access().grants.list(as("ana"), {})[0].id, "");
  EXPECT_EQ(code_of(ask), Code::not_found);
}

}  // namespace
}  // namespace lepton::access
