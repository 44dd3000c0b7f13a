#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "rdf/store/store.h"
#include "sparql/engine.h"

namespace lepton::bench {

struct NamedQuery {
  std::string name;
  std::string text;
};

/// Queries behind lines "### name"; what stands before the first is the prologue of all.
[[nodiscard]] std::vector<NamedQuery> queries_of(std::filesystem::path const& file);

struct Answered {
  sparql::ExecutionReport report;
  std::size_t bytes = 0;  ///< of the answer
};

/// Parses and runs a query and writes its whole answer as JSON, to nowhere.
[[nodiscard]] Answered answer(Call const& call, rdf::Store& store, NamedQuery const& query,
                              sparql::EngineOptions const& options = {});

}  // namespace lepton::bench
