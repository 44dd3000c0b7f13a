#pragma once

#include <optional>
#include <string>

#include "access/assets.h"
#include "db/database.h"
#include "graphs/remote.h"

namespace lepton::graphs {

// The rows of remote graphs, inside a transaction of the caller. Decides nothing about who may.

/// A remote graph's row: its secret as it is kept.
struct StoredRemote {
  Remote shown;
  std::string user;
  std::string sealed_secret;  ///< empty: none
};

/// Inserts it, or puts it in the place of the former.
void put_remote(db::Transaction& tx, access::AssetId const& id, StoredRemote const& remote);
void remove_remote(db::Transaction& tx, access::AssetId const& id);
[[nodiscard]] std::optional<StoredRemote> find_remote(db::Transaction& tx, access::AssetId const& id);

/// Throws Error{invalid, "remote_graph"} that says why, for a graph that is answered elsewhere.
void require_kept_here(db::Transaction& tx, access::Asset const& asset);

}  // namespace lepton::graphs
