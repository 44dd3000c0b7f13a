#include "access/requests.h"

#include "access/company_test.h"

namespace lepton::access {
namespace {

using std::chrono::hours;

class RequestsTest : public CompanyTest {
 protected:
  void SetUp() override {
    CompanyTest::SetUp();
    if (!IsSkipped()) put_policy("open", {.discover = true});
  }
  Requests& requests() { return access().requests; }
  Requests::NewRequest wanted() {
    return {.path = "banking/customers", .actions = {Action::read, Action::train}, .purpose = "risk", .reason = "why"};
  }
  AccessRequest bens() { return requests().create(as("ben"), wanted()); }
};
INSTANTIATE_TEST_SUITE_P(On, RequestsTest, testing::ValuesIn(db::test_databases()), db::test_database_name);

TEST_P(RequestsTest, NobodyApprovesTheirOwn) {
  // Ana is steward of the owner and asks for herself: another steward must decide.
  auto const own = requests().create(as("ana"), wanted());
  EXPECT_EQ(code_of([&] { return requests().approve(as("ana"), own.id, {}); }), Code::denied);
  EXPECT_EQ(requests().approve(as("anton"), own.id, {}).state, RequestState::approved);

  // Nor what others asked for on their behalf.
  access().directory.assign_role(as("adam"), "banking", "ben", "steward");
  auto request = wanted();
  request.subject = "department:risk";
  auto const departments = requests().create(as("cara"), request);
  EXPECT_EQ(code_of([&] { return requests().approve(as("ben"), departments.id, {}); }), Code::denied);
  request.subject = "service_account:risk/loan-system";
  access().directory.assign_role(as("adam"), "banking", "cara", "steward");
  auto const machines = requests().create(as("ben"), request);
  EXPECT_EQ(code_of([&] { return requests().approve(as("cara"), machines.id, {}); }), Code::denied)
      << "she holds the account's keys";
  EXPECT_EQ(code_of([&] { return requests().approve(as("ben"), machines.id, {}); }), Code::denied) << "he asked for it";
}

TEST_P(RequestsTest, OnlyStewardsOfTheOwnerDecide) {
  auto const request = bens();
  for (std::string const who : {"cara", "dora", "root"})
    EXPECT_EQ(code_of([&] { return requests().approve(as(who), request.id, {}); }), Code::not_found) << who;
  EXPECT_EQ(code_of([&] { return requests().approve(as("olga"), request.id, {}); }), Code::denied);
  EXPECT_EQ(code_of([&] { return requests().approve(as("ben"), request.id, {}); }), Code::denied);
  EXPECT_EQ(code_of([&] { return requests().reject(as("ana"), request.id, ""); }), Code::invalid);
  EXPECT_EQ(requests().reject(as("ana"), request.id, "not now").state, RequestState::rejected);
  EXPECT_EQ(code_of([&] { return requests().approve(as("ana"), request.id, {}); }), Code::conflict);
  EXPECT_FALSE(may("ben", Action::read, "risk"));
}

TEST_P(RequestsTest, AnApprovalMayOnlyTrim) {
  auto const request = bens();
  EXPECT_EQ(code_of([&] { return requests().approve(as("ana"), request.id, {.actions = {{Action::write}}}); }),
            Code::invalid);
  EXPECT_EQ(code_of([&] { return requests().approve(as("ana"), request.id, {.valid_for = hours(24) * 91}); }),
            Code::invalid);
  EXPECT_EQ(code_of([&] { return requests().approve(as("ana"), request.id, {.valid_for = Duration(0)}); }),
            Code::invalid);
  auto const approved = requests().approve(
      as("ana"), request.id,
      {.actions = {{Action::read}}, .masks = {{"name", Mask::replace_with_null}}, .valid_for = hours(1)});
  auto const grant = access().grants.get(as("ben"), approved.grant);
  EXPECT_EQ(grant.actions, std::set{Action::read});
  EXPECT_EQ(grant.expires_at, time_.wall() + hours(1));
  EXPECT_EQ(grant.request, request.id);
  EXPECT_FALSE(may("ben", Action::train, "risk"));
  time_.advance(hours(1));
  EXPECT_FALSE(may("ben", Action::read, "risk"));
  EXPECT_EQ(requests().get(as("ben"), request.id).state, RequestState::expired);
}

TEST_P(RequestsTest, SeveralApprovalsAreOfSeveralPeopleAndTrimTogether) {
  put_policy("two", {.require_approval = 2});
  auto const request = bens();
  EXPECT_EQ(request.approvals_needed, 2);
  auto first = requests().approve(as("ana"), request.id, {.masks = {{"name", Mask::show_first_4}}});
  EXPECT_EQ(first.state, RequestState::pending);
  EXPECT_FALSE(may("ben", Action::read, "risk"));
  EXPECT_EQ(code_of([&] { return requests().approve(as("ana"), request.id, {}); }), Code::conflict);
  auto second = requests().approve(as("anton"), request.id,
                                   {.masks = {{"name", Mask::replace_with_null}}, .valid_for = hours(2)});
  EXPECT_EQ(second.state, RequestState::approved);
  auto const decision = decide("ben", Action::read, "risk");
  EXPECT_TRUE(decision.allowed) << decision.refusal;
  EXPECT_EQ(mask_of(decision.obligations.masks, "name"), Mask::replace_with_null);
  EXPECT_THAT(access().grants.get(as("ben"), second.grant).granted_by, testing::ElementsAre("ana", "anton"));
}

TEST_P(RequestsTest, APolicyThatAsksForMoreApprovalsLaterCounts) {
  auto const request = bens();
  put_policy("two", {.require_approval = 2});
  EXPECT_EQ(requests().approve(as("ana"), request.id, {}).state, RequestState::pending);
}

TEST_P(RequestsTest, APendingRequestLapsesAfterSevenDays) {
  auto const request = bens();
  time_.advance(hours(24 * 7) - std::chrono::microseconds(1));
  EXPECT_EQ(requests().get(as("ana"), request.id).state, RequestState::pending);
  time_.advance(std::chrono::microseconds(1));
  EXPECT_EQ(requests().get(as("ana"), request.id).state, RequestState::lapsed);
  EXPECT_EQ(code_of([&] { return requests().approve(as("ana"), request.id, {}); }), Code::conflict);
  time_.set_wall(time_.wall() - hours(24));
  EXPECT_EQ(code_of([&] { return requests().approve(as("ana"), request.id, {}); }), Code::conflict)
      << "a clock set back";
}

TEST_P(RequestsTest, ADraftIsTheRequestersAlone) {
  auto request = wanted();
  request.draft = true;
  auto const draft = requests().create(as("ben"), request);
  EXPECT_EQ(draft.state, RequestState::draft);
  EXPECT_EQ(code_of([&] { return requests().get(as("ana"), draft.id); }), Code::not_found);
  EXPECT_EQ(code_of([&] { return requests().submit(as("cara"), draft.id); }), Code::not_found);
  EXPECT_EQ(requests().submit(as("ben"), draft.id).state, RequestState::pending);
  EXPECT_EQ(requests().list(as("ana"), {.state = RequestState::pending}).size(), 1u);
  EXPECT_EQ(requests().list(as("cara"), {}).size(), 0u);
  EXPECT_EQ(code_of([&] { return requests().cancel(as("ana"), draft.id); }), Code::denied);
  EXPECT_EQ(requests().cancel(as("ben"), draft.id).state, RequestState::cancelled);
  EXPECT_EQ(code_of([&] { return requests().approve(as("ana"), draft.id, {}); }), Code::conflict);
}

TEST_P(RequestsTest, OneAsksForOneselfOrForWhatOneBelongsTo) {
  auto request = wanted();
  for (std::string const subject : {"everyone", "user:cara", "department:banking", "group:nobody"}) {
    request.subject = subject;
    EXPECT_EQ(code_of([&] { return requests().create(as("ben"), request); }), Code::denied) << subject;
  }
  request.subject = "service_account:risk/loan-system";
  EXPECT_EQ(code_of([&] { return requests().create(as("dora"), request); }), Code::denied) << "no contributor";
  EXPECT_EQ(requests().create(as("ben"), request).subject.str(), request.subject);
  request.subject = "";
  EXPECT_EQ(code_of([&] { return requests().create(as("risk/loan-system"), request); }), Code::denied);
}

TEST_P(RequestsTest, AScopedKeyNeitherAsksNorLooksAround) {
  auto const request = bens();
  Call scoped = as("ben");
  scoped.principal.scopes = {"serve:risk/*"};
  EXPECT_EQ(code_of([&] { return requests().create(scoped, wanted()); }), Code::denied);
  EXPECT_EQ(code_of([&] { return requests().get(scoped, request.id); }), Code::not_found);
  EXPECT_EQ(requests().list(scoped, {}).size(), 0u);
}

TEST_P(RequestsTest, WhatIsMissingIsNamed) {
  try {
    (void)requests().create(as("ben"), {.path = "banking/customers", .valid_for = hours(24) * 367});
    FAIL();
  } catch (Error const& error) {
    EXPECT_EQ(error.code(), Code::invalid);
    std::vector<std::string> pointers;
    for (auto const& detail : error.details()) pointers.push_back(detail.first);
    EXPECT_THAT(pointers, testing::ElementsAre("/actions", "/purpose", "/reason", "/valid_for"));
  }
  auto request = wanted();
  request.actions = {Action::admin};
  EXPECT_EQ(code_of([&] { return requests().create(as("ben"), request); }), Code::invalid);
  request = wanted();
  request.path = "banking/hidden";
  EXPECT_EQ(code_of([&] { return requests().create(as("ben"), request); }), Code::not_found);
}

TEST_P(RequestsTest, TwoStewardsWhoDecideAtOnceMakeOneGrant) {
  auto const request = bens();
  std::atomic<int> approved{0}, refused{0};
  {
    std::vector<std::jthread> stewards;
    for (std::string const who : {"ana", "anton"}) {
      stewards.emplace_back([&, who] {
        try {
          (void)requests().approve(as(who), request.id, {});
          ++approved;
        } catch (Error const& error) {
          if (error.code() == Code::conflict) ++refused;
        }
      });
    }
  }
  EXPECT_EQ(approved, 1);
  EXPECT_EQ(refused, 1);
  EXPECT_EQ(access().grants.list(as("ana"), {.path = "banking/customers"}).size(), 1u);
}

TEST_P(RequestsTest, WithTheAssetGoesTheRequest) {
  auto const request = bens();
  database().write(as("ana"), [&](db::Transaction& tx) { access().assets.remove(tx, as("ana"), customers_.id); });
  EXPECT_EQ(requests().get(as("ben"), request.id).state, RequestState::cancelled);
  EXPECT_EQ(code_of([&] { return requests().approve(as("ana"), request.id, {}); }), Code::conflict);
}

}  // namespace
}  // namespace lepton::access
