#include "access/policy.h"
#include "access/company_test.h"

namespace lepton::access {
namespace {

TEST(PolicyDocumentTest, EveryProblemIsNamed) {
  PolicyDocument document{.selector = {.path = "risk/*"}, .to = {"everyone", "nobody"}, .except = {"user:"}};
  document.effect.row_filter = json::Value("x = 1");
  document.effect.require_approval = 11;
  try {
    (void)checked_policy("banking", document);
    FAIL();
  } catch (Error const& error) {
    std::vector<std::string> pointers;
    for (auto const& detail : error.details()) pointers.push_back(detail.first);
    EXPECT_THAT(pointers, testing::ElementsAre("/effect/require_approval", "/effect/row_filter", "/except/0",
                                               "/selector/path", "/to/1"));
  }
  EXPECT_EQ(code_of([&] { return checked_policy("banking", {}); }), Code::invalid) << "it does nothing";
  EXPECT_EQ(code_of([&] { return checked_policy("", {.effect = {.discover = true}}); }), Code::invalid);
}

class PoliciesTest : public CompanyTest {};
INSTANTIATE_TEST_SUITE_P(On, PoliciesTest, testing::ValuesIn(db::test_databases()), db::test_database_name);

TEST_P(PoliciesTest, OfTwoWhoChangeOnePolicyTheSecondIsTold) {
  auto const first = put_policy("open", {.discover = true});
  PolicyDocument mine = first.document;
  mine.effect.masks = {{"phone", Mask::replace_with_null}};
  PolicyDocument theirs = first.document;
  theirs.effect.min_group_size = 5;

  EXPECT_EQ(access().policies.put(as("ana"), "banking", "open", mine, first.revision).revision, first.revision + 1);
  try {
    (void)access().policies.put(as("anton"), "banking", "open", theirs, first.revision);
    FAIL() << "anton would overwrite what ana did";
  } catch (Error const& error) {
    EXPECT_EQ(error.code(), Code::conflict);
    EXPECT_EQ(error.reason(), "revision_mismatch");
    EXPECT_THAT(error.what(), testing::HasSubstr("changed by ana"));
  }
  EXPECT_EQ(access().policies.get(as("anton"), "banking", "open").document.effect.masks.size(), 1u);
  EXPECT_EQ(code_of([&] { return access().policies.put(as("ana"), "banking", "open", mine, std::nullopt); }),
            Code::conflict);
  EXPECT_EQ(code_of([&] {
              access().policies.remove(as("anton"), "banking", "open", first.revision);
              return 0;
            }),
            Code::conflict);
  access().policies.remove(as("anton"), "banking", "open", first.revision + 1);
  EXPECT_EQ(code_of([&] { return access().policies.get(as("ana"), "banking", "open"); }), Code::not_found);
}

TEST_P(PoliciesTest, ARecreatedPolicyDoesNotTakeAnOldRevision) {
  auto const first = put_policy("open", {.discover = true}).revision;
  access().policies.remove(as("ana"), "banking", "open", first);
  put_policy("open", {.min_group_size = 7});
  EXPECT_EQ(code_of([&] {
              return access().policies.put(as("ana"), "banking", "open", {.effect = {.discover = true}}, first);
            }),
            Code::conflict);
}

TEST_P(PoliciesTest, OnlyStewardsWriteAndOnlyMembersAndAuditorsRead) {
  PolicyDocument const document{.effect = {.discover = true}};
  for (std::string const who : {"ben", "cara", "root", "olga"}) {
    EXPECT_EQ(code_of([&] { return access().policies.put(as(who), "banking", "x", document, std::nullopt); }),
              Code::denied)
        << who;
  }
  EXPECT_EQ(code_of([&] { return access().policies.put(as("ana"), "", "x", document, std::nullopt); }), Code::denied);
  put_policy("open", {.discover = true});
  EXPECT_EQ(access().policies.list(as("olga"), "banking").size(), 1u);
  EXPECT_EQ(code_of([&] { return access().policies.list(as("ben"), "banking"); }), Code::denied);
}

}  // namespace
}  // namespace lepton::access
