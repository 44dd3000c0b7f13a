#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "access/grant.h"
#include "access/snapshot.h"
#include "platform_graph/names.h"
#include "platform_graph/sources.h"
#include "rdf/store/memory_run.h"

namespace lepton::platform_graph {

/// The whole graph as one state of the database says it, with what follows by the rules, whoever may see it: nobody
/// reads it but through a Sight. Immutable, shared by the queries that run on it.
struct Edition {
  std::map<std::string, std::int64_t> changes;  ///< db::changes() of the state that it shows
  Timestamp good_until;                         ///< when the next grant begins or ends
  std::shared_ptr<rdf::Dictionary> dictionary;  // shared with later editions
  std::shared_ptr<rdf::MemoryRun const> run;    // shared with the sights of it
  std::vector<Gate> gates;
  std::vector<std::uint32_t> gate_of;              ///< by the number of the IRI
  std::shared_ptr<access::Snapshot const> access;  // shared with those who decide
  AssetIndex assets;
  std::unordered_map<std::string, access::Grant> grants;  ///< by id
};

}  // namespace lepton::platform_graph
