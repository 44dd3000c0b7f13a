#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "access/authority.h"
#include "base/call.h"
#include "base/guarded.h"
#include "base/metrics.h"
#include "serving/batcher.h"
#include "serving/deployment.h"
#include "serving/sources.h"

namespace lepton::serving {

/// A revision that is loaded and answers.
struct LoadedRevision {
  Revision revision;
  ServableModel model;
  std::shared_ptr<runtime::Model const> predictor;
  std::unique_ptr<Batcher> batcher;
  bool keep_input_values = true;
};

/// The numbers of one deployment across its revisions; they live as long as the registry.
struct DeploymentMetrics {
  DeploymentMetrics(Metrics& metrics, access::AssetId const& deployment);

  Counter& answered;
  Counter& failed;
  Counter& shed;
  Gauge& queued;
  Histogram& batch_rows;
  Histogram& latency;
};

/// A deployment as the data path meets it. Immutable: a change puts a new one in its place.
struct Served {
  access::Asset asset;
  /// Shared with the requests that are being laid out for it; null while nothing is loaded, then `reason` says why.
  std::shared_ptr<LoadedRevision const> loaded;
  std::string reason;
  std::shared_ptr<DeploymentMetrics> metrics;
};

/// What this server serves at this moment. Any thread may call; readers take a snapshot and never wait for a load.
class Fleet {
 public:
  /// `further`: kinds of models beyond those that the runtime itself reads.
  Fleet(access::Authority const& authority, Metrics& metrics, Clock const& clock,
        std::vector<runtime::ModelKind> further = {});
  ~Fleet();
  Fleet(Fleet const&) = delete;
  Fleet& operator=(Fleet const&) = delete;

  /// "risk/loan-score", or "loan-score" alone where the caller knows only one deployment of that name. Throws
  /// Error{not_found}, also for one that the caller may not discover; {invalid} for a name that means several.
  [[nodiscard]] std::shared_ptr<Served const> find(Call const& call, std::string const& name) const;
  /// All that the caller may discover, by address.
  [[nodiscard]] std::vector<std::shared_ptr<Served const>> list(Call const& call) const;
  /// Without asking who may; null when there is none.
  [[nodiscard]] std::shared_ptr<Served const> find(access::AssetId const& id) const;

  /// Reads the artifact, prepares the predictor, and runs it once per batch size that matters, so that the first
  /// request is as fast as the next. Throws Error that says what is wrong with the model.
  [[nodiscard]] std::shared_ptr<LoadedRevision const> load(Call const& call, ModelSource const& models,
                                                           access::AssetId const& deployment, Revision const& revision,
                                                           ServableModel const& model);
  /// From this moment new requests go to `loaded`; returns when the predecessor has answered what it had taken.
  void put(access::Asset const& asset, std::shared_ptr<LoadedRevision const> loaded);
  /// Known, but not served: requests hear `reason`.
  void put_unavailable(access::Asset const& asset, std::string const& reason);
  /// Drains and forgets.
  void remove(access::AssetId const& id);
  /// Drains everything; nothing is served afterwards.
  void stop();

 private:
  using Snapshot = std::map<std::string, std::shared_ptr<Served const>>;  ///< by address

  [[nodiscard]] std::shared_ptr<Snapshot const> snapshot() const { return *snapshot_.read(); }
  /// Returns what stood there before.
  std::shared_ptr<Served const> replace(std::string const& address, std::shared_ptr<Served const> served);
  [[nodiscard]] std::shared_ptr<DeploymentMetrics> metrics_of(access::AssetId const& deployment);

  access::Authority const& authority_;
  Metrics& metrics_;
  Clock const& clock_;
  std::vector<runtime::ModelKind> const further_kinds_;
  Guarded<std::shared_ptr<Snapshot const>> snapshot_{std::make_shared<Snapshot const>()};
  Guarded<std::map<access::AssetId, std::shared_ptr<DeploymentMetrics>>> metrics_of_;
};

}  // namespace lepton::serving
