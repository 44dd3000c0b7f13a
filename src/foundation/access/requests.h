#pragma once

#include <optional>
#include <string>
#include <vector>

#include "access/audit.h"
#include "access/grants.h"
#include "access/live_authority.h"
#include "access/request.h"
#include "access/snapshots.h"

namespace lepton::access {

/// Asking for access and answering. Any thread may call; functions open their own transactions, and the approval that
/// completes a request writes the grant in the same one. A user asks for an asset that they can discover: for
/// themselves, a group they are in, a department they belong to, or a service account of a department in which they are
/// contributors. Stewards of the owning department decide, never on what they asked for or would gain from.
class Requests {
 public:
  Requests(db::Database& database, Snapshots& snapshots, LiveAuthority const& authority, Assets const& assets,
           Audit& audit)
      : database_(database), snapshots_(snapshots), authority_(authority), assets_(assets), audit_(audit) {}

  struct NewRequest {
    std::string path;
    std::set<Action> actions;
    std::string purpose;
    std::string reason;
    Duration valid_for = std::chrono::hours(24) * 90;
    std::string subject;  ///< default: the caller
    Masks masks;
    bool draft = false;

    static constexpr auto fields() {
      return std::tuple{
          required("path", &NewRequest::path, "the asset, such as banking/customers"),
          required("actions", &NewRequest::actions, "what is to be allowed"),
          required("purpose", &NewRequest::purpose, "the purpose that calls will declare"),
          required("reason", &NewRequest::reason, "why, for the owner"),
          optional("valid_for", &NewRequest::valid_for, "how long, from approval on; default 90d, at most 366d"),
          optional("subject", &NewRequest::subject,
                   "who gets it; default the caller; or department:…, group:…, service_account:…"),
          optional("masks", &NewRequest::masks, "column → mask that will do"),
          optional("draft", &NewRequest::draft, "keep it back; submit it later")};
    }
  };
  AccessRequest create(Call const& call, NewRequest const& request);
  AccessRequest submit(Call const& call, AccessRequestId const& id);
  AccessRequest cancel(Call const& call, AccessRequestId const& id);
  /// Counts towards the approvals needed (the most that a policy on the asset requires, at least 1); the last one makes
  /// the grant, trimmed by what every approver left out.
  AccessRequest approve(Call const& call, AccessRequestId const& id, Trim const& trim, std::string const& comment = "");
  AccessRequest reject(Call const& call, AccessRequestId const& id, std::string const& reason);

  [[nodiscard]] AccessRequest get(Call const& call, AccessRequestId const& id) const;
  struct Filter {
    std::string department;  ///< owner of what is asked for
    std::string path;
    std::string requester;
    std::optional<RequestState> state;
  };
  /// Those the caller made, may decide, or audits; newest first.
  [[nodiscard]] std::vector<AccessRequest> list(Call const& call, Filter const& filter) const;

 private:
  [[nodiscard]] bool may_see(Call const& call, AccessRequest const& request) const;
  [[nodiscard]] AccessRequest visible(db::Transaction& tx, Call const& call, AccessRequestId const& id) const;
  void require_decider(Call const& call, Snapshot const& snapshot, AccessRequest const& request) const;
  void require_subject_allowed(Call const& call, Snapshot const& snapshot, Subject const& subject) const;
  [[nodiscard]] Grant grant_for(Call const& call, AccessRequest const& request) const;

  db::Database& database_;
  Snapshots& snapshots_;
  LiveAuthority const& authority_;
  Assets const& assets_;
  Audit& audit_;
};

}  // namespace lepton::access
