#pragma once

#include <optional>
#include <string>
#include <vector>

#include "access/audit.h"
#include "access/live_authority.h"
#include "access/policy.h"
#include "access/snapshots.h"

namespace lepton::access {

/// The policies of departments and of the platform. Any thread may call; functions open their own transactions, and
/// what they did holds for the next decision. Department policies are written by its stewards, platform policies
/// (department "") by the platform admin; both may be read by those, by auditors, and a department's by its members.
class Policies {
 public:
  Policies(db::Database& database, Snapshots& snapshots, LiveAuthority const& authority, Assets const& assets,
           Audit& audit)
      : database_(database), snapshots_(snapshots), authority_(authority), assets_(assets), audit_(audit) {}

  /// Creates it, or changes it when `revision` is the one in force. Throws Error{conflict}, reason "revision_mismatch",
  /// when somebody else was faster; with no revision, when the policy exists already.
  Policy put(Call const& call, std::string const& department, std::string const& name, PolicyDocument const& document,
             std::optional<std::int64_t> revision);
  void remove(Call const& call, std::string const& department, std::string const& name, std::int64_t revision);
  [[nodiscard]] Policy get(Call const& call, std::string const& department, std::string const& name) const;
  [[nodiscard]] std::vector<Policy> list(Call const& call, std::string const& department) const;

 private:
  void require_writer(Call const& call, std::string const& department) const;
  void require_reader(Call const& call, std::string const& department) const;

  db::Database& database_;
  Snapshots& snapshots_;
  LiveAuthority const& authority_;
  Assets const& assets_;
  Audit& audit_;
};

[[nodiscard]] std::vector<Policy> all_policies(db::Transaction& tx);

}  // namespace lepton::access
