#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "access/audit.h"
#include "access/grant.h"
#include "access/live_authority.h"
#include "access/snapshots.h"

namespace lepton::access {

/// Gives and takes access to assets. Any thread may call; functions open their own transactions, and what they did
/// holds for the next decision. Only those who may `share` the asset, or stewards of the department for a subtree, and
/// nobody to themselves.
class Grants {
 public:
  Grants(db::Database& database, Snapshots& snapshots, LiveAuthority const& authority, Assets const& assets,
         Audit& audit)
      : database_(database), snapshots_(snapshots), authority_(authority), assets_(assets), audit_(audit) {}

  struct NewGrant {
    std::string subject;  ///< subject.h
    std::set<Action> actions;
    std::string path;  ///< "banking/customers" or "banking/*"
    std::string purpose;
    Masks masks;
    std::optional<Timestamp> not_before;
    std::optional<Timestamp> expires_at;

    static constexpr auto fields() {
      return std::tuple{
          required("subject", &NewGrant::subject,
                   "who: user:ana, department:risk, group:…, service_account:…, everyone"),
          required("actions", &NewGrant::actions, "what they may do"),
          required("path", &NewGrant::path, "an asset (banking/customers) or a whole department (banking/*)"),
          optional("purpose", &NewGrant::purpose, "the purpose that calls must declare"),
          optional("masks", &NewGrant::masks, "column (or *) → mask"),
          optional("not_before", &NewGrant::not_before, "when it begins"),
          optional("expires_at", &NewGrant::expires_at, "when it ends")};
    }
  };
  Grant create(Call const& call, NewGrant const& grant);
  /// Throws Error{conflict} when it is revoked already.
  Grant revoke(Call const& call, GrantId const& id, std::string const& reason);
  [[nodiscard]] Grant get(Call const& call, GrantId const& id) const;

  struct Filter {
    std::string path;  ///< grants that cover this asset or subtree; empty: all
    std::string subject;
    bool active_only = true;
  };
  /// What the caller gave (as steward of the owner), has, or audits; newest first.
  [[nodiscard]] std::vector<Grant> list(Call const& call, Filter const& filter) const;

 private:
  [[nodiscard]] bool may_see(Call const& call, Grant const& grant) const;

  db::Database& database_;
  Snapshots& snapshots_;
  LiveAuthority const& authority_;
  Assets const& assets_;
  Audit& audit_;
};

// Inside a transaction, for requests and for the removal of assets.
/// Throws Error{not_found} when there is nobody of that kind and name.
void require_subject_exists(db::Transaction& tx, Subject const& subject);
void insert_grant(db::Transaction& tx, Grant const& grant);
[[nodiscard]] std::optional<Grant> find_grant(db::Transaction& tx, GrantId const& id);
[[nodiscard]] std::vector<Grant> unrevoked_grants(db::Transaction& tx);
void end_grant(db::Transaction& tx, Grant const& grant, std::string const& by, Timestamp at, std::string const& reason);

}  // namespace lepton::access
