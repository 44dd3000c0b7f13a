#include "sparql/planner.h"

#include <algorithm>
#include <cmath>

namespace lepton::sparql {

namespace {

constexpr std::size_t most_exhaustive = 10;

/// What is known of the join of some parts.
struct State {
  double rows = 1;
  double cost = 0;
  std::map<Variable, double> distinct;
  std::vector<std::size_t> sequence;
  std::vector<double> after;
  bool any = false;
};

bool connected(State const& state, JoinPart const& part) {
  return std::ranges::any_of(part.variables, [&](Variable v) { return state.distinct.contains(v); });
}

State start(JoinPart const& part) {
  State state;
  state.any = true;
  state.rows = part.rows * part.selectivity;
  state.cost = part.cost + part.rows;
  state.distinct = part.distinct;
  for (Variable const variable : part.variables) state.distinct.try_emplace(variable, part.rows);
  for (auto& [variable, count] : state.distinct) count = std::min(count, std::max(state.rows, 1.0));
  return state;
}

/// The textbook estimate: each shared variable divides the product by the larger number of its values.
State joined(State const& state, JoinPart const& part, std::size_t number) {
  if (!state.any) {
    State first = start(part);
    first.sequence = {number};
    first.after = {part.rows};
    return first;
  }
  State out = state;
  double rows = state.rows * part.rows;
  for (Variable const variable : part.variables) {
    auto const mine = out.distinct.find(variable);
    auto const theirs = part.distinct.find(variable);
    double const other = theirs != part.distinct.end() ? theirs->second : part.rows;
    if (mine == out.distinct.end()) {
      out.distinct.emplace(variable, other);
      continue;
    }
    rows /= std::max({mine->second, other, 1.0});
    mine->second = std::min(mine->second, other);
  }
  out.rows = rows * part.selectivity;
  for (auto& [variable, count] : out.distinct) count = std::min(count, std::max(out.rows, 1.0));
  // A triple pattern is looked up per row; a table must be made whole first, though a seed makes it smaller.
  double const work = part.is_pattern()    ? std::min(state.rows * 2 + 1, state.rows + part.rows)
                      : part.cycle.empty() ? state.rows + std::min(part.rows, state.rows * 16 + 64)
                                           : state.rows + part.rows;
  out.cost += part.cost + work + rows;
  out.sequence.push_back(number);
  out.after.push_back(rows);
  return out;
}

State greedy(std::vector<JoinPart> const& parts, State state) {
  std::vector<bool> used(parts.size());
  for (std::size_t step = 0; step < parts.size(); ++step) {
    State best;
    std::size_t chosen = parts.size();
    bool best_connected = false;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if (used[i]) continue;
      bool const is_connected = !state.any || connected(state, parts[i]);
      State next = joined(state, parts[i], i);
      bool const better = chosen == parts.size() || (is_connected && !best_connected) ||
                          (is_connected == best_connected && next.cost < best.cost);
      if (!better) continue;
      best = std::move(next);
      best_connected = is_connected;
      chosen = i;
    }
    used[chosen] = true;
    state = std::move(best);
  }
  return state;
}

State exhaustive(std::vector<JoinPart> const& parts, State const& first) {
  std::size_t const full = (std::size_t{1} << parts.size()) - 1;
  std::vector<State> best(full + 1);
  std::vector<bool> reached(full + 1);
  best[0] = first;
  reached[0] = true;
  for (std::size_t set = 0; set < full; ++set) {
    if (!reached[set]) continue;
    bool const any_connected = [&] {
      for (std::size_t i = 0; i < parts.size(); ++i) {
        if ((set >> i & 1) == 0 && connected(best[set], parts[i])) return true;
      }
      return false;
    }();
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if ((set >> i & 1) != 0) continue;
      // Products only where nothing else is left.
      if (best[set].any && any_connected && !connected(best[set], parts[i])) continue;
      State next = joined(best[set], parts[i], i);
      std::size_t const larger = set | std::size_t{1} << i;
      if (!reached[larger] || next.cost < best[larger].cost) {
        best[larger] = std::move(next);
        reached[larger] = true;
      }
    }
  }
  return best[full];
}

State search(std::vector<JoinPart> const& parts, State const& first) {
  return parts.size() <= most_exhaustive ? exhaustive(parts, first) : greedy(parts, first);
}

}  // namespace

JoinPlan plan_join(std::vector<JoinPart> const& parts, JoinPart const* seed) {
  State best = search(parts, State());
  bool uses_seed = false;
  if (seed != nullptr) {
    State with = search(parts, start(*seed));
    if (with.cost < best.cost) {
      best = std::move(with);
      uses_seed = true;
    }
  }
  return {std::move(best.sequence), std::move(best.after), best.cost, uses_seed};
}

void estimate(rdf::Snapshot const& snapshot, JoinPart& part) {
  if (part.algebra != nullptr) {
    bool const table = part.algebra->kind == Algebra::Kind::table;
    part.rows = table ? static_cast<double>(part.algebra->table.rows.size()) : 1e5;
    if (part.algebra->kind == Algebra::Kind::path) part.rows = 1e6;
    return;
  }
  if (part.pattern.impossible) {
    part.rows = 0;
    return;
  }
  rdf::QuadPattern ids = part.pattern.ids;
  ids.graph = {};  // counting by graph may need a scan; the sum over all graphs will do
  part.rows = static_cast<double>(snapshot.count(ids));
  bool const by_predicate = ids.predicate.defined() && !ids.subject.defined() && !ids.object.defined();
  auto const statistics = by_predicate ? snapshot.predicate(ids.predicate) : rdf::PredicateStatistics{};
  for (std::size_t i = 0; i < 4; ++i) {
    if (!part.pattern.variables[i]) continue;
    double distinct = part.rows;
    if (by_predicate && i == 0) distinct = static_cast<double>(statistics.subjects);
    if (by_predicate && i == 2) distinct = static_cast<double>(statistics.objects);
    if (i == 3) distinct = std::min(part.rows, 16.0);
    if (i == 1) distinct = std::min(part.rows, 64.0);
    auto const [place, is_new] = part.distinct.try_emplace(*part.pattern.variables[i], std::max(distinct, 1.0));
    if (!is_new) place->second = std::min(place->second, std::max(distinct, 1.0));
  }
}

}  // namespace lepton::sparql
