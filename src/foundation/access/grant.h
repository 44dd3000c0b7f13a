#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "access/action.h"
#include "access/assets.h"
#include "access/mask.h"
#include "access/subject.h"
#include "base/call.h"
#include "base/time.h"

namespace lepton::access {

using GrantId = Id<struct GrantKind>;
using AccessRequestId = Id<struct AccessRequestKind>;

/// Lets a subject act on one asset or on all of a department ("banking/*"). A grant on one asset is bound to its id: an
/// asset of the same name made later is not covered.
struct Grant {
  GrantId id;
  Subject subject;
  std::set<Action> actions;
  std::string department;  ///< that owns what is granted
  std::string path;        ///< "banking/customers" or "banking/*"
  AssetId asset;           ///< empty for a subtree
  std::string purpose;     ///< when set, works only for calls that declare exactly it
  Masks masks;             ///< what this grant does not show
  Timestamp not_before;
  std::optional<Timestamp> expires_at;
  AccessRequestId request;              ///< that it came from; empty for a direct one
  std::vector<std::string> granted_by;  ///< names: the granter, or all who approved
  Timestamp granted_at;
  std::optional<Timestamp> revoked_at;
  std::string revoked_by;
  std::string revoke_reason;

  [[nodiscard]] bool active(Timestamp now) const {
    return !revoked_at && not_before <= now && (!expires_at || now < *expires_at);
  }
  [[nodiscard]] bool covers(Asset const& asset_) const {
    return asset.empty() ? asset_.department == department : asset == asset_.id;
  }
  /// "grant to department:risk for purpose default-risk until 2027-02-21T…, approved by ana (request 4f…)"
  [[nodiscard]] std::string describe() const;
};

}  // namespace lepton::access
