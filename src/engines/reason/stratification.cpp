#include "reason/stratification.h"

#include <algorithm>
#include <deque>

namespace lepton::reason {

std::size_t DependencyGraph::node(Signature const& signature) {
  auto const [place, added] = by_signature_.emplace(signature, nodes_.size());
  if (added) nodes_.push_back({signature, false, {}});
  return place->second;
}

void DependencyGraph::add(std::size_t from, std::size_t to, std::size_t rule, bool needs_all) {
  nodes_[from].arcs.push_back({to, rule, needs_all, true});
}

bool DependencyGraph::overlap(Signature const& a, Signature const& b) const {
  auto const may_equal = [](TermKey x, TermKey y) { return x == no_term || y == no_term || x == y; };
  if (a.any_graph != b.any_graph) {
    if ((a.any_graph ? b.graph : a.graph) == no_term) return false;
  } else if (!a.any_graph && a.graph != b.graph) {
    return false;
  }
  return may_equal(a.predicate, b.predicate) && may_equal(a.type_class, b.type_class);
}

/// Only open signatures can overlap others, and there are few.
void DependencyGraph::connect_overlapping() {
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    if (nodes_[i].signature.is_exact(type_)) continue;
    for (std::size_t j = 0; j < nodes_.size(); ++j) {
      if (i == j || !overlap(nodes_[i].signature, nodes_[j].signature)) continue;
      if (nodes_[i].is_head) nodes_[i].arcs.push_back({j, 0, false, false});
      if (nodes_[j].is_head) nodes_[j].arcs.push_back({i, 0, false, false});
    }
  }
}

std::vector<Signature> DependencyGraph::sources_of(std::size_t node) const {
  std::vector<bool> leads(nodes_.size(), false);
  leads[node] = true;
  for (bool grows = true; grows;) {
    grows = false;
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      auto const& arcs = nodes_[i].arcs;
      if (leads[i] || std::none_of(arcs.begin(), arcs.end(), [&](Arc const& arc) { return leads[arc.to]; })) continue;
      leads[i] = grows = true;
    }
  }
  std::vector<Signature> sources;
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    if (leads[i]) sources.push_back(nodes_[i].signature);
  }
  return sources;
}

/// Tarjan's strongly connected components, without recursion.
std::vector<std::size_t> DependencyGraph::components() {
  connect_overlapping();
  constexpr std::size_t none = ~std::size_t{0};
  struct Frame {
    std::size_t node;
    std::size_t arc;
  };
  std::vector<std::size_t> index(nodes_.size(), none), low(nodes_.size(), 0), component(nodes_.size(), none), open;
  std::size_t next = 0, found = 0;
  for (std::size_t root = 0; root < nodes_.size(); ++root) {
    if (index[root] != none) continue;
    std::vector<Frame> frames{{root, 0}};
    index[root] = low[root] = next++;
    open.push_back(root);
    while (!frames.empty()) {
      auto& [node, arc] = frames.back();
      if (arc < nodes_[node].arcs.size()) {
        std::size_t const to = nodes_[node].arcs[arc++].to;
        if (index[to] == none) {
          index[to] = low[to] = next++;
          open.push_back(to);
          frames.push_back({to, 0});
        } else if (component[to] == none) {
          low[node] = std::min(low[node], index[to]);
        }
        continue;
      }
      std::size_t const done = node;
      frames.pop_back();
      if (!frames.empty()) low[frames.back().node] = std::min(low[frames.back().node], low[done]);
      if (low[done] != index[done]) continue;
      for (std::size_t member = none; member != done;) {
        member = open.back();
        open.pop_back();
        component[member] = found;
      }
      ++found;
    }
  }
  for (auto& one : component) one = found - 1 - one;  // found in the order of sinks first
  return component;
}

std::vector<DependencyGraph::Arc> DependencyGraph::path(std::size_t from, std::size_t to,
                                                        std::vector<std::size_t> const& components) const {
  std::map<std::size_t, std::pair<std::size_t, Arc>> came;
  std::deque<std::size_t> queue{from};
  while (!queue.empty() && (from == to ? !came.contains(to) : true)) {
    std::size_t const node = queue.front();
    queue.pop_front();
    if (node == to) break;
    for (auto const& arc : nodes_[node].arcs) {
      if (components[arc.to] != components[to] || arc.to == from || came.contains(arc.to)) continue;
      came.emplace(arc.to, std::pair(node, arc));
      queue.push_back(arc.to);
    }
  }
  std::vector<Arc> arcs;
  for (std::size_t node = to; node != from; node = came.at(node).first) arcs.push_back(came.at(node).second);
  std::reverse(arcs.begin(), arcs.end());
  return arcs;
}

std::vector<DependencyGraph::Arc> DependencyGraph::find_bad_cycle(std::vector<std::size_t> const& components) const {
  for (std::size_t from = 0; from < nodes_.size(); ++from) {
    for (auto const& arc : nodes_[from].arcs) {
      if (!arc.needs_all || components[from] != components[arc.to]) continue;
      std::vector<Arc> cycle{arc};
      auto const back = path(arc.to, from, components);
      cycle.insert(cycle.end(), back.begin(), back.end());
      return cycle;
    }
  }
  return {};
}

}  // namespace lepton::reason
