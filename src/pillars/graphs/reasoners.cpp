#include "graphs/reasoners.h"

namespace lepton::graphs {

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
