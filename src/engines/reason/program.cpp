#include "reason/program.h"

#include <algorithm>

#include "base/error.h"
#include "reason/stratification.h"
#include "reason/vocabulary.h"

namespace lepton::reason {

namespace {

struct Need {
  Signature signature;
  bool needs_all;  ///< an absence, or all of a group
};

void collect(Program const& program, CompiledBody const& body, bool all, std::vector<Need>& into) {
  for (auto const& atom : body.atoms) into.push_back({program.signature(atom), all});
  for (auto const& absent : body.absent) collect(program, absent, true, into);
  for (auto const& aggregate : body.aggregates) collect(program, aggregate.body, true, into);
}

/// Walks round the cycle: the rule that must not see its own consequences, then those that lead back to it.
std::string explain(Rules const& source, std::vector<CompiledRule> const& rules,
                    std::vector<DependencyGraph::Arc> const& cycle) {
  auto const& first = source[rules[cycle[0].rule].source];
  std::string text = fmt::format(
      "line {}, column {}: the rules cannot be stratified: {} needs all of something that depends on its own result: ",
      first.position.line, first.position.column, to_string(first));
  std::string_view joint;
  for (std::size_t i = 1; i < cycle.size(); ++i) {
    if (!cycle[i].is_rule) continue;
    auto const& rule = source[rules[cycle[i].rule].source];
    text += fmt::format("{}which leads on by the rule of line {}: {}", joint, rule.position.line, to_string(rule));
    joint = "; ";
  }
  if (joint.empty()) text += "the rule feeds itself";
  return text;
}

}  // namespace

Program::Program(Rules rules, Terms& terms, Equality const* equality)
    : source_(std::move(rules)), type_(terms.key(rdf::iri_view(rdf::rdf_type))) {
  for (std::size_t i = 0; i < source_.size(); ++i) {
    for (auto& compiled : compile(source_[i], i, terms, equality)) rules_.push_back(std::move(compiled));
  }
  TermKey const same_as = terms.key(rdf::iri_view(owl_same_as));
  DependencyGraph graph(type_);
  std::vector<std::size_t> heads(rules_.size(), 0);
  std::optional<std::size_t> same_as_node;
  for (std::size_t i = 0; i < rules_.size(); ++i) {
    auto const& rule = rules_[i];
    if (!rule.head) {
      constraints_.push_back(i);
      continue;
    }
    auto const head = signature(*rule.head);
    heads[i] = graph.node(head);
    graph.mark_head(heads[i]);
    if (head.predicate == same_as && !head.any_graph && head.graph == no_term) same_as_node = heads[i];
    if (head.is_exact(type_)) {
      by_exact_head_[head].push_back(i);
    } else {
      open_heads_.push_back(i);
    }
    std::vector<Need> needs;
    collect(*this, rule.body, false, needs);
    for (auto const& need : needs) graph.add(graph.node(need.signature), heads[i], i, need.needs_all);
  }
  // Merging equal terms changes whatever rules read.
  for (std::size_t i = 0; same_as_node && i < rules_.size(); ++i) {
    auto const& body = rules_[i].body;
    if (rules_[i].head) graph.add(*same_as_node, heads[i], i, !body.absent.empty() || !body.aggregates.empty());
  }
  std::size_t const same_as_facts = graph.node({false, no_term, same_as, no_term});
  auto const of_node = graph.components();
  equality_sources_ = graph.sources_of(same_as_facts);
  if (auto const cycle = graph.find_bad_cycle(of_node); !cycle.empty()) {
    throw invalid(explain(source_, rules_, cycle)).with_reason("unstratifiable");
  }
  std::map<std::size_t, Component> components;
  for (std::size_t i = 0; i < rules_.size(); ++i) {
    if (rules_[i].head) components[of_node[heads[i]]].rules.push_back(i);
  }
  component_of_rule_.assign(rules_.size(), -1);
  for (auto& [number, component] : components) {
    for (auto const rule : component.rules) component_of_rule_[rule] = static_cast<int>(components_.size());
    components_.push_back(std::move(component));
  }
}

bool Program::leads_to_equality(TermKey graph, TermKey predicate, TermKey object) const {
  Table const table(graph, predicate, predicate == type_ ? object : no_term);
  return std::any_of(equality_sources_.begin(), equality_sources_.end(),
                     [&](Signature const& source) { return may_match(source, table); });
}

Signature Program::signature(Pattern const& pattern) const {
  Signature result;
  result.any_graph = pattern.graph().is_slot;
  if (!result.any_graph) result.graph = pattern.graph().value;
  if (!pattern.predicate().is_slot) result.predicate = pattern.predicate().value;
  if (result.predicate == type_ && !pattern.object().is_slot) result.type_class = pattern.object().value;
  return result;
}

bool Program::may_match(Signature const& signature, Table const& table) const {
  if (signature.any_graph ? table.graph() == no_term : table.graph() != signature.graph) return false;
  if (signature.predicate != no_term && signature.predicate != table.predicate()) return false;
  return signature.type_class == no_term || signature.type_class == table.type_class();
}

std::vector<std::size_t> Program::rules_for(Table const& table) const {
  Signature const exact{false, table.graph(), table.predicate(), table.type_class()};
  std::vector<std::size_t> result;
  if (auto const found = by_exact_head_.find(exact); found != by_exact_head_.end()) result = found->second;
  for (auto const rule : open_heads_) {
    if (may_match(signature(*rules_[rule].head), table)) result.push_back(rule);
  }
  std::sort(result.begin(), result.end());
  return result;
}

int Program::component_of(Table const& table) const {
  Signature const exact{false, table.graph(), table.predicate(), table.type_class()};
  if (auto const found = by_exact_head_.find(exact); found != by_exact_head_.end()) {
    return component_of_rule_[found->second.front()];
  }
  for (auto const rule : open_heads_) {
    if (may_match(signature(*rules_[rule].head), table)) return component_of_rule_[rule];
  }
  return -1;
}

}  // namespace lepton::reason
