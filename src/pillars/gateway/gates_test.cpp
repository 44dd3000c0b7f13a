#include "gateway/gates.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "access/test_company.h"
#include "base/error.h"
#include "db/test_database.h"
#include "gateway/limits.h"
#include "gateway/schema.h"
#include "lineage/schema.h"
#include "serving/schema.h"

namespace lepton::gateway {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

template <class Function>
std::string reason_of(Function&& action) {
  try {
    (void)action();
  } catch (Error const& error) {
    return std::string(error.reason());
  }
  return "";
}

/// A server's gateway with the log that it charges for.
struct TestGateway {
  TestGateway(db::Database& database, access::Access& access, Clock const& clock)
      : gates(metrics, clock), limits(database, access, gates), log(database, access.authority, gates.companion()) {
    limits.load(system_call(clock));
  }

  Metrics metrics;
  Gates gates;
  Limits limits;
  serving::DecisionLog log;
};

class GatewayTest : public db::DatabaseTest {
 protected:
  void SetUp() override {
    DatabaseTest::SetUp();
    if (IsSkipped()) return;
    std::vector<db::Migration> migrations;
    for (auto const& part : {access::migrations(), lineage::migrations(), serving::migrations(), gateway::migrations()})
      migrations.insert(migrations.end(), part.begin(), part.end());
    database().migrate(migrations);
    company_.emplace(database(), time_);
    company_->access.credentials.create_key(as("cara"), {.principal = "risk/loan-system", .name = "loans"});
    gateway_.emplace(database(), company_->access, time_);
  }
  void TearDown() override {
    gateway_.reset();
    company_.reset();
  }

  [[nodiscard]] Call as(std::string const& name) const { return company_->as(name); }
  [[nodiscard]] Call loan_system() const {
    auto call = as("risk/loan-system");
    call.principal.credential_name = "key loans";
    return call;
  }
  void limit(Limit const& limit) { (void)gateway_->limits.set(as("cara"), "risk/loan-system", "loans", limit); }

  /// Records an answer as the data path does, and settles when it is durable.
  [[nodiscard]] bool answer(TestGateway& gateway, Ticket ticket, std::int64_t rows = 1) {
    auto const call = loan_system();
    serving::NewDecision decision;
    auto& facts = decision.facts;
    facts.at = call.now();
    facts.deployment = "risk/score";
    facts.principal = call.principal.name;
    facts.principal_id = call.principal.id;
    facts.credential = call.principal.credential_name;
    facts.rows = rows;
    facts.latency = std::chrono::microseconds(300);
    decision.inputs = decision.outputs = "[]";
    std::promise<std::exception_ptr> written;
    gateway.log.append(std::move(decision),
                       [&](std::exception_ptr error, serving::DecisionId const&) { written.set_value(error); });
    auto const error = written.get_future().get();
    if (!error) ticket.settle();
    return !error;
  }
  std::int64_t decisions() {
    return database().read(company_->system(),
                           [&](db::Transaction& tx) { return std::ssize(serving::list_decisions(tx, {})); });
  }

  ManualClock time_;
  std::optional<access::TestCompany> company_;
  std::optional<TestGateway> gateway_;
};
INSTANTIATE_TEST_SUITE_P(On, GatewayTest, testing::ValuesIn(db::test_databases()), db::test_database_name);

TEST_P(GatewayTest, AKeyWithoutALimitMayAskAsItLikes) {
  for (int i = 0; i < 1000; ++i) (void)gateway_->gates.admit(loan_system());
}

TEST_P(GatewayTest, ReservesBeforeAndSettlesAfter) {
  limit({.quota = 2});
  auto first = std::make_optional(gateway_->gates.admit(loan_system()));
  auto second = gateway_->gates.admit(loan_system());
  EXPECT_EQ(reason_of([&] { return gateway_->gates.admit(loan_system()); }), "quota_exceeded");
  first.reset();  // failed: gives its reservation back
  auto third = gateway_->gates.admit(loan_system());
  EXPECT_TRUE(answer(*gateway_, std::move(second)));
  EXPECT_TRUE(answer(*gateway_, std::move(third)));
  EXPECT_EQ(reason_of([&] { return gateway_->gates.admit(loan_system()); }), "quota_exceeded");
  EXPECT_EQ(gateway_->limits.list(as("cara"), "risk/loan-system").at(0).used, 2);
}

TEST_P(GatewayTest, AQuotaIsExactAcrossARestart) {
  limit({.quota = 3});
  EXPECT_TRUE(answer(*gateway_, gateway_->gates.admit(loan_system())));
  EXPECT_TRUE(answer(*gateway_, gateway_->gates.admit(loan_system())));
  {
    auto const lost_in_the_crash = gateway_->gates.admit(loan_system());
    gateway_.emplace(database(), company_->access, time_);
  }
  EXPECT_TRUE(answer(*gateway_, gateway_->gates.admit(loan_system())));
  EXPECT_EQ(reason_of([&] { return gateway_->gates.admit(loan_system()); }), "quota_exceeded");
}

TEST_P(GatewayTest, AQuotaIsExactAcrossServers) {
  limit({.quota = 3});
  TestGateway other(database(), company_->access, time_);
  int answered = 0;
  for (int i = 0; i < 3; ++i) {
    auto mine = gateway_->gates.admit(loan_system());
    auto theirs = other.gates.admit(loan_system());
    answered += answer(*gateway_, std::move(mine)) ? 1 : 0;
    answered += answer(other, std::move(theirs)) ? 1 : 0;
  }
  EXPECT_EQ(answered, 3);
  EXPECT_EQ(decisions(), 3);
}

TEST_P(GatewayTest, AQuotaBeginsAnewWithThePeriod) {
  limit({.quota = 1, .period = Period::hour});
  EXPECT_TRUE(answer(*gateway_, gateway_->gates.admit(loan_system())));
  try {
    (void)gateway_->gates.admit(loan_system());
    FAIL();
  } catch (Error const& error) {
    ASSERT_TRUE(error.retry_after());
    time_.advance(*error.retry_after());
  }
  EXPECT_TRUE(answer(*gateway_, gateway_->gates.admit(loan_system())));
  EXPECT_EQ(reason_of([&] { return gateway_->gates.admit(loan_system()); }), "quota_exceeded");
}

TEST_P(GatewayTest, ARateTellsHowLongToWait) {
  limit({.requests_per_second = 1, .burst = 2});
  (void)gateway_->gates.admit(loan_system());
  (void)gateway_->gates.admit(loan_system());
  EXPECT_EQ(reason_of([&] { return gateway_->gates.admit(loan_system()); }), "rate_limited");
  time_.advance(std::chrono::seconds(1));
  (void)gateway_->gates.admit(loan_system());
  EXPECT_THAT(gateway_->metrics.render(),
              testing::HasSubstr("lepton_gateway_refused_total{reason=\"rate_limited\"} 1"));
}

TEST_P(GatewayTest, OnlyStewardsOfTheKeysDepartmentSetItsLimit) {
  auto& limits = gateway_->limits;
  EXPECT_EQ(reason_of([&] { return limits.set(as("ben"), "risk/loan-system", "loans", {.quota = 1}); }), "denied");
  EXPECT_EQ(reason_of([&] { return limits.set(as("ana"), "risk/loan-system", "loans", {.quota = 1}); }), "denied");
  EXPECT_EQ(reason_of([&] { return limits.set(as("cara"), "risk/loan-system", "lones", {.quota = 1}); }), "not_found");
  auto const first = limits.set(as("cara"), "risk/loan-system", "loans", {.quota = 1}, 0);
  EXPECT_EQ(first.revision, 1);
  EXPECT_EQ(reason_of([&] { return limits.set(as("cara"), "risk/loan-system", "loans", {.quota = 2}, 0); }),
            "revision_changed");
  EXPECT_EQ(limits.set(as("cara"), "risk/loan-system", "loans", {.quota = 2}, 1).revision, 2);
  EXPECT_THAT(limits.list(as("risk/loan-system"), "risk/loan-system"), SizeIs(1));
  limits.remove(as("cara"), "risk/loan-system", "loans");
  EXPECT_THAT(limits.list(as("cara"), "risk/loan-system"), SizeIs(0));
  auto const events = database().read(company_->system(), [&](db::Transaction& tx) {
    return company_->access.audit.list(tx, {.subject = "risk/loan-system key loans"});
  });
  EXPECT_EQ(events.at(0).event.action, "limit.remove");
}

TEST_P(GatewayTest, MetersWhatWasAnswered) {
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(answer(*gateway_, gateway_->gates.admit(loan_system()), 10));
  time_.advance(std::chrono::hours(2));
  EXPECT_TRUE(answer(*gateway_, gateway_->gates.admit(loan_system()), 5));
  auto const report = [&](std::string const& who, UsageQuery const& query = {}) {
    return report_usage(database(), as(who), query);
  };
  auto const all = report("ben");
  ASSERT_THAT(all, SizeIs(1));
  EXPECT_EQ(all[0].requests, 4);
  EXPECT_EQ(all[0].rows, 35);
  EXPECT_EQ(all[0].key, "loans");
  EXPECT_EQ(all[0].mean_latency, std::chrono::microseconds(300));
  EXPECT_EQ(report("ben", {.from = time_.wall() - std::chrono::hours(1)}).at(0).requests, 1);
  EXPECT_THAT(report("ana"), SizeIs(0));
  EXPECT_THAT(report("olga"), SizeIs(1));
  EXPECT_THAT(report("risk/loan-system"), SizeIs(1));
  EXPECT_THAT(report("olga", {.department = "banking"}), SizeIs(0));
}

}  // namespace
}  // namespace lepton::gateway
