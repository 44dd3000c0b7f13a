#pragma once

#include <optional>
#include <vector>

#include "access/assets.h"
#include "base/call.h"
#include "db/database.h"
#include "graphs/mappings.h"

namespace lepton::graphs {

// The mappings of graphs as rows, inside a transaction of the caller. Deciding about nobody.

/// The newest.
[[nodiscard]] std::optional<MappingVersion> find_mapping(db::Transaction& tx, access::AssetId const& graph);
/// Newest first.
[[nodiscard]] std::vector<MappingVersion> list_mappings(db::Transaction& tx, access::AssetId const& graph);
/// The number of the mapping: of the newest when that says the same, else a new one.
std::int64_t keep_mapping(db::Transaction& tx, Call const& call, access::AssetId const& graph,
                          json::Value const& mapping);

}  // namespace lepton::graphs
