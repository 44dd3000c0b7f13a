#include "access/action.h"

namespace lepton::access {
namespace {

TEST(ActionTest, ARoleHoldsWhatTheRolesBelowItHold) {
  EXPECT_TRUE(role_holds("viewer", Action::read));
  EXPECT_FALSE(role_holds("viewer", Action::write));
  EXPECT_TRUE(role_holds("contributor", Action::train));
  EXPECT_FALSE(role_holds("contributor", Action::share));
  EXPECT_TRUE(role_holds("steward", Action::share));
  EXPECT_FALSE(role_holds("steward", Action::admin));
  for (auto const& entry : EnumNames<Action>::values) EXPECT_TRUE(role_holds("admin", entry.first)) << entry.second;
  for (auto const& entry : EnumNames<Action>::values) EXPECT_FALSE(role_holds("auditor", entry.first)) << entry.second;
  EXPECT_FALSE(role_reaches("admin", "emperor"));
  EXPECT_FALSE(role_reaches("", ""));
}

TEST(ActionTest, PathsMatchByGlob) {
  EXPECT_TRUE(path_matches("*", "banking/customers"));
  EXPECT_TRUE(path_matches("banking/*", "banking/customers"));
  EXPECT_TRUE(path_matches("banking/c*ers", "banking/customers"));
  EXPECT_TRUE(path_matches("banking/customers", "banking/customers"));
  EXPECT_FALSE(path_matches("banking/*", "banking2/customers"));
  EXPECT_FALSE(path_matches("banking/customers", "banking/customers2"));
  EXPECT_FALSE(path_matches("banking/c*ersx", "banking/customers"));
  EXPECT_FALSE(path_matches("", "banking/customers"));
  // Backtracking stays cheap for a hostile pattern.
  std::string pattern;
  for (int i = 0; i < 40; ++i) pattern += "a*";
  EXPECT_FALSE(path_matches(pattern + "b", std::string(5000, 'a')));
}

TEST(ActionTest, ScopesLimitActionsAndPaths) {
  EXPECT_TRUE(scopes_allow({}, Action::admin, "banking/customers"));
  EXPECT_TRUE(scopes_allow({"serve:risk/loan-score"}, Action::serve, "risk/loan-score"));
  EXPECT_TRUE(scopes_allow({"serve:risk/loan-score"}, Action::discover, "risk/loan-score"));
  EXPECT_FALSE(scopes_allow({"serve:risk/loan-score"}, Action::discover, "risk/other"));
  EXPECT_FALSE(scopes_allow({"serve:risk/loan-score"}, Action::read, "risk/loan-score"));
  EXPECT_TRUE(scopes_allow({"read", "*:risk/*"}, Action::write, "risk/x"));
  EXPECT_FALSE(scopes_allow({"read", "*:risk/*"}, Action::write, "banking/x"));
}

TEST(ActionTest, SaysWhatIsWrongWithAScope) {
  for (std::string const scope : {"read", "*", "serve:risk/*", "write:*"}) EXPECT_EQ(problem_with_scope(scope), "");
  for (std::string const scope : {"", "fly", "serve:", "serve:risk", ":risk/x"})
    EXPECT_NE(problem_with_scope(scope), "") << scope;
}

}  // namespace
}  // namespace lepton::access
