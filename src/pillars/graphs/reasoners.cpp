#include "graphs/reasoners.h"

#include "base/error.h"

namespace lepton::graphs {

Reasoners::Turn Reasoners::wait_for_turn(Call const& call, access::AssetId const& graph) {
  std::string const name = graph.str();
  auto taken = taken_.lock();
  auto const is_free = [&] { return !taken->contains(name); };
  if (!ended_.wait_until(taken.lock(), call.stop, call.deadline, is_free)) {
    call.proceed();
    throw unavailable("another change of the graph's rules and facts is under way");
  }
  taken->insert(name);
  return Turn(this, {name});
}

void Reasoners::end_turn(std::string const& graph) {
  taken_.lock()->erase(graph);
  ended_.notify_all();
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
