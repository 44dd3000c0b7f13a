#include "access/grants.h"

#include "access/company_test.h"

namespace lepton::access {
namespace {

class GrantsTest : public CompanyTest {
 protected:
  Grants& grants() { return access().grants; }
  Grants::NewGrant wanted(std::string const& subject = "user:ben", std::string const& path = "banking/customers") {
    return {.subject = subject, .actions = {Action::read}, .path = path};
  }
};
INSTANTIATE_TEST_SUITE_P(On, GrantsTest, testing::ValuesIn(db::test_databases()), db::test_database_name);

TEST_P(GrantsTest, OnlyTheOwnersStewardsGiveAndTake) {
  for (std::string const who : {"ben", "cara", "root", "olga", "risk/loan-system"}) {
    EXPECT_NE(code_of([&] { return grants().create(as(who), wanted("user:dora")); }), Code::internal) << who;
    EXPECT_EQ(code_of([&] { return grants().create(as(who), wanted("user:dora", "banking/*")); }), Code::denied) << who;
  }
  auto const grant = grants().create(as("ana"), wanted());
  // Who was given access does not pass it on.
  EXPECT_EQ(code_of([&] { return grants().create(as("ben"), wanted("user:dora")); }), Code::denied);
  EXPECT_EQ(code_of([&] { return grants().revoke(as("cara"), grant.id, ""); }), Code::not_found) << "not hers to see";
  EXPECT_EQ(code_of([&] { return grants().revoke(as("olga"), grant.id, ""); }), Code::denied);
  EXPECT_EQ(code_of([&] { return grants().get(as("cara"), grant.id); }), Code::not_found);
  EXPECT_TRUE(grants().revoke(as("ben"), grant.id, "not needed any more").revoked_at) << "he may give it back";
  EXPECT_EQ(code_of([&] { return grants().revoke(as("ana"), grant.id, ""); }), Code::conflict);
}

TEST_P(GrantsTest, WhatCannotBeGrantedIsRefused) {
  EXPECT_EQ(code_of([&] { return grants().create(as("ana"), wanted("user:ana")); }), Code::denied);
  EXPECT_EQ(code_of([&] { return grants().create(as("ana"), wanted("user:nobody")); }), Code::not_found);
  EXPECT_EQ(code_of([&] { return grants().create(as("ana"), wanted("group:ben")); }), Code::not_found);
  EXPECT_EQ(code_of([&] { return grants().create(as("ana"), wanted("ben")); }), Code::invalid);
  EXPECT_EQ(code_of([&] { return grants().create(as("ana"), wanted("user:ben", "banking/nothing")); }),
            Code::not_found);
  EXPECT_EQ(code_of([&] { return grants().create(as("ana"), wanted("user:ben", "*")); }), Code::invalid);
  auto share = wanted();
  share.actions = {Action::share};
  EXPECT_EQ(code_of([&] { return grants().create(as("ana"), share); }), Code::invalid);
  auto past = wanted();
  past.expires_at = time_.wall();
  EXPECT_EQ(code_of([&] { return grants().create(as("ana"), past); }), Code::invalid);
  auto nothing = wanted();
  nothing.actions = {};
  EXPECT_EQ(code_of([&] { return grants().create(as("ana"), nothing); }), Code::invalid);
}

TEST_P(GrantsTest, ADenialOfShareHoldsForStewards) {
  put_policy("keep", {.deny = {Action::share}});
  EXPECT_EQ(code_of([&] { return grants().create(as("ana"), wanted()); }), Code::denied);
}

TEST_P(GrantsTest, ASubtreeCoversWhatIsMadeLater) {
  grants().create(as("ana"), wanted("department:risk", "banking/*"));
  customers_ = company_->add_asset("banking/payments");
  EXPECT_TRUE(may("dora", Action::read));
  EXPECT_TRUE(may("risk/loan-system", Action::read));
  customers_ = company_->add_asset("risk/scores");
  EXPECT_FALSE(may("dora", Action::read));
  EXPECT_EQ(grants().list(as("dora"), {.path = "banking/payments"}).size(), 1u);
  EXPECT_EQ(grants().list(as("olga"), {}).size(), 1u);
  EXPECT_EQ(grants().list(as("root"), {}).size(), 0u);
}

}  // namespace
}  // namespace lepton::access
