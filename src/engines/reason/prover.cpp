#include "reason/prover.h"

#include <algorithm>

namespace lepton::reason {

Prover::Prover(Call const& call, FactBase const& facts, Terms& terms, Program const& program, int component,
               Search search)
    : call_(call), facts_(facts), terms_(terms), program_(program), component_(component), search_(search) {}

bool Prover::is_given(FactRef fact) {
  auto const& table = facts_.table(fact.table);
  if (table.is_stated(fact.row)) return true;
  if (component_ < 0) return false;
  if (fact.table >= components_.size()) components_.resize(facts_.tables(), unknown);
  int& known = components_[fact.table];
  if (known == unknown) known = program_.component_of(table);
  return known != component_;
}

bool Prover::prove(FactRef goal) {
  disproved_.clear();
  if (is_given(goal)) return true;
  ++goal_;
  std::deque<FactRef> queue{goal};
  std::vector<FactRef> met;
  while (!queue.empty() && !nodes_[goal].proved) {
    FactRef const fact = search_ == Search::depth_first ? queue.back() : queue.front();
    search_ == Search::depth_first ? queue.pop_back() : queue.pop_front();
    auto& node = nodes_[fact];
    if (node.proved || node.goal == goal_) continue;
    node.goal = goal_;
    met.push_back(fact);
    if (!node.explored) explore(fact);
    for (auto const instance : nodes_[fact].derivations) {
      for (FactRef const part : instances_[instance].body) {
        if (!holds(part) || is_given(part)) continue;  // what was disproved before has ended
        if (!nodes_[part].proved && nodes_[part].goal != goal_) queue.push_back(part);
      }
    }
  }
  if (nodes_[goal].proved) return true;
  for (FactRef const fact : met) {
    if (nodes_[fact].proved) continue;
    disproved_.push_back(fact);
  }
  for (FactRef const fact : disproved_) nodes_.erase(fact);
  return false;
}

void Prover::explore(FactRef fact) {
  nodes_[fact].explored = true;
  if (++explored_ % 1024 == 0) call_.proceed();
  Fact const terms = facts_.fact(fact);
  for (auto const index : program_.rules_for(facts_.table(fact.table))) {
    auto const& rule = program_.rules()[index];
    Join join(call_, facts_, terms_, rule, rule.by_head, {});
    if (!join.bind(*rule.head, terms)) continue;
    if (!join.run([&](Join const& found) { return !add_instance(fact, index, found); })) return;
  }
}

/// True when this instance proves its head.
bool Prover::add_instance(FactRef head, std::size_t rule, Join const& join) {
  Instance instance{head, rule, {join.matched().begin(), join.matched().end()}, 0};
  if (std::find(instance.body.begin(), instance.body.end(), head) != instance.body.end()) return false;
  auto const number = static_cast<std::uint32_t>(instances_.size());
  for (FactRef const part : instance.body) {
    if (is_given(part)) continue;
    auto& node = nodes_[part];
    if (node.proved) continue;
    node.waiting.push_back(number);
    ++instance.missing;
  }
  bool const complete = instance.missing == 0;
  instances_.push_back(std::move(instance));
  nodes_[head].derivations.push_back(number);
  if (complete) set_proved(head, number);
  return complete;
}

void Prover::set_proved(FactRef fact, std::int64_t instance) {
  std::vector<std::pair<FactRef, std::int64_t>> conclusions{{fact, instance}};
  while (!conclusions.empty()) {
    auto const [proved, by] = conclusions.back();
    conclusions.pop_back();
    auto& node = nodes_[proved];
    if (node.proved) continue;
    node.proved = true;
    node.proof = by;
    for (auto const waiting : node.waiting) {
      if (--instances_[waiting].missing == 0) conclusions.emplace_back(instances_[waiting].head, waiting);
    }
    node.waiting.clear();
  }
}

Prover::Instance const* Prover::proof_of(FactRef fact) const {
  auto const found = nodes_.find(fact);
  if (found == nodes_.end() || found->second.proof < 0) return nullptr;
  return &instances_[static_cast<std::size_t>(found->second.proof)];
}

}  // namespace lepton::reason
