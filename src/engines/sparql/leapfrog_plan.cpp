#include "sparql/leapfrog_plan.h"

#include <algorithm>
#include <limits>
#include <set>

namespace lepton::sparql {

namespace {

// Costs beside 1 for a row that a join looks up and makes.
constexpr double read_cost = 0.1;  ///< of a row that is copied out of the store
constexpr double leap_cost = 0.3;  ///< of a value that is looked for in one of the patterns
constexpr double row_bytes = 32;   ///< at most, of two columns and where the second begins

/// Whether the store has orders to read the pattern in, whichever of its variables comes first.
bool is_eligible(JoinPart const& part) {
  if (part.algebra != nullptr || part.pattern.impossible || part.pattern.variables[3]) return false;
  auto const& variables = part.pattern.variables;
  auto const places = std::count_if(variables.begin(), variables.end(), [](auto const& v) { return v.has_value(); });
  if (places != std::ssize(part.variables)) return false;  // one stands twice
  return places == 1 || (places == 2 && part.pattern.ids.predicate.defined());
}

using Neighbours = std::map<Variable, std::set<Variable>>;

/// The variables on cycles and on paths between these.
Neighbours core_of(std::vector<JoinPart> const& parts) {
  Neighbours all;
  for (auto const& part : parts) {
    if (!is_eligible(part) || part.variables.size() != 2) continue;
    all[part.variables[0]].insert(part.variables[1]);
    all[part.variables[1]].insert(part.variables[0]);
  }
  for (;;) {
    auto const leaf = std::ranges::find_if(all, [](auto const& node) { return node.second.size() < 2; });
    if (leaf == all.end()) return all;
    for (Variable const neighbour : leaf->second) all[neighbour].erase(leaf->first);
    all.erase(leaf);
  }
}

std::set<Variable> component_of(Neighbours const& graph, Variable first) {
  std::set<Variable> out{first};
  std::vector<Variable> open{first};
  while (!open.empty()) {
    Variable const variable = open.back();
    open.pop_back();
    for (Variable const neighbour : graph.at(variable))
      if (out.insert(neighbour).second) open.push_back(neighbour);
  }
  return out;
}

/// What binding one more variable costs and leaves.
struct Step {
  double cost = 0;
  double rows = 0;
  double distinct = 0;
};

/// Each pattern offers as many values as it has per binding of its other variable; those of the pattern that offers
/// fewest are looked for in the others.
Step bind_next(std::vector<JoinPart const*> const& members, std::vector<Variable> const& bound, double rows,
               Variable variable) {
  double fewest = std::numeric_limits<double>::max();
  double domain = 1;
  double selectivity = 1;
  std::size_t count = 0;
  for (auto const* part : members) {
    if (!std::ranges::binary_search(part->variables, variable)) continue;
    double offered = part->values_of(variable);
    domain = std::max(domain, offered);
    for (Variable const other : part->variables) {
      bool const is_bound = other != variable && std::ranges::count(bound, other) > 0;
      if (is_bound) offered = std::max(1.0, part->rows / part->values_of(other));
    }
    fewest = std::min(fewest, offered);
    selectivity *= offered;
    ++count;
  }
  for (std::size_t i = 1; i < count; ++i) selectivity /= domain;
  double const left = rows * std::min(fewest, selectivity);
  double const leaps = rows * fewest * static_cast<double>(std::max<std::size_t>(count, 2) - 1);
  return {leap_cost * leaps, left, std::min(domain, std::max(left, 1.0))};
}

/// Binds the cheapest neighbour next, from one variable on.
JoinPart order_from(Variable first, Neighbours const& graph, std::vector<JoinPart const*> const& members) {
  JoinPart out;
  std::set<Variable> open{first};
  while (!open.empty()) {
    std::optional<std::pair<Step, Variable>> best;
    for (Variable const variable : open) {
      Step const step = bind_next(members, out.order, out.rows, variable);
      if (!best || step.cost + step.rows < best->first.cost + best->first.rows) best = {step, variable};
    }
    auto const& [step, variable] = *best;
    out.cost += step.cost;
    out.rows = step.rows;
    out.distinct[variable] = step.distinct;
    out.order.push_back(variable);
    open.erase(variable);
    for (Variable const neighbour : graph.at(variable))
      if (!out.distinct.contains(neighbour)) open.insert(neighbour);
  }
  return out;
}

}  // namespace

std::optional<std::vector<JoinPart>> with_cycle(std::vector<JoinPart> const& parts, std::size_t memory) {
  Neighbours const core = core_of(parts);
  if (core.empty()) return std::nullopt;
  auto const variables = component_of(core, core.begin()->first);
  std::vector<JoinPart> out;
  std::vector<JoinPart const*> members;
  double rows = 0;
  for (auto const& part : parts) {
    bool const inside = is_eligible(part) && std::ranges::all_of(part.variables, [&](Variable variable) {
                          return variables.contains(variable);
                        });
    if (!inside) {
      out.push_back(part);
      continue;
    }
    members.push_back(&part);
    rows += part.rows;
  }
  if (rows * row_bytes > static_cast<double>(memory)) return std::nullopt;
  std::optional<JoinPart> best;
  for (Variable const first : variables) {
    JoinPart cycle = order_from(first, core, members);
    if (!best || cycle.cost < best->cost) best = std::move(cycle);
  }
  best->cost += read_cost * rows;
  best->variables.assign(variables.begin(), variables.end());
  best->certain = best->variables;
  for (auto& [variable, count] : best->distinct) count = std::min(count, std::max(best->rows, 1.0));
  for (auto const* member : members) best->cycle.push_back(*member);
  out.push_back(std::move(*best));
  return out;
}

}  // namespace lepton::sparql
