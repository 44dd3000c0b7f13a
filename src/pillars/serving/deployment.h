#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "access/assets.h"
#include "access/authority.h"
#include "base/fields.h"
#include "base/time.h"

namespace lepton::serving {

/// How decisions keep what they were asked: `automatic` keeps the values unless the model is tagged as personal or
/// restricted.
enum class KeepInputs { automatic, value, digest };

enum class RevisionState { loading, ready, failed };
enum class DeploymentState { serving, stopped };

/// Completes a request with columns of a record that the deployment reads itself.
struct LookupSpec {
  std::string dataset;          ///< "banking/customers" or "…@3"; pinned to a version when deployed
  std::string key;              ///< column of the dataset that identifies the record
  std::string input;            ///< tensor of the request that carries the key; empty: named like the key
  std::string service_account;  ///< whose rights the lookup has
  std::string purpose;

  [[nodiscard]] std::string const& input_name() const { return input.empty() ? key : input; }
  static constexpr auto fields() {
    return std::tuple{
        required("dataset", &LookupSpec::dataset, "dataset to look up in, pinned to its version when deployed"),
        required("key", &LookupSpec::key, "column that identifies the record"),
        optional("input", &LookupSpec::input, "tensor of the request that carries the key; default: named like it"),
        required("service_account", &LookupSpec::service_account, "whose rights the lookup has"),
        optional("purpose", &LookupSpec::purpose, "purpose that the lookup declares")};
  }
};

/// Completes a request with what a SPARQL query over a knowledge graph says about the thing that is asked about.
struct FactsSpec {
  std::string graph;  ///< "risk/exposure", as it is at each call, or "…@2"
  std::string query;  ///< a SELECT with one row; the variables that it answers with are inputs of the model
  std::string input;  ///< tensor of the request that says which thing: the query's variable of that name is given
  std::string service_account;       ///< whose rights the query has
  std::string purpose;               ///< that it declares
  std::vector<std::string> columns;  ///< what the query answers with: found out when deployed

  static constexpr auto fields() {
    return std::tuple{
        required("graph", &FactsSpec::graph, "knowledge graph, read as it is at each call; or one version of it"),
        required("query", &FactsSpec::query, "SELECT that answers with one row, in variables named like inputs"),
        required("input", &FactsSpec::input, "tensor of the request whose value the query's variable of that name has"),
        required("service_account", &FactsSpec::service_account, "whose rights the query has"),
        optional("purpose", &FactsSpec::purpose, "purpose that the query declares"),
        optional("columns", &FactsSpec::columns, "what the query answers with; found out when deployed")};
  }
};

/// What a revision runs and how; immutable once deployed.
struct DeploymentSpec {
  std::string model;  ///< "risk/default-risk@1" or "risk/default-risk@production"; pinned to a version when deployed
  std::int32_t replicas = 1;
  std::int32_t max_batch_rows = 256;
  std::int32_t max_queued = 1024;
  KeepInputs keep_inputs = KeepInputs::automatic;
  std::optional<LookupSpec> lookup;
  std::optional<FactsSpec> facts;

  static constexpr auto fields();
};

struct Revision {
  std::int64_t number = 0;
  RevisionState state = RevisionState::loading;
  std::string reason;  ///< why it failed
  std::string model;   ///< pinned: "risk/default-risk@1"
  std::string model_digest;
  DeploymentSpec spec;
  std::string created_by;
  Timestamp created_at;
  std::vector<access::Ground> grounds;  ///< what allowed its author to serve the model
};

/// A deployment as its register knows it.
struct Deployment {
  access::Asset asset;
  DeploymentState state = DeploymentState::stopped;
  std::optional<std::int64_t> current;  ///< revision that serves, or served last
  std::string reason;                   ///< of the latest failure to load, when it serves an older revision or none
  std::string changed_by;
  Timestamp changed_at;

  [[nodiscard]] std::string address() const { return asset.address().str(); }
};

/// As the interfaces show them.
[[nodiscard]] json::Object to_json(Revision const& revision);
[[nodiscard]] json::Object to_json(Deployment const& deployment);

/// Throws Error{invalid} that names every field out of its range.
void validate(DeploymentSpec const& spec);

}  // namespace lepton::serving

template <>
struct lepton::EnumNames<lepton::serving::KeepInputs> {
  using enum lepton::serving::KeepInputs;
  static constexpr std::array<std::pair<lepton::serving::KeepInputs, std::string_view>, 3> values{
      {{automatic, "automatic"}, {value, "value"}, {digest, "digest"}}};
};
template <>
struct lepton::EnumNames<lepton::serving::RevisionState> {
  using enum lepton::serving::RevisionState;
  static constexpr std::array<std::pair<lepton::serving::RevisionState, std::string_view>, 3> values{
      {{loading, "loading"}, {ready, "ready"}, {failed, "failed"}}};
};
template <>
struct lepton::EnumNames<lepton::serving::DeploymentState> {
  using enum lepton::serving::DeploymentState;
  static constexpr std::array<std::pair<lepton::serving::DeploymentState, std::string_view>, 2> values{
      {{serving, "serving"}, {stopped, "stopped"}}};
};

namespace lepton::serving {

constexpr auto DeploymentSpec::fields() {
  return std::tuple{
      required("model", &DeploymentSpec::model, "model version or alias: risk/default-risk@1, …@production"),
      optional("replicas", &DeploymentSpec::replicas, "threads that run the model, 1 to 64"),
      optional("max_batch_rows", &DeploymentSpec::max_batch_rows, "most rows run at once"),
      optional("max_queued", &DeploymentSpec::max_queued, "requests that may wait; more are refused"),
      optional("keep_inputs", &DeploymentSpec::keep_inputs, "how decisions keep what they were asked"),
      optional("lookup", &DeploymentSpec::lookup, "record that completes a request"),
      optional("facts", &DeploymentSpec::facts, "facts of a knowledge graph that complete a request")};
}

}  // namespace lepton::serving
