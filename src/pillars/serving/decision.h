#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "access/assets.h"
#include "access/authority.h"
#include "base/id.h"
#include "base/json.h"
#include "base/time.h"

namespace lepton::serving {

/// 24 digits that ascend in time (decision_packs.h gives them): who holds one learns when it was made and nothing else.
using DecisionId = Id<struct DecisionKind>;

/// Facts that a call asked a knowledge graph for.
struct FactReference {
  std::string graph;                   ///< "risk/exposure", or a version
  std::int64_t commit = 0;             ///< at which it was asked
  std::vector<std::string> sources;    ///< versions of datasets that the graph was made from then
  std::optional<json::Object> values;  ///< nullopt where the deployment keeps no values

  friend bool operator==(FactReference const&, FactReference const&) = default;
};

/// A record that a call read to complete its input: by reference, so that the reader's own rights hold when it is
/// followed, and by digest, so that what was read can be proven. Facts of a graph are kept as values too, as far as
/// inputs are: a graph changes and its commits cannot be read again.
struct LookedUp {
  std::string dataset;  ///< pinned: "banking/customers@1"; empty for facts
  std::string key;
  std::vector<std::string> columns;
  bool found = true;
  std::string digest;                   ///< SHA-256 of the canonical JSON of the values, hex
  std::vector<access::Ground> grounds;  ///< what allowed the deployment to read it
  std::optional<FactReference> facts{};
};

/// One answer of a deployment and everything it stood on. Written once, before the answer is sent.
struct Decision {
  DecisionId id;
  Timestamp at;  ///< when the request began
  access::AssetId deployment_id;
  std::string deployment;  ///< "risk/loan-score"
  std::int64_t revision = 0;
  std::string model;  ///< "risk/default-risk@1"
  std::string principal;
  PrincipalId principal_id;
  std::string credential;  ///< "key loan-system"
  std::string purpose;
  std::string request_id;
  std::string trace_id;
  std::string route;  ///< as it came in: "POST /v2/models/loan-score/infer"
  std::int64_t rows = 0;
  json::Value inputs;   ///< array of tensors, or {"sha256": …} where the deployment keeps no values
  json::Value outputs;  ///< array of tensors
  Duration latency{};
  std::vector<LookedUp> lookups;
  std::vector<access::Ground> grounds;  ///< what allowed the caller to call

  [[nodiscard]] std::string department() const { return deployment.substr(0, deployment.find('/')); }
};

/// As the interfaces show it.
[[nodiscard]] json::Object to_json(Decision const& decision);
[[nodiscard]] json::Object to_json(LookedUp const& lookup);
[[nodiscard]] json::Array to_json(std::vector<LookedUp> const& lookups);

/// A decision as the data path hands it to the log: inputs and outputs are JSON text already.
struct NewDecision {
  Decision facts;
  std::string inputs;
  std::string outputs;
};

}  // namespace lepton::serving
