#pragma once

#include <string>
#include <string_view>

#include "access/access.h"
#include "access/schema.h"

namespace lepton::access {

/// The company of the story (design.md §1), for tests of every module that decides: departments banking and risk; ana
/// and anton, stewards, and adam, admin, of banking; ben, contributor, and cara, steward of risk; dora, at home in risk
/// without a role; olga, the platform's auditor; root, its admin; risk/loan-system, a service account. Passwords cost
/// nothing. The database must have been migrated with access::migrations() and is not owned.
struct TestCompany {
  TestCompany(db::Database& database_, Clock const& clock_)
      : database(database_),
        clock(clock_),
        access(database_, clock_, CredentialOptions{.password_cost = PasswordCost::least()}) {
    Call const call = system();
    auto& directory = access.directory;
    for (std::string const name : {"banking", "risk"}) directory.create_department(call, name);
    for (std::string const name : {"ana", "anton", "adam"})
      directory.create_user(call, {.name = name, .department = "banking"});
    for (std::string const name : {"ben", "cara", "dora"})
      directory.create_user(call, {.name = name, .department = "risk"});
    for (std::string const name : {"olga", "root"}) directory.create_user(call, {.name = name});
    directory.create_service_account(call, {.name = "loan-system", .department = "risk"});
    directory.assign_role(call, "", "root", "admin");
    directory.assign_role(call, "", "olga", "auditor");
    directory.assign_role(call, "banking", "ana", "steward");
    directory.assign_role(call, "banking", "anton", "steward");
    directory.assign_role(call, "banking", "adam", "admin");
    directory.assign_role(call, "risk", "ben", "contributor");
    directory.assign_role(call, "risk", "cara", "steward");
  }

  [[nodiscard]] Call system() const { return system_call(clock); }
  /// A call of that user or service account, as authentication would make it.
  [[nodiscard]] Call as(std::string const& name, std::string const& purpose = "") const {
    Call call = system();
    call.principal = access.directory.principal(name);
    call.purpose = purpose;
    call.protocol = "test";
    return call;
  }
  Asset add_asset(std::string const& address, std::string const& kind = "dataset",
                  std::set<std::string> const& tags = {}) {
    return database.write(system(), [&](db::Transaction& tx) {
      return access.assets.create(tx, system(), kind, parse_address(address), "", tags);
    });
  }

  db::Database& database;
  Clock const& clock;
  Access access;
};

}  // namespace lepton::access
