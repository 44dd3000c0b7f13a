#pragma once

#include "access/test_company.h"
#include "db/test_database.h"

namespace lepton::access {

/// Fixture of this module's tests: the company on SQLite and on PostgreSQL, under a clock moved by hand.
class CompanyTest : public db::DatabaseTest {
 protected:
  void SetUp() override {
    DatabaseTest::SetUp();
    if (IsSkipped()) return;
    database().migrate(migrations());
    company_.emplace(database(), time_);
    customers_ = company_->add_asset("banking/customers", "dataset", {"pii"});
  }

  [[nodiscard]] Access& access() { return company_->access; }
  [[nodiscard]] Call as(std::string const& name, std::string const& purpose = "") const {
    return company_->as(name, purpose);
  }
  [[nodiscard]] Decision decide(std::string const& who, Action action, std::string const& purpose = "") {
    return access().authority.decide(as(who, purpose), action, customers_);
  }
  [[nodiscard]] bool may(std::string const& who, Action action, std::string const& purpose = "") {
    return decide(who, action, purpose).allowed;
  }
  Authority::Permit require(Call const& call, Action action, std::string const& address) {
    return database().read(call, [&](db::Transaction& tx) {
      return access().authority.require(tx, call, action, parse_address(address), "dataset");
    });
  }
  std::vector<Audit::Record> audit(Audit::Query const& query) {
    return database().read(company_->system(), [&](db::Transaction& tx) { return access().audit.list(tx, query); });
  }
  Policy put_policy(std::string const& name, Effect effect, std::vector<std::string> to = {},
                    std::vector<std::string> except = {}) {
    PolicyDocument document{.to = std::move(to), .except = std::move(except), .effect = std::move(effect)};
    return access().policies.put(as("ana"), "banking", name, document, std::nullopt);
  }

  ManualClock time_;
  std::optional<TestCompany> company_;
  Asset customers_;
};

/// The code of the Error that `action` throws; nothing thrown fails the test.
template <class Function>
Code code_of(Function&& action) {
  try {
    (void)action();
  } catch (Error const& error) {
    return error.code();
  }
  ADD_FAILURE() << "nothing was thrown";
  return Code::internal;
}

}  // namespace lepton::access
