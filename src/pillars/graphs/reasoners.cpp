#include "graphs/reasoners.h"

namespace lepton::graphs {

Reasoners::Turn Reasoners::wait_for_turn(Call const& call, access::AssetId const& graph) {
  Turn turn;
  {
    auto turns = turns_.lock();
    auto& mutex = (*turns)[graph.str()];
    if (!mutex) mutex = std::make_shared<std::timed_mutex>();
    turn.mutex = mutex;
  }
  turn.lock = std::unique_lock(*turn.mutex, std::defer_lock);
  while (!turn.lock.try_lock_for(std::chrono::milliseconds(20))) call.proceed();
  return turn;
}

std::optional<HeldReasoner> Reasoners::take(access::AssetId const& graph, std::string const& program,
                                            std::int64_t commit) {
  Kept found;  // what is of no use ends after the lock
  {
    auto kept = kept_.lock();
    for (auto it = kept->begin(); it != kept->end(); ++it) {
      if (it->first != graph) continue;
      found.splice(found.begin(), *kept, it);
      break;
    }
  }
  if (found.empty()) return std::nullopt;
  auto& held = found.front().second;
  if (held.program != program || held.commit != commit) return std::nullopt;
  return std::move(held);
}

void Reasoners::give_back(access::AssetId const& graph, HeldReasoner reasoner) {
  Kept gone;
  auto kept = kept_.lock();
  kept->emplace_front(graph, std::move(reasoner));
  if (kept->size() > most) gone.splice(gone.begin(), *kept, std::prev(kept->end()));
}

void Reasoners::forget(access::AssetId const& graph) {
  Kept gone;
  auto kept = kept_.lock();
  for (auto it = kept->begin(); it != kept->end();) {
    auto const next = std::next(it);
    if (it->first == graph) gone.splice(gone.begin(), *kept, it);
    it = next;
  }
}

}  // namespace lepton::graphs
