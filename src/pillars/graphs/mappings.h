#pragma once

#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "access/assets.h"
#include "access/audit.h"
#include "access/authority.h"
#include "base/call.h"
#include "base/guarded.h"
#include "datasets/datasets.h"
#include "graphs/graphs.h"
#include "graphs/mapped_rows.h"
#include "graphs/mapping.h"

namespace lepton::graphs {

/// A mapping as it is kept: it belongs to a graph and never changes.
struct MappingVersion {
  std::int64_t number = 0;
  std::string digest;
  json::Value mapping;
  std::string created_by;
  Timestamp created_at;

  static constexpr auto fields() {
    return std::tuple{required("number", &MappingVersion::number, "1, 2, 3, … of this graph"),
                      required("digest", &MappingVersion::digest, "SHA-256 of the mapping"),
                      required("mapping", &MappingVersion::mapping, "as it was given"),
                      required("created_by", &MappingVersion::created_by, "who gave it first"),
                      required("created_at", &MappingVersion::created_at, "when")};
  }
};

/// What became of one dataset.
struct MappedDataset {
  std::string dataset;  ///< "banking/customers@3"
  std::string graph;    ///< the named graph's IRI
  std::int64_t rows = 0;
  std::int64_t statements = 0;
  bool unchanged = false;  ///< as the same mapping had read it already

  static constexpr auto fields() {
    return std::tuple{required("dataset", &MappedDataset::dataset, "department/name@version"),
                      required("graph", &MappedDataset::graph, "IRI of the named graph that holds its statements"),
                      required("rows", &MappedDataset::rows, "that the mapper may see"),
                      required("statements", &MappedDataset::statements, "that were made of them"),
                      optional("unchanged", &MappedDataset::unchanged, "was not read again: nothing had changed")};
  }
};

struct MapResult {
  Commit commit;
  std::int64_t mapping = 0;
  std::vector<MappedDataset> datasets;

  static constexpr auto fields() {
    return std::tuple{required("commit", &MapResult::commit, "that holds all of it"),
                      required("mapping", &MapResult::mapping, "number of the mapping"),
                      required("datasets", &MapResult::datasets, "in the order of the mapping")};
  }
};

/// How far a mapping is that runs now.
struct MapProgress {
  std::string dataset;
  std::int64_t rows = 0;
  std::int64_t of = 0;  ///< rows of the dataset, those that a filter hides included
  std::int64_t statements = 0;

  static constexpr auto fields() {
    return std::tuple{required("dataset", &MapProgress::dataset, "that is being read"),
                      required("rows", &MapProgress::rows, "so far"), required("of", &MapProgress::of, "rows it has"),
                      required("statements", &MapProgress::statements, "so far")};
  }
};

/// Makes graphs of datasets by declarative mappings (design.md §8, construction). A graph has one mapping at a time,
/// its recipe: what it makes of a dataset stands in a named graph of its own, is replaced as a whole when the dataset
/// or the mapping has changed, and goes when the mapping names it no longer. Datasets are read with the caller's
/// rights, and the named graph is shown to those alone to whom its dataset shows as much. Any thread may call.
class Mappings {
 public:
  struct Parts {
    Graphs& graphs;
    datasets::Datasets const& datasets;
    db::Database& database;
    access::Authority const& authority;
    access::Assets& assets;
  };
  explicit Mappings(Parts parts) : parts_(parts) {}

  /// Runs a mapping, or the graph's last one again, as one commit. Throws Error{invalid, "mapping"} that names fields
  /// of the mapping and, for a value that does not fit, the row; Error{conflict, "access_changed"} when what the caller
  /// may read changed meanwhile. Needs `write` on the graph and `read` on each dataset.
  MapResult run(Call const& call, access::Address const& graph, std::optional<json::Value> const& mapping);
  /// What was made of a dataset goes. Needs `write` on the graph, and nothing of the dataset, which may be gone.
  Commit retract(Call const& call, access::Address const& graph, std::string const& dataset);

  /// Newest first; for those who may change the graph.
  [[nodiscard]] std::vector<MappingVersion> versions(Call const& call, access::Address const& graph) const;
  /// What runs now, for those who may change the graph.
  [[nodiscard]] std::optional<MapProgress> progress(Call const& call, access::Address const& graph) const;
  /// The sources whose statements the caller may see.
  [[nodiscard]] std::vector<NamedSource> sources(Call const& call, access::Address const& graph) const;

 private:
  struct Work;
  [[nodiscard]] access::Asset get_graph(Call const& call, access::Address const& address, access::Action action) const;
  void look_at_sources(Call const& call, Work& work) const;
  void read_source(Call const& call, Work& work, std::size_t number, rdf::Transaction& transaction) const;
  void write_down(db::Transaction& tx, Call const& call, Work const& work, Commit const& commit) const;
  void require_unchanged(db::Transaction& tx, Call const& call, Source const& source) const;

  Parts parts_;
  mutable Guarded<std::map<std::string, MapProgress>> running_;  ///< by graph
};

}  // namespace lepton::graphs
