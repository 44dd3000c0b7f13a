#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "access/audit.h"
#include "access/authority.h"
#include "base/call.h"
#include "base/expected.h"
#include "base/thread_pool.h"
#include "db/database.h"
#include "serving/decision_log.h"
#include "serving/features.h"
#include "serving/fleet.h"
#include "serving/sources.h"
#include "serving/tensor.h"

namespace lepton::serving {

struct InferenceRequest {
  std::string id;  ///< the caller's own, given back
  std::vector<Tensor> inputs;
  std::vector<std::string> outputs;  ///< names wanted; empty: all
  bool explain = false;              ///< an output `explanation` is wanted too
  std::string route;                 ///< for the decision record: "POST /v2/models/loan-score/infer"
};

struct InferenceAnswer {
  DecisionId decision;
  std::string id;
  std::string deployment;  ///< "risk/loan-score"
  std::int64_t revision = 0;
  std::string model;  ///< "risk/default-risk@1"
  std::vector<Tensor> tensors;
  std::string tensors_json;  ///< the same, as the protocol's `outputs`
};

/// The data path: a call to a deployment, decided, completed by its lookup, batched, predicted, recorded. Any thread
/// may call; infer() never blocks, so a network thread may. Owned by the composition root; ends after the fleet has
/// drained.
class Inference {
 public:
  struct Parts {
    db::Database& database;
    access::Authority const& authority;
    access::Audit& audit;
    Fleet& fleet;
    DecisionLog& decisions;
    RecordSource const* records = nullptr;  ///< none: deployments with a lookup answer `unavailable`
    ServiceCalls const* service_calls = nullptr;
    ThreadPool* lookups = nullptr;      ///< where reads of records and facts block
    FactSource const* facts = nullptr;  ///< none: deployments that ask for facts answer `unavailable`
  };
  explicit Inference(Parts parts) : parts_(parts) {}
  ~Inference() { parts_.database.finish_queued(); }  // refusals refer to the audit log and to their calls' clock
  Inference(Inference const&) = delete;
  Inference& operator=(Inference const&) = delete;

  using Done = std::function<void(Expected<InferenceAnswer>)>;
  /// Needs `serve` on the deployment. `done` is called exactly once, perhaps before this returns, on any thread, and
  /// must not block or throw; when it brings an answer, the decision is durable.
  void infer(Call call, std::string const& deployment, InferenceRequest request, Done done) const;

 private:
  struct Flight;
  using FlightPtr = std::shared_ptr<Flight>;

  void require_sources(DeploymentSpec const& spec) const;
  void look_up(FlightPtr const& flight) const;
  void look_up_facts(FlightPtr const& flight, std::vector<std::string>& columns, FoundColumns& found) const;
  void look_up_records(FlightPtr const& flight, std::vector<std::string> const& columns, FoundColumns& found) const;
  void predict(FlightPtr const& flight, FoundColumns const& found) const;
  void record(FlightPtr const& flight, runtime::Prediction const& prediction) const;
  void refuse(Call const& call, Served const& served, access::Decision const& decision) const;

  Parts parts_;
};

}  // namespace lepton::serving
