#include "access/company_test.h"

namespace lepton::access {
namespace {

class StoryTest : public CompanyTest {};
INSTANTIATE_TEST_SUITE_P(On, StoryTest, testing::ValuesIn(db::test_databases()), db::test_database_name);

// design.md §1, steps 1 and 2, and the withdrawal of step 6.
TEST_P(StoryTest, OtherDepartmentsDiscoverAskAreApprovedAndAreCutOff) {
  EXPECT_FALSE(may("ben", Action::discover));
  EXPECT_EQ(code_of([&] { return require(as("ben"), Action::read, "banking/customers"); }), Code::not_found);

  put_policy("open", {.discover = true, .masks = {{"phone", Mask::show_last_4}}, .require_approval = 1}, {},
             {"department:banking"});
  EXPECT_TRUE(may("ben", Action::discover));
  EXPECT_EQ(code_of([&] { return require(as("ben"), Action::read, "banking/customers"); }), Code::denied);

  auto request = access().requests.create(as("ben"), {.path = "banking/customers",
                                                      .actions = {Action::read, Action::train},
                                                      .purpose = "default-risk",
                                                      .reason = "train a model of loan defaults",
                                                      .subject = "department:risk"});
  EXPECT_EQ(request.state, RequestState::pending);
  request = access().requests.approve(
      as("ana"), request.id, {.masks = {{"name", Mask::replace_with_null}}, .valid_for = std::chrono::hours(24) * 30},
      "for the quarter");
  EXPECT_EQ(request.state, RequestState::approved);

  auto const decision = decide("ben", Action::read, "default-risk");
  EXPECT_TRUE(decision.allowed) << decision.refusal;
  EXPECT_EQ(mask_of(decision.obligations.masks, "name"), Mask::replace_with_null);
  EXPECT_EQ(mask_of(decision.obligations.masks, "PHONE"), Mask::show_last_4);
  EXPECT_EQ(mask_of(decision.obligations.masks, "age"), Mask::none);
  ASSERT_FALSE(decision.grounds.empty());
  EXPECT_THAT(decision.grounds[0].text, testing::HasSubstr("department:risk"));
  EXPECT_THAT(decision.grounds[0].text, testing::HasSubstr("approved by ana (request " + request.id.str()));
  EXPECT_FALSE(may("ben", Action::read)) << "without the purpose";
  EXPECT_FALSE(may("ben", Action::read, "marketing"));
  EXPECT_FALSE(may("ben", Action::write, "default-risk"));
  EXPECT_TRUE(may("dora", Action::read, "default-risk")) << "the grant is for the department";

  access().grants.revoke(as("ana"), request.grant, "the data is withdrawn");
  EXPECT_FALSE(may("ben", Action::read, "default-risk"));
  EXPECT_EQ(access().requests.get(as("ben"), request.id).state, RequestState::revoked);

  std::vector<std::string> actions;
  for (auto const& record : audit({.subject = "banking/customers", .allowed = true}))
    actions.push_back(record.event.action);
  EXPECT_THAT(actions, testing::ElementsAre("grant.revoke", "access_request.approve", "access_request.create"));
}

}  // namespace
}  // namespace lepton::access
