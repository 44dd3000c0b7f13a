#include "access/company_test.h"

namespace lepton::access {
namespace {

class DirectoryTest : public CompanyTest {
 protected:
  Directory& directory() { return access().directory; }
  template <class Function>
  Code refused(Function&& action) {
    return code_of([&] {
      action();
      return 0;
    });
  }
};
INSTANTIATE_TEST_SUITE_P(On, DirectoryTest, testing::ValuesIn(db::test_databases()), db::test_database_name);

TEST_P(DirectoryTest, OnlyThePlatformsAdminCreatesDepartmentsAndUsers) {
  for (std::string const who : {"adam", "cara", "olga"}) {
    EXPECT_EQ(refused([&] { directory().create_department(as(who), "legal"); }), Code::denied) << who;
    EXPECT_EQ(refused([&] { directory().create_user(as(who), {.name = "zoe"}); }), Code::denied) << who;
  }
  directory().create_department(as("root"), "legal", "Legal");
  EXPECT_EQ(refused([&] { directory().create_department(as("root"), "legal"); }), Code::conflict);
  EXPECT_EQ(refused([&] { directory().create_department(as("root"), "Not a name"); }), Code::invalid);
  directory().create_user(as("root"), {.name = "zoe", .department = "legal"});
  EXPECT_EQ(refused([&] { directory().create_user(as("root"), {.name = "zoe"}); }), Code::conflict);
  EXPECT_EQ(refused([&] { directory().create_user(as("root"), {.name = "yan", .department = "gone"}); }),
            Code::not_found);
  EXPECT_EQ(directory().members(as("dora"), "legal").size(), 1u);
  EXPECT_EQ(directory().departments(as("dora")).size(), 3u);
}

TEST_P(DirectoryTest, StewardsManageTheServiceAccountsOfTheirOwnDepartment) {
  auto const account = directory().create_service_account(as("cara"), {.name = "scorer", .department = "risk"});
  EXPECT_EQ(account.name, "risk/scorer");
  EXPECT_EQ(refused([&] { directory().create_service_account(as("cara"), {.name = "x", .department = "banking"}); }),
            Code::denied);
  EXPECT_EQ(refused([&] { directory().create_service_account(as("ben"), {.name = "x", .department = "risk"}); }),
            Code::denied);
  EXPECT_EQ(refused([&] {
              directory().create_service_account(
                  as("cara"), {.name = "x", .department = "risk", .attributes = {{"clearance", "9"}}});
            }),
            Code::denied)
      << "attributes open other departments' rows";
  EXPECT_EQ(refused([&] { directory().set_disabled(as("ana"), "risk/scorer", true); }), Code::denied);
  directory().set_disabled(as("cara"), "risk/scorer", true);
}

TEST_P(DirectoryTest, NobodyGivesThemselvesARoleAGroupOrAnAttribute) {
  EXPECT_EQ(refused([&] { directory().assign_role(as("root"), "banking", "root", "viewer"); }), Code::denied);
  EXPECT_EQ(refused([&] { directory().assign_role(as("root"), "", "root", "auditor"); }), Code::denied);
  EXPECT_EQ(refused([&] { directory().set_attributes(as("root"), "root", {{"clearance", "9"}}); }), Code::denied);
  directory().create_group(as("root"), {.name = "admins"});
  EXPECT_EQ(refused([&] { directory().add_to_group(as("root"), "admins", "root"); }), Code::denied);
  // Not by way of a group they are in, either.
  directory().create_group(as("adam"), {.name = "outer", .department = "banking"});
  directory().add_to_group(company_->system(), "admins", "root");
  EXPECT_EQ(refused([&] { directory().add_to_group(as("root"), "banking/outer", "admins"); }), Code::denied);
  EXPECT_EQ(refused([&] { directory().assign_role(as("root"), "banking", "admins", "admin"); }), Code::denied);
}

TEST_P(DirectoryTest, RolesAreGivenByTheDepartmentsAdmin) {
  EXPECT_EQ(refused([&] { directory().assign_role(as("ana"), "banking", "dora", "viewer"); }), Code::denied);
  EXPECT_EQ(refused([&] { directory().assign_role(as("adam"), "risk", "dora", "viewer"); }), Code::denied);
  EXPECT_EQ(refused([&] { directory().assign_role(as("adam"), "banking", "dora", "auditor"); }), Code::invalid);
  EXPECT_EQ(refused([&] { directory().assign_role(as("adam"), "banking", "nobody", "viewer"); }), Code::not_found);
  EXPECT_EQ(refused([&] { directory().assign_role(as("adam"), "", "dora", "admin"); }), Code::denied);
  directory().assign_role(as("adam"), "banking", "dora", "viewer");
  EXPECT_TRUE(may("dora", Action::read));
  directory().withdraw_role(as("adam"), "banking", "dora", "viewer");
  EXPECT_FALSE(may("dora", Action::read));
  EXPECT_EQ(refused([&] { directory().withdraw_role(as("adam"), "banking", "dora", "viewer"); }), Code::not_found);
}

TEST_P(DirectoryTest, ThePlatformKeepsAnAdmin) {
  EXPECT_EQ(refused([&] { directory().withdraw_role(as("root"), "", "root", "admin"); }), Code::conflict);
  EXPECT_EQ(refused([&] { directory().set_disabled(as("root"), "root", true); }), Code::denied);
  directory().assign_role(as("root"), "", "dora", "admin");
  directory().withdraw_role(as("root"), "", "root", "admin");
  EXPECT_EQ(refused([&] { directory().create_department(as("root"), "legal"); }), Code::denied);
}

TEST_P(DirectoryTest, PlatformRolesAreForPeople) {
  EXPECT_EQ(refused([&] { directory().assign_role(as("root"), "", "risk/loan-system", "admin"); }), Code::invalid);
}

TEST_P(DirectoryTest, GroupsDoNotContainThemselves) {
  for (std::string const name : {"a", "b", "c"}) directory().create_group(as("root"), {.name = name});
  directory().add_to_group(as("root"), "a", "b");
  directory().add_to_group(as("root"), "b", "c");
  EXPECT_EQ(refused([&] { directory().add_to_group(as("root"), "c", "a"); }), Code::conflict);
  EXPECT_EQ(refused([&] { directory().add_to_group(as("root"), "a", "a"); }), Code::conflict);
  directory().add_to_group(as("root"), "a", "c");
  EXPECT_THAT(directory().group_members(as("root"), "a"), testing::ElementsAre("b", "c"));
}

TEST_P(DirectoryTest, GroupsNestTenLevelsAndNoMore) {
  for (int i = 0; i <= 10; ++i) directory().create_group(as("root"), {.name = "g" + std::to_string(i)});
  directory().add_to_group(as("root"), "g9", "ben");
  for (int i = 9; i > 0; --i)
    directory().add_to_group(as("root"), "g" + std::to_string(i - 1), "g" + std::to_string(i));
  EXPECT_EQ(refused([&] { directory().add_to_group(as("root"), "g9", "g10"); }), Code::conflict);
  EXPECT_EQ(refused([&] { directory().add_to_group(as("root"), "g10", "g0"); }), Code::conflict);
  EXPECT_TRUE(as("ben").principal.groups.contains("g0"));
}

TEST_P(DirectoryTest, AttributesAreSeenByThoseWhoNeedThem) {
  directory().set_attributes(as("root"), "ben", {{"clearance", "2"}});
  EXPECT_EQ(directory().get(as("ben"), "ben").attributes.size(), 1u);
  EXPECT_EQ(directory().get(as("olga"), "ben").attributes.size(), 1u);
  EXPECT_EQ(directory().get(as("ana"), "ben").attributes.size(), 0u);
}

TEST_P(DirectoryTest, StewardsSayWhoActsAsAnAccount) {
  std::string const account = "risk/etl";
  directory().create_service_account(as("cara"), {.name = "etl", .department = "risk"});
  auto const may = [&](Call const& call) {
    try {
      directory().require_acting(call, account);
      return true;
    } catch (Error const& error) {
      EXPECT_EQ(error.code(), Code::denied);
      EXPECT_EQ(error.reason(), "act_as");
      return false;
    }
  };
  EXPECT_FALSE(may(as("ben")));
  EXPECT_FALSE(may(as("ana"))) << "a steward of another department";
  EXPECT_FALSE(may(as("root"))) << "administering is not acting";
  EXPECT_TRUE(may(as("cara")));
  EXPECT_TRUE(may(as(account)));
  EXPECT_EQ(refused([&] { directory().let_act_as(as("ben"), account, "ben"); }), Code::denied);
  EXPECT_EQ(refused([&] { directory().let_act_as(as("cara"), "risk/nobody", "ben"); }), Code::not_found);
  directory().let_act_as(as("cara"), account, "ben");
  directory().let_act_as(as("cara"), account, "ben");
  EXPECT_TRUE(may(as("ben")));
  EXPECT_THAT(directory().acting(as("ben"), account), testing::ElementsAre("ben"));
  EXPECT_EQ(refused([&] { return directory().acting(as("ana"), account); }), Code::denied);
  Call scoped = as("ben");
  scoped.principal.scopes = {"read:*"};
  EXPECT_FALSE(may(scoped)) << "the key is for reading";
  EXPECT_FALSE(access().authority.has_role(as("ben"), "risk", "steward"));
  directory().forbid_acting(as("cara"), account, "ben");
  EXPECT_FALSE(may(as("ben")));
  EXPECT_EQ(refused([&] { directory().forbid_acting(as("cara"), account, "ben"); }), Code::not_found);
}

TEST_P(DirectoryTest, ARehearsalChangesNothing) {
  Call call = as("root");
  call.validate_only = true;
  EXPECT_EQ(directory().create_department(call, "legal").name, "legal");
  EXPECT_EQ(directory().departments(as("root")).size(), 2u);
  EXPECT_EQ(refused([&] { directory().create_department(call, "risk"); }), Code::conflict);
}

TEST_P(DirectoryTest, SeveralChangesAreOneAndRehearsedAsOne) {
  Call call = as("root");
  call.validate_only = true;
  auto const rehearsed = directory().change(call, "ben", {.attributes = {{{"clearance", "2"}}}, .disabled = true});
  EXPECT_EQ(rehearsed.attributes.at("clearance"), "2");
  EXPECT_TRUE(rehearsed.disabled);
  EXPECT_FALSE(directory().get(as("root"), "ben").disabled);
  // The second step is refused, so the first has not happened.
  EXPECT_EQ(refused([&] {
              (void)directory().change(as("cara"), "risk/team", {.attributes = {{{"a", "b"}}}, .disabled = true});
            }),
            Code::not_found);
  directory().create_user(as("root"), {.name = "zoe"});
  directory().assign_role(as("root"), "", "zoe", "admin");
  EXPECT_EQ(refused([&] { (void)directory().change(as("root"), "root", {.attributes = {}, .disabled = true}); }),
            Code::denied);
  auto const changed = directory().change(as("zoe"), "root", {.attributes = {{{"clearance", "3"}}}, .disabled = true});
  EXPECT_TRUE(changed.disabled);
  EXPECT_EQ(changed.attributes.at("clearance"), "3");
}

TEST_P(DirectoryTest, EveryChangeIsAudited) {
  directory().create_department(as("root"), "legal");
  directory().create_group(as("root"), {.name = "g", .department = "legal"});
  directory().add_to_group(as("root"), "legal/g", "dora");
  directory().assign_role(as("root"), "legal", "dora", "admin");
  std::vector<std::string> actions;
  for (auto const& record : audit({.department = "legal"})) actions.push_back(record.event.action);
  EXPECT_THAT(actions, testing::ElementsAre("role.assign", "group.add", "group.create", "department.create"));
}

}  // namespace
}  // namespace lepton::access
