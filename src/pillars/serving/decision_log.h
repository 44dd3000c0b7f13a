#pragma once

#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "access/authority.h"
#include "base/call.h"
#include "base/guarded.h"
#include "db/database.h"
#include "serving/decision_packs.h"

namespace lepton::serving {

/// Every answer given, durable before it is given. Any thread may call. Decisions that arrive while a write is under
/// way share the next one, so that a busy server pays for one commit, not one per answer. Seen only by members of the
/// owning department, by the caller whose decision it is, and by auditors.
class DecisionLog {
 public:
  /// A decision about to be written, and why it must not be, when that turns out.
  struct Entry {
    NewDecision const* decision;
    std::exception_ptr refused;
  };
  /// Writes what belongs to decisions (their metering) in the same transaction, so that both are durable or neither;
  /// may refuse some. Runs again when the database repeats the transaction.
  using Companion = std::function<void(db::Transaction&, std::span<Entry>)>;

  /// Both outlive it, and so does what `companion` refers to. Its end waits for what is being written.
  DecisionLog(db::Database& database, access::Authority const& authority, Companion companion = nullptr);
  ~DecisionLog();
  DecisionLog(DecisionLog const&) = delete;
  DecisionLog& operator=(DecisionLog const&) = delete;

  /// The decision's id, or the reason why there is none.
  using Done = std::function<void(std::exception_ptr, DecisionId const&)>;
  /// Returns at once; `done` runs on a background thread when the decision is durable, or could not be made so.
  void append(NewDecision decision, Done done);

  /// Throws Error{not_found} when there is none or the caller may not see it: the same words for both.
  [[nodiscard]] Decision get(Call const& call, DecisionId const& id) const;
  [[nodiscard]] Decision get(db::Transaction& tx, Call const& call, DecisionId const& id) const;
  /// The caller's own decisions, or, of a deployment whose department the caller belongs to or audits, all.
  [[nodiscard]] std::vector<Decision> list(Call const& call, DecisionQuery query) const;
  [[nodiscard]] static bool may_see(Call const& call, Decision const& decision);

 private:
  struct Pending {
    NewDecision decision;
    Done done;
    std::exception_ptr refused;
  };
  struct State {
    std::vector<Pending> pending;
    bool scheduled = false;
  };
  struct Queue;

  db::Database& database_;
  access::Authority const& authority_;
  std::unique_ptr<Queue> queue_;
};

}  // namespace lepton::serving
