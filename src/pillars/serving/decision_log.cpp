#include "serving/decision_log.h"

#include "access/action.h"
#include "base/error.h"

namespace lepton::serving {
namespace {

/// Decisions that wait for the disk; more mean that it cannot follow, and answers are refused instead of promised.
constexpr std::size_t kMostPending = 20'000;
/// Of one transaction, so that it stays short beside other writers.
constexpr std::size_t kMostAtOnce = 512;

bool is_member(Call const& call, std::string const& department) {
  auto const roles = call.principal.roles.find(department);
  return roles != call.principal.roles.end() && !roles->second.empty();
}

bool sees_everything(Call const& call) {
  return call.principal.type == PrincipalType::system || call.principal.has_role("", "auditor");
}

}  // namespace

struct DecisionLog::Queue {
  Queue(db::Database& a_database, Companion a_companion) : database(a_database), companion(std::move(a_companion)) {}

  /// One write at a time is under way; what it does not take, the next one does.
  void schedule() {
    auto const batch = std::make_shared<std::vector<Pending>>();
    auto const work = [this, batch](db::Transaction& tx) {
      if (batch->empty()) take(*batch);  // not again when the database repeats the transaction
      accompany(tx, *batch);
      std::vector<NewDecision*> accepted;
      accepted.reserve(batch->size());
      for (auto& pending : *batch)
        if (!pending.refused) accepted.push_back(&pending.decision);
      insert(tx, accepted);
    };
    auto const done = [this, batch](std::exception_ptr error) {
      if (error && batch->empty()) take(*batch);
      go_on();
      for (auto const& pending : *batch) pending.done(error ? error : pending.refused, pending.decision.facts.id);
    };
    try {
      database.enqueue_write(work, done);
    } catch (...) {
      done(std::current_exception());
    }
  }

  void accompany(db::Transaction& tx, std::vector<Pending>& batch) const {
    if (!companion) return;
    std::vector<Entry> entries;
    entries.reserve(batch.size());
    for (auto const& pending : batch) entries.push_back({&pending.decision, nullptr});
    companion(tx, entries);
    for (std::size_t i = 0; i < batch.size(); ++i) batch[i].refused = entries[i].refused;
  }

  void take(std::vector<Pending>& batch) {
    auto locked = state.lock();
    auto& all = locked->pending;
    if (all.size() <= kMostAtOnce) {
      batch.swap(all);
      return;
    }
    auto const end = all.begin() + kMostAtOnce;
    batch.assign(std::make_move_iterator(all.begin()), std::make_move_iterator(end));
    all.erase(all.begin(), end);
  }

  void go_on() {
    {
      auto locked = state.lock();
      locked->scheduled = !locked->pending.empty();
      if (!locked->scheduled) return;
    }
    schedule();
  }

  db::Database& database;
  Companion companion;
  Guarded<State> state;
};

DecisionLog::DecisionLog(db::Database& database, access::Authority const& authority, Companion companion)
    : database_(database), authority_(authority), queue_(std::make_unique<Queue>(database, std::move(companion))) {}

DecisionLog::~DecisionLog() {
  database_.finish_queued();
}

void DecisionLog::append(NewDecision decision, Done done) {
  bool schedule = false;
  bool full = false;
  {
    auto state = queue_->state.lock();
    full = state->pending.size() >= kMostPending;
    if (!full) {
      state->pending.push_back({std::move(decision), std::move(done), nullptr});
      schedule = !std::exchange(state->scheduled, true);
    }
  }
  if (full) {
    done(std::make_exception_ptr(unavailable("decisions cannot be recorded fast enough: try again later")
                                     .with_reason("overloaded")
                                     .with_retry_after(std::chrono::seconds(1))),
         {});
  } else if (schedule) {
    queue_->schedule();
  }
}

bool DecisionLog::may_see(Call const& call, Decision const& decision) {
  auto const in_scope = [&](access::Action action) {
    return access::scopes_allow(call.principal.scopes, action, decision.deployment);
  };
  if (!call.principal.id.empty() && call.principal.id == decision.principal_id)
    return in_scope(access::Action::serve) || in_scope(access::Action::read);
  return in_scope(access::Action::read) && (sees_everything(call) || is_member(call, decision.department()));
}

Decision DecisionLog::get(db::Transaction& tx, Call const& call, DecisionId const& id) const {
  auto decision = find_decision(tx, id);
  if (!decision || !may_see(call, *decision)) throw not_found("there is no decision " + id.str());
  return std::move(*decision);
}

Decision DecisionLog::get(Call const& call, DecisionId const& id) const {
  return database_.read(call, [&](db::Transaction& tx) { return get(tx, call, id); });
}

std::vector<Decision> DecisionLog::list(Call const& call, DecisionQuery query) const {
  return database_.read(call, [&](db::Transaction& tx) {
    bool everything = sees_everything(call);
    if (query.deployment && !everything) {
      auto const asset = access::Assets().find(tx, *query.deployment);
      if (!asset || asset->kind != "deployment" || !authority_.may_discover(call, *asset))
        throw not_found("there is no such deployment");
      everything = is_member(call, asset->department);
    }
    if (!everything) query.principal = call.principal.id;
    auto found = list_decisions(tx, query);
    std::erase_if(found, [&](Decision const& decision) { return !may_see(call, decision); });
    return found;
  });
}

}  // namespace lepton::serving
