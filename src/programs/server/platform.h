#pragma once

#include <memory>
#include <optional>
#include <string>

#include "access/access.h"
#include "base/log.h"
#include "base/metrics.h"
#include "base/thread_pool.h"
#include "base/time.h"
#include "blob/store.h"
#include "db/database.h"
#include "http/server.h"
#include "lineage/lineage.h"
#include "native/api.h"
#include "server/data_directory.h"
#include "server/options.h"

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
  [[nodiscard]] http::Router routes();
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
  native::Api api_;                         // holds references to all of the above
  ThreadPool pool_;                         // runs handlers, so it ends before what they use
  std::jthread refresher_;                  // takes in what other servers on the same database did
  std::unique_ptr<http::Server> http_;      // last: accepts only when all else stands
};

}  // namespace lepton::server
