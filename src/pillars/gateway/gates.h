#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <unordered_map>

#include "base/call.h"
#include "base/guarded.h"
#include "base/metrics.h"
#include "db/database.h"
#include "gateway/limit.h"
#include "gateway/rate.h"
#include "serving/decision_log.h"

namespace lepton::gateway {

/// The limit of one key at work: its rate, and how much of its quota is used and reserved. Any thread may call.
class Gate {
 public:
  Gate(Limit limit, Timestamp start, std::int64_t used);

  /// Takes a request of the rate and reserves one of the quota. Throws Error{exhausted}, "rate_limited" or
  /// "quota_exceeded", with the time to wait.
  [[nodiscard]] Timestamp reserve(Timestamp wall, Rate::Time steady);
  void settle(Timestamp reserved_in);
  void release(Timestamp reserved_in);
  [[nodiscard]] Limit const& limit() const { return limit_; }
  [[nodiscard]] std::int64_t used(Timestamp now);

 private:
  void roll(Timestamp now);

  Limit const limit_;
  std::mutex mutex_;
  std::optional<Rate> rate_;
  Timestamp start_;
  std::int64_t used_;
  std::int64_t reserved_ = 0;
};

/// A request that was let in. Settled once its charge is durable; dropped without, it gives back what it reserved.
class Ticket {
 public:
  Ticket() = default;
  Ticket(std::shared_ptr<Gate> gate, Timestamp reserved_in) : gate_(std::move(gate)), reserved_in_(reserved_in) {}
  ~Ticket() {
    if (gate_) gate_->release(reserved_in_);
  }
  Ticket(Ticket&&) noexcept = default;
  Ticket& operator=(Ticket&&) = delete;
  void settle() {
    if (auto const gate = std::exchange(gate_, nullptr)) gate->settle(reserved_in_);
  }

 private:
  std::shared_ptr<Gate> gate_;
  Timestamp reserved_in_;
};

/// The data path of the gateway: lets requests in or refuses them by the limit of their key, and charges and meters
/// what was answered in the transaction of its decision, so that a quota is exact across crashes and, by a check in
/// that transaction, across servers on one database. Any thread may call; admit() does not block. Owned by the
/// composition root; limits come from Limits.
class Gates {
 public:
  Gates(Metrics& metrics, Clock const& clock);

  [[nodiscard]] Ticket admit(Call const& call);
  /// For the DecisionLog; refers to what lives as long as it.
  [[nodiscard]] serving::DecisionLog::Companion companion() const;

  /// Puts the limits in the database into force, keeping what this server has reserved of unchanged ones.
  void load(db::Transaction& tx);

 private:
  using Table = std::unordered_map<KeyRef, std::shared_ptr<Gate>>;
  struct State {
    Guarded<std::shared_ptr<Table const>> gates{std::make_shared<Table const>()};

    [[nodiscard]] std::shared_ptr<Table const> table() const { return *gates.read(); }
  };

  static void charge(db::Transaction& tx, Table const& gates, std::span<serving::DecisionLog::Entry> entries);
  static void meter(db::Transaction& tx, std::span<serving::DecisionLog::Entry> entries);

  Clock const& clock_;
  Counter& rate_limited_;
  Counter& quota_exceeded_;
  std::shared_ptr<State> state_;  ///< shared with the companion, which may write after the gates have ended
};

}  // namespace lepton::gateway
