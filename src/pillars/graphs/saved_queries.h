#pragma once

#include <filesystem>
#include <string>

#include "access/audit.h"
#include "datasets/datasets.h"
#include "graphs/queries.h"

namespace lepton::graphs {

/// Keeps what a SELECT over a graph answers as a version of a dataset, with its lineage, so that it can be joined and
/// learnt from like any table: tags of the graph flow to it. Any thread may call.
class SavedQueries {
 public:
  struct Parts {
    Queries& queries;
    datasets::Datasets& datasets;
    db::Database& database;
    access::Authority const& authority;
    access::Assets& assets;
    lineage::Lineage const& lineage;
  };
  explicit SavedQueries(Parts parts) : parts_(parts) {}

  struct Request {
    std::string query;
    access::Address target;
    std::string description;
    std::string key;
    bool allow_schema_change = false;
  };
  /// A column is of the type that all its values have: BIGINT, HUGEINT, DOUBLE, BOOLEAN, DATE, TIMESTAMP, or else text;
  /// IRIs are text. Throws Error{invalid} for a query that is no SELECT, and what Queries and Datasets::import throw.
  /// The table is written to the file `scratch` on its way; the caller removes it.
  datasets::ImportResult save(Call const& call, access::Address const& graph, Request const& request,
                              std::filesystem::path const& scratch);

 private:
  Parts parts_;
};

}  // namespace lepton::graphs
