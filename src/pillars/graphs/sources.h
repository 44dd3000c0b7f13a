#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "access/assets.h"
#include "access/authority.h"
#include "base/call.h"
#include "db/database.h"
#include "graphs/graph.h"
#include "lineage/lineage.h"

namespace lepton::graphs {

/// The dataset that a named graph is made from, as a mapping read it. The named graph is `lepton:department/name`.
struct Source {
  access::AssetId dataset;
  std::string version;               ///< "banking/customers@3"; empty: taken back
  std::int64_t commit = 0;           ///< of the graph, that made it so
  std::int64_t mapping = 0;          ///< number of the mapping
  std::string digest;                ///< of what the mapping says about this dataset
  std::vector<std::string> columns;  ///< that were read
  access::Obligations obligations;   ///< under which they were read
  std::vector<access::Ground> grounds;
  std::int64_t rows = 0;
  std::int64_t statements = 0;
  PrincipalId by;
  std::string by_name;
  Timestamp at;

  [[nodiscard]] std::string dataset_address() const { return version.substr(0, version.find('@')); }
};

/// The named graph of a dataset's address, without a version.
[[nodiscard]] std::string source_iri(std::string const& dataset);

// Rows, inside a transaction of the caller; `iri` names the source within its graph. Deciding about nobody.

/// Each source by the last commit up to this one, by its IRI; those that were taken back are not there.
struct NamedSource {
  std::string iri;
  Source source;
};
[[nodiscard]] std::vector<NamedSource> sources_at(db::Transaction& tx, access::AssetId const& graph,
                                                  std::int64_t commit);
void put_source(db::Transaction& tx, access::AssetId const& graph, std::string const& iri, Source const& source);
/// The commit was not made: its number may be given again.
void undo_sources(db::Transaction& tx, access::AssetId const& graph, std::int64_t commit);
/// With the graph's mappings: it is removed.
void remove_sources(db::Transaction& tx, access::AssetId const& graph);

/// What the reader may see of a dataset covers what the mapper saw of it: the mapping's columns under no milder mask,
/// and no row that a filter hides now. Then the grounds; otherwise nullopt. Facts carry the policy of their source.
[[nodiscard]] std::optional<std::vector<access::Ground>> readable(db::Transaction& tx, Call const& call,
                                                                  access::Authority const& authority,
                                                                  access::Assets const& assets, Source const& source);

// Lineage: dataset_version → graph_commit → graph, and from these to what is made of the graph.

[[nodiscard]] lineage::Node graph_node(std::string const& graph);
[[nodiscard]] lineage::Node commit_node(std::string const& graph, std::int64_t commit);
/// The edges of the sources that a commit made.
void record_sources(db::Transaction& tx, lineage::Lineage const& lineage, access::Asset const& graph,
                    std::int64_t commit);
/// What a graph held at a commit, as something that others are made from: its sources lead to the node it gives.
[[nodiscard]] lineage::Node record_state(db::Transaction& tx, Call const& call, lineage::Lineage const& lineage,
                                         access::Asset const& graph, std::int64_t commit);

}  // namespace lepton::graphs
