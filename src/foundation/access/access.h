#pragma once

#include "access/assets.h"
#include "access/audit.h"
#include "access/credentials.h"
#include "access/directory.h"
#include "access/grants.h"
#include "access/live_authority.h"
#include "access/policies.h"
#include "access/requests.h"
#include "access/snapshots.h"

namespace lepton::access {

/// Everything of access on one database, built in order. Owned by the composition root (or a test), outlived by the
/// database, which must be migrated already; any thread may use any part.
struct Access {
  Access(db::Database& database, Clock const& clock, CredentialOptions options = {})
      : snapshots(database, clock),
        authority(database, snapshots, assets, audit),
        directory(database, snapshots, authority, audit),
        credentials(database, snapshots, authority, audit, clock, options),
        grants(database, snapshots, authority, assets, audit),
        policies(database, snapshots, authority, assets, audit),
        requests(database, snapshots, authority, assets, audit) {
    snapshots.refresh();
  }

  /// Takes in what other servers on the same database changed: call it every second when there are any.
  void refresh() {
    snapshots.refresh();
    credentials.refresh();
  }

  Audit audit;
  Assets assets;
  Snapshots snapshots;
  LiveAuthority authority;
  Directory directory;
  Credentials credentials;
  Grants grants;
  Policies policies;
  Requests requests;
};

}  // namespace lepton::access
