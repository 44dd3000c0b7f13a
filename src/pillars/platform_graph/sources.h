#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "access/assets.h"
#include "access/snapshot.h"
#include "platform_graph/facts.h"

namespace lepton::platform_graph {

/// All assets of one state of the platform.
class AssetIndex {
 public:
  AssetIndex() = default;
  explicit AssetIndex(std::vector<access::Asset> assets);

  [[nodiscard]] std::vector<access::Asset> const& all() const { return assets_; }
  /// Null for one that is gone.
  [[nodiscard]] access::Asset const* find(access::AssetId const& id) const;
  [[nodiscard]] access::Asset const* find(std::string const& address) const;

 private:
  std::vector<access::Asset> assets_;
  std::unordered_map<std::string, std::size_t> by_id_;
  std::unordered_map<std::string, std::size_t> by_address_;
};

/// What a source reads from, and where it says what it found.
struct Reading {
  db::Transaction& tx;
  AssetIndex const& assets;
  access::Snapshot const& access;
  Timestamp now;
  Facts& facts;
};

/// One part of the graph, made of the rows of one module. No two say the same statement of the same thing unless both
/// read it from the same rows.
struct Source {
  std::vector<std::string> tables;  ///< what it says is true until one of them changes
  bool follows_time = false;        ///< or until a grant begins or ends
  void (*read)(Reading const&);
};

/// Departments, people, service accounts, groups and roles (FOAF, ORG).
void read_people(Reading const& reading);
/// What all kinds of assets have in common (DCAT).
void read_assets(Reading const& reading);
/// Grants, and whether they are in force.
void read_grants(Reading const& reading);
/// Datasets with the columns of their newest versions, and all versions.
void read_datasets(Reading const& reading);
/// Versions and aliases of models.
void read_models(Reading const& reading);
/// Runs of experiments (PROV-O activities).
void read_runs(Reading const& reading);
/// Jobs (PROV-O activities).
void read_jobs(Reading const& reading);
/// Deployments, which of them are live, and their revisions.
void read_deployments(Reading const& reading);
/// Published versions of graphs, and their parts.
void read_graphs(Reading const& reading);
/// Which was made from which (PROV-O).
void read_lineage(Reading const& reading);

[[nodiscard]] std::vector<Source> const& sources();

/// The gate of an asset, and of what belongs to it.
[[nodiscard]] Gate gate_of(access::Asset const& asset);

/// One version of an asset, as every kind has them.
struct VersionFacts {
  std::int64_t number = 0;
  std::string_view kind;  ///< "DatasetVersion"
  std::string_view created_by;
  Timestamp created_at;
};
Facts::Thing say_version(Facts& facts, access::Asset const& asset, VersionFacts const& version);

}  // namespace lepton::platform_graph
