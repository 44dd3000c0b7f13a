#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "access/assets.h"
#include "db/database.h"
#include "graphs/graph.h"
#include "graphs/upkeep.h"

namespace lepton::graphs {

// The rows of this module, inside a transaction of the caller. Decides nothing about who may.

[[nodiscard]] Graph get_graph(db::Transaction& tx, access::Asset const& asset);
void remove_graph(db::Transaction& tx, access::AssetId const& id);

/// Before the store commits: listed once it is finished.
void begin_commit(db::Transaction& tx, access::AssetId const& id, Commit const& commit);
void finish_commit(db::Transaction& tx, access::AssetId const& id, std::int64_t number);
/// The store did not commit: the number may be given again.
void undo_commit(db::Transaction& tx, access::AssetId const& id, std::int64_t number);
/// Newest first, at most `limit`, below `before`.
[[nodiscard]] std::vector<Commit> list_commits(db::Transaction& tx, access::AssetId const& id, std::int64_t before,
                                               int limit);
struct BegunCommit {
  access::AssetId graph;
  std::int64_t number = 0;
};
/// What a server that died left undecided.
[[nodiscard]] std::vector<BegunCommit> begun_commits(db::Transaction& tx);

[[nodiscard]] std::int64_t next_version(db::Transaction& tx, access::AssetId const& id);
void insert_version(db::Transaction& tx, access::AssetId const& id, GraphVersion const& version);
/// Says what the version was kept by.
void add_upkeep(GraphVersion& version, Upkeep const& upkeep);
/// Newest first.
[[nodiscard]] std::vector<GraphVersion> list_versions(db::Transaction& tx, access::Asset const& asset);
[[nodiscard]] std::optional<GraphVersion> find_version(db::Transaction& tx, access::Asset const& asset,
                                                       std::int64_t number);

/// A part as it is stored: which graph it is in, by id.
struct StoredPart {
  access::AssetId part;
  access::AssetId graph;
  std::string iri;
};
void insert_part(db::Transaction& tx, StoredPart const& part);
void remove_part(db::Transaction& tx, access::AssetId const& part);
[[nodiscard]] std::optional<StoredPart> find_part(db::Transaction& tx, access::AssetId const& part);
[[nodiscard]] std::vector<StoredPart> parts_of(db::Transaction& tx, access::AssetId const& graph);

}  // namespace lepton::graphs
