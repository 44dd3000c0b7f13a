#pragma once

#include <string>

#include "access/assets.h"
#include "access/audit.h"
#include "access/authority.h"
#include "access/snapshots.h"

namespace lepton::access {

/// The Authority of a running server: decides on the snapshot in force. Any thread may call; owned by Access. Its end
/// waits for the refusals that it queued, which refer to the audit log and to their calls' clock.
class LiveAuthority : public Authority {
 public:
  LiveAuthority(db::Database& database, Snapshots const& snapshots, Assets const& assets, Audit& audit)
      : database_(database), snapshots_(snapshots), assets_(assets), audit_(audit) {}
  ~LiveAuthority() override { database_.finish_queued(); }
  LiveAuthority(LiveAuthority const&) = delete;
  LiveAuthority& operator=(LiveAuthority const&) = delete;

  [[nodiscard]] Decision decide(Call const& call, Action action, Asset const& asset) const override;
  [[nodiscard]] Permit require(db::Transaction& tx, Call const& call, Action action, Address const& address,
                               std::string const& kind) const override;
  /// Whatever kind of asset is there.
  [[nodiscard]] Permit require_any(db::Transaction& tx, Call const& call, Action action, Address const& address) const;
  void require_role(Call const& call, std::string const& department, std::string const& role) const override;
  [[nodiscard]] bool has_role(Call const& call, std::string const& department, std::string const& role) const override;

 private:
  [[nodiscard]] Permit require_found(db::Transaction& tx, Call const& call, Action action, Address const& address,
                                     std::string const& kind) const;
  void record_refusal(Call const& call, AuditEvent event) const;

  db::Database& database_;
  Snapshots const& snapshots_;
  Assets const& assets_;
  Audit& audit_;
};

}  // namespace lepton::access
