#pragma once

#include <memory>
#include <optional>
#include <string>

#include "access/access.h"
#include "access/secrets.h"
#include "base/log.h"
#include "base/metrics.h"
#include "base/thread_pool.h"
#include "base/time.h"
#include "blob/store.h"
#include "datasets/datasets.h"
#include "db/database.h"
#include "gateway/gates.h"
#include "gateway/limits.h"
#include "graphs/deployment_facts.h"
#include "graphs/graphs.h"
#include "graphs/mappings.h"
#include "graphs/outbound.h"
#include "graphs/queries.h"
#include "graphs/reasoning.h"
#include "graphs/remotes.h"
#include "graphs/saved_queries.h"
#include "http/server.h"
#include "inference/protocol.h"
#include "jobs/dataset_inputs.h"
#include "jobs/jobs.h"
#include "lineage/lineage.h"
#include "models/job_outputs.h"
#include "models/promotions.h"
#include "models/registry.h"
#include "models/runs.h"
#include "models/training_runs.h"
#include "native/api.h"
#include "platform_graph/platform_graph.h"
#include "server/data_directory.h"
#include "server/options.h"
#include "serving/account_calls.h"
#include "serving/dataset_records.h"
#include "serving/decision_log.h"
#include "serving/deployments.h"
#include "serving/fleet.h"
#include "serving/inference.h"
#include "serving/registered_models.h"
#include "serving/trace.h"
#include "sparql/morsel_pool.h"
#include "sparql_protocol/protocol.h"
#include "table/workers.h"

namespace lepton::server {

/// The whole server, as the list of its members: built from the bottom up in this order, taken down in reverse. Each
/// line says why it stands where it stands.
class Platform {
 public:
  explicit Platform(Options options);
  ~Platform();

  [[nodiscard]] http::Server& http() { return *http_; }
  [[nodiscard]] Log const& log() const { return log_; }
  /// The one-time token for the first administrator, while there is none.
  [[nodiscard]] std::optional<std::string> admin_token();
  /// Takes no new requests, lets running ones end, then stops. True when none had to be cut.
  bool drain();

 private:
  [[nodiscard]] table::WorkerOptions worker_options() const;
  [[nodiscard]] jobs::JobsOptions job_options() const;
  void fill(native::Table& table);
  [[nodiscard]] http::Router routes();
  void recover();
  void keep_fresh(std::stop_token const& stop);

  Options options_;
  Log log_;                                 // first: everything else may have to say something
  SystemClock clock_;                       // one time for all
  Metrics metrics_;                         // counters outlive what counts
  DataDirectory data_;                      // locked before anything in it is opened
  std::unique_ptr<db::Database> database_;  // migrated before any module reads its tables
  std::unique_ptr<blob::Store> blobs_;      // objects that rows of the database name
  access::Access access_;                   // decides for every pillar
  lineage::Lineage lineage_;                // every pillar writes edges

  table::Workers workers_;       // sealed children that run SQL; outlives those who query
  datasets::Datasets datasets_;  // the rows that models learn from and calls look up

  models::Experiments experiments_;     // hold runs
  models::Runs runs_;                   // what training recorded
  models::Registry registry_;           // versions made of runs
  models::Promotions promotions_;       // aliases to versions
  models::TrainingRuns training_runs_;  // runs made of jobs

  jobs::DatasetInputs job_inputs_;  // jobs read datasets
  models::JobOutputs job_outputs_;  // jobs leave runs and versions
  jobs::Jobs jobs_;                 // started last, stopped first: it works by itself

  platform_graph::PlatformGraph platform_graph_;  // shows the rows of all that is here
  graphs::Graphs graphs_;                         // knowledge graphs, each with a store of its own
  access::Secrets secrets_;                       // logins at services outside
  graphs::Outbound outbound_;                     // asks the services outside that may be asked
  graphs::Remotes remotes_;                       // graphs that such a service answers
  sparql::MorselPool morsels_;                    // threads that queries share
  graphs::Queries graph_queries_;                 // SPARQL over all of them
  graphs::Reasoning reasoning_;                   // what follows in them and what must hold
  graphs::Mappings mappings_;                     // make them of datasets
  graphs::SavedQueries saved_queries_;            // make datasets of them
  graphs::FactQueries fact_queries_;              // small questions, asked often
  graphs::DeploymentFacts facts_;                 // by deployments

  serving::RegisteredModels servable_models_;  // deployments load from the registry
  serving::DatasetRecords records_;            // and look records up
  serving::AccountCalls account_calls_;        // with the rights of service accounts
  gateway::Gates gates_;                       // before the decision log, which charges through it
  gateway::Limits limits_;                     // puts limits into the gates
  serving::Fleet fleet_;                       // what is loaded
  serving::DecisionLog decisions_;             // what was answered
  serving::Deployments deployments_;           // what should be loaded
  ThreadPool lookups_;                         // reads of records block, so not on network threads
  serving::Inference inference_;               // the data path over all of these
  serving::Traces traces_;                     // walks what all of these recorded

  native::Api api_;                   // holds references to all of the above
  ThreadPool pool_;                   // runs handlers, so it ends before what they use
  inference::Protocol protocol_;      // answers /v2 with that pool's help
  sparql_protocol::Protocol sparql_;  // answers /sparql

  std::unique_ptr<http::Server> http_;  // accepts only when all else stands
  std::jthread refresher_;              // takes in what other servers on the same database did
};

}  // namespace lepton::server
