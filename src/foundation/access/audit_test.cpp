#include "access/audit.h"

#include "access/company_test.h"
#include "base/digest.h"

namespace lepton::access {
namespace {

class AuditTest : public CompanyTest {
 protected:
  std::vector<Audit::Record> list_for(std::string const& who, Audit::Query const& query) {
    return database().read(
        as(who), [&](db::Transaction& tx) { return access().audit.list_for(tx, as(who), access().authority, query); });
  }
  std::int64_t append(Call const& call, AuditEvent const& event) {
    return database().write(call, [&](db::Transaction& tx) { return access().audit.append(tx, call, event); });
  }
};
INSTANTIATE_TEST_SUITE_P(On, AuditTest, testing::ValuesIn(db::test_databases()), db::test_database_name);

TEST_P(AuditTest, AnEventComesBackAsItWasWritten) {
  Call call = as("ben", "default-risk");
  call.peer_address = "192.0.2.1";
  call.trace.trace_id = std::string(32, 'a');
  auto const sequence = append(call, {.action = "query.run",
                                      .subject = "banking/customers",
                                      .grounds = {{"grant", "g1", "grant to ben"}},
                                      .details = {{"rows", 3}}});
  auto const records = audit({.action = "query.run"});
  ASSERT_EQ(records.size(), 1u);
  auto const& record = records[0];
  EXPECT_EQ(record.sequence, sequence);
  EXPECT_EQ(record.at, time_.wall());
  EXPECT_EQ(record.principal, "ben");
  EXPECT_EQ(record.purpose, "default-risk");
  EXPECT_EQ(record.request_id, call.request_id.str());
  EXPECT_EQ(record.event.department, "banking");
  EXPECT_EQ(record.event.grounds.at(0).text, "grant to ben");
  EXPECT_EQ(record.event.details.at("rows"), 3);

  // RFC 9162 §2.1.1, computed by hand.
  std::string const entry = R"({"action":"query.run","allowed":true,"at":)" + std::to_string(record.at.micros) +
                            R"(,"credential":"","department":"banking","details":{"rows":3},"grounds":[{"id":"g1",)" +
                            R"("kind":"grant","text":"grant to ben"}],"peer":"192.0.2.1","principal":"ben",)" +
                            R"("principal_id":")" + call.principal.id.str() +
                            R"(","protocol":"test","purpose":"default-risk","request_id":")" + call.request_id.str() +
                            R"(","subject":"banking/customers","trace_id":")" + std::string(32, 'a') + R"("})";
  EXPECT_EQ(record.leaf_hash, sha256(std::string(1, '\0') + entry).hex());
}

TEST_P(AuditTest, FiltersAndPages) {
  for (int i = 0; i < 5; ++i) append(as("ben"), {.action = "dataset.read", .subject = "risk/a" + std::to_string(i)});
  append(as("ben"), {.action = "dataset.create", .subject = "risk/a0", .allowed = false});
  append(as("cara"), {.action = "datasets.other", .subject = "risk/a0"});
  EXPECT_EQ(audit({.action = "dataset."}).size(), 6u);
  EXPECT_EQ(audit({.action = "dataset.", .allowed = false}).size(), 1u);
  EXPECT_EQ(audit({.principal = "ben", .subject = "risk/a0"}).size(), 2u);
  auto const page = audit({.action = "dataset.read", .limit = 3});
  ASSERT_EQ(page.size(), 3u);
  EXPECT_GT(page[0].sequence, page[2].sequence);
  EXPECT_EQ(audit({.action = "dataset.read", .before = page[2].sequence}).size(), 2u);
  EXPECT_EQ(audit({.action = "dataset.read", .from = time_.wall() + Duration(1)}).size(), 0u);
  EXPECT_EQ(audit({.action = "dataset.read", .to = time_.wall() + Duration(1)}).size(), 5u);
}

TEST_P(AuditTest, AuditorsReadAllStewardsTheirDepartmentOthersThemselves) {
  append(as("ben"), {.action = "query.run", .subject = "banking/customers"});
  EXPECT_FALSE(list_for("olga", {}).empty());
  EXPECT_EQ(list_for("ana", {.action = "query.run", .department = "banking"}).size(), 1u);
  EXPECT_EQ(code_of([&] { return list_for("ana", {}); }), Code::denied);
  EXPECT_EQ(code_of([&] { return list_for("ana", {.department = "risk"}); }), Code::denied);
  EXPECT_EQ(code_of([&] { return list_for("ben", {.department = "risk"}); }), Code::denied);
  EXPECT_EQ(code_of([&] { return list_for("root", {}); }), Code::denied);
  EXPECT_EQ(list_for("ben", {.principal = "ben", .action = "query.run"}).size(), 1u);
  EXPECT_EQ(code_of([&] { return list_for("ben", {.principal = "ana"}); }), Code::denied);
}

TEST_P(AuditTest, AMutationThatFailsLeavesNoEventAndNoEffect) {
  auto const before = audit({}).size();
  EXPECT_EQ(code_of([&] {
              return database().write(as("ana"), [&](db::Transaction& tx) -> int {
                access().assets.add_tags(tx, as("ana"), customers_.id, {"x"});
                access().audit.append(tx, as("ana"), {.action = "dataset.tag", .subject = "banking/customers"});
                throw conflict("no");
              });
            }),
            Code::conflict);
  EXPECT_EQ(audit({}).size(), before);
}

TEST_P(AuditTest, RefusalsAreWrittenBeforeWhatRecordsThemEnds) {
  auto const call = company_->system();
  auto const before = audit({.allowed = false}).size();
  for (int i = 0; i < 50; ++i)
    EXPECT_EQ(code_of([&] { return require(as("dora"), Action::read, "banking/customers"); }), Code::not_found);
  company_.reset();
  auto const after =
      database().read(call, [&](db::Transaction& tx) { return Audit().list(tx, {.allowed = false}).size(); });
  EXPECT_EQ(after, before + 50);
}

}  // namespace
}  // namespace lepton::access
