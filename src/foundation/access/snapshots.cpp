#include "access/snapshots.h"

#include "base/call.h"
#include "base/error.h"

namespace lepton::access {

std::shared_ptr<Snapshot const> Snapshots::current() const {
  if (loaded_ < changes_) refresh();
  return *current_.read();
}

std::shared_ptr<Snapshot const> Snapshots::within(db::Transaction& tx) const {
  auto held = *current_.read();
  return held && held->epoch == policy_epoch(tx) ? held : load_snapshot(tx);
}

void Snapshots::changed(db::Transaction& tx) {
  tx.execute("UPDATE access_epochs SET value = value + 1 WHERE name = 'policy'");
  tx.after_commit([this] {
    ++changes_;
    try {
      refresh();
    } catch (Error const&) {
      // The commit stands and must be reported as done; current() tries again and refuses until it succeeds.
    }
  });
}

void Snapshots::refresh() const {
  std::uint64_t const changes = changes_;  // before reading: what commits meanwhile is another's to load
  auto const held = *current_.read();
  auto const call = system_call(clock_);
  auto fresh = database_.read(
      call, [&](db::Transaction& tx) { return held && held->epoch == policy_epoch(tx) ? held : load_snapshot(tx); });
  auto current = current_.lock();
  if (!*current || (*current)->epoch < fresh->epoch) *current = std::move(fresh);
  loaded_ = std::max<std::uint64_t>(loaded_, changes);  // under the lock
}

Timestamp Snapshots::now(Timestamp wall) const {
  std::int64_t latest = latest_.load(std::memory_order_relaxed);
  while (wall.micros > latest && !latest_.compare_exchange_weak(latest, wall.micros, std::memory_order_relaxed)) {
  }
  return {std::max(wall.micros, latest)};
}

}  // namespace lepton::access
