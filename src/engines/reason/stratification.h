#pragma once

#include <map>
#include <string>
#include <vector>

#include "reason/program.h"

namespace lepton::reason {

/// What depends on what: nodes are the kinds of facts that rules name, arcs lead from a body to its head.
class DependencyGraph {
 public:
  explicit DependencyGraph(TermKey type) : type_(type) {}

  /// The node of such facts.
  [[nodiscard]] std::size_t node(Signature const& signature);
  /// `rule` derives `to` from `from`, or from what `from` lacks or amounts to.
  void add(std::size_t from, std::size_t to, std::size_t rule, bool needs_all);
  /// `node` is what rules derive: nodes whose facts may be the same belong together.
  void mark_head(std::size_t node) { nodes_[node].is_head = true; }

  /// Component of each node, numbered so that arcs lead to equal or higher numbers.
  [[nodiscard]] std::vector<std::size_t> components();
  /// What the facts of `node` may be derived from, itself included. To be asked after `components`.
  [[nodiscard]] std::vector<Signature> sources_of(std::size_t node) const;
  struct Arc {
    std::size_t to = 0;
    std::size_t rule = 0;
    bool needs_all = false;
    bool is_rule = true;
  };
  /// Arcs round a cycle with an arc that needs all of its source, beginning with that arc; empty when there is none.
  [[nodiscard]] std::vector<Arc> find_bad_cycle(std::vector<std::size_t> const& components) const;

 private:
  struct Node {
    Signature signature;
    bool is_head = false;
    std::vector<Arc> arcs;
  };
  void connect_overlapping();
  [[nodiscard]] bool overlap(Signature const& a, Signature const& b) const;
  [[nodiscard]] std::vector<Arc> path(std::size_t from, std::size_t to,
                                      std::vector<std::size_t> const& components) const;

  TermKey type_;
  std::vector<Node> nodes_;
  std::map<Signature, std::size_t> by_signature_;
};

}  // namespace lepton::reason
