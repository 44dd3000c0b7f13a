#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "access/snapshot.h"
#include "base/guarded.h"
#include "base/time.h"
#include "db/database.h"

namespace lepton::access {

/// Holds the snapshot in force and replaces it right after the commit that changed it, before the writer's call
/// returns. Any thread may call; owned by Access. When the new state cannot be read, current() throws
/// Error{unavailable} until it can: nothing is decided on what is known to be old.
class Snapshots {
 public:
  Snapshots(db::Database& database, Clock const& clock) : database_(database), clock_(clock) {}

  [[nodiscard]] std::shared_ptr<Snapshot const> current() const;
  /// The state as this transaction sees it: what other servers on the same database committed, and its own changes.
  [[nodiscard]] std::shared_ptr<Snapshot const> within(db::Transaction& tx) const;
  /// Every mutation of what decisions depend on calls it in its own transaction.
  void changed(db::Transaction& tx);
  /// Looks whether another server changed the state: call it every second when several share a database.
  void refresh() const;
  /// The later of the wall clock and what was seen before: a clock set back revives nothing that has expired.
  [[nodiscard]] Timestamp now(Timestamp wall) const;

 private:
  db::Database& database_;
  Clock const& clock_;
  mutable Guarded<std::shared_ptr<Snapshot const>> current_;
  mutable std::atomic<std::uint64_t> changes_{1};  ///< committed here, plus one for what was there at the start
  mutable std::atomic<std::uint64_t> loaded_{0};   ///< how many of them current_ surely holds
  mutable std::atomic<std::int64_t> latest_{0};
};

}  // namespace lepton::access
