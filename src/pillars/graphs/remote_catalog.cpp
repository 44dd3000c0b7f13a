#include "graphs/remote_catalog.h"

#include <fmt/format.h>

#include "base/error.h"

namespace lepton::graphs {
namespace {

std::string login_of(std::string const& user, std::string const& sealed_secret) {
  if (sealed_secret.empty()) return "none";
  return user.empty() ? "token" : fmt::format("password of {}", user);
}

}  // namespace

void put_remote(db::Transaction& tx, access::AssetId const& id, StoredRemote const& remote) {
  remove_remote(tx, id);
  tx.execute(
      "INSERT INTO remote_graph (asset_id, url, update_url, data_url, user_name, sealed_secret) "
      "VALUES ($1, $2, $3, $4, $5, $6)",
      {id, remote.shown.url, remote.shown.update_url, remote.shown.data_url, remote.user, remote.sealed_secret});
}

void remove_remote(db::Transaction& tx, access::AssetId const& id) {
  tx.execute("DELETE FROM remote_graph WHERE asset_id = $1", {id});
}

std::optional<StoredRemote> find_remote(db::Transaction& tx, access::AssetId const& id) {
  auto const row =
      tx.find("SELECT url, update_url, data_url, user_name, sealed_secret FROM remote_graph WHERE asset_id = $1", {id});
  if (!row) return std::nullopt;
  return StoredRemote{.shown = {.url = row->text(0),
                                .update_url = row->text(1),
                                .data_url = row->text(2),
                                .login = login_of(row->text(3), row->text(4))},
                      .user = row->text(3),
                      .sealed_secret = row->text(4)};
}

void require_kept_here(db::Transaction& tx, access::Asset const& asset) {
  auto const remote = find_remote(tx, asset.id);
  if (!remote) return;
  auto const address = asset.address().str();
  throw invalid(
      fmt::format("{} is a remote graph, answered by {}: versions, parts, rules and documents need statements "
                  "that are kept here. Ask it, and change it, by SPARQL at /sparql/{}",
                  address, remote->shown.url, address))
      .with_reason("remote_graph");
}

}  // namespace lepton::graphs
