#include "reason/compiled_rule.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/error.h"

namespace lepton::reason {

namespace {

/// Compiles one head atom of one rule; slots are given out as variables are met.
class Compiler {
 public:
  Compiler(Rule const& rule, Terms& terms, Equality const* equality)
      : rule_(rule), terms_(terms), equality_(equality) {}

  CompiledRule run(std::size_t source, Atom const* head) {
    compiled_.source = source;
    if (head != nullptr) compiled_.head = pattern(*head);
    compiled_.body = body(rule_.body);
    compiled_.variables = names_;
    return std::move(compiled_);
  }

 private:
  [[noreturn]] void fail(rdf::Position position, std::string const& sentence) const {
    throw invalid(fmt::format("line {}, column {}: {}", position.line, position.column, sentence))
        .with_reason("unsafe_rule");
  }

  std::uint32_t slot(std::string const& name) {
    auto const [place, added] = slots_.emplace(name, static_cast<std::uint32_t>(names_.size()));
    if (added) names_.push_back(name);
    return place->second;
  }

  PatternPart part(Node const& node) {
    if (node.is_variable) return {true, slot(node.variable)};
    TermKey const key = terms_.key(node.term.view());
    return {false, equality_ == nullptr ? key : equality_->normal(key)};
  }

  Pattern pattern(Atom const& atom) {
    return {
        {atom.graph ? part(*atom.graph) : PatternPart{}, part(atom.subject), part(atom.predicate), part(atom.object)}};
  }

  CompiledExpression expression(Expression const& source, rdf::Position position) {
    CompiledExpression result;
    result.operation = source.operation;
    result.function = source.function;
    if (source.operation == Operation::leaf) {
      if (source.leaf.is_variable) {
        result.slot = static_cast<int>(slot(source.leaf.variable));
      } else {
        result.constant = value_of(source.leaf.term);
      }
    }
    if (source.operation == Operation::call && !is_function(source.function, source.arguments.size())) {
      fail(position, fmt::format("there is no function {} of {} arguments", source.function, source.arguments.size()));
    }
    for (auto const& argument : source.arguments) result.arguments.push_back(expression(argument, position));
    return result;
  }

  CompiledBody body(std::vector<Literal> const& literals) {
    CompiledBody result;
    for (auto const& literal : literals) add(result, literal);
    return result;
  }

  void add(CompiledBody& to, Literal const& literal) {
    if (auto const* atom = std::get_if<Atom>(&literal.what)) {
      to.atoms.push_back(pattern(*atom));
    } else if (auto const* filter = std::get_if<Filter>(&literal.what)) {
      to.filters.push_back(expression(filter->condition, literal.position));
    } else if (auto const* bind = std::get_if<Bind>(&literal.what)) {
      to.binds.push_back({expression(bind->value, literal.position), slot(bind->variable)});
    } else if (auto const* negation = std::get_if<std::unique_ptr<Negation>>(&literal.what)) {
      to.absent.push_back(body((*negation)->body));
      auto const& inner = to.absent.back();
      if (!inner.absent.empty() || !inner.aggregates.empty()) {
        fail(literal.position, "a negation holds atoms, FILTER and BIND only; derive what it needs by another rule");
      }
    } else {
      to.aggregates.push_back(aggregate(*std::get<std::unique_ptr<Aggregate>>(literal.what), literal.position));
    }
  }

  CompiledAggregate aggregate(Aggregate const& source, rdf::Position position) {
    CompiledAggregate result;
    result.body = body(source.body);
    for (auto const& name : source.group) result.group.push_back(slot(name));
    for (auto const& one : source.results) {
      CompiledResult compiled;
      compiled.function = one.function;
      compiled.distinct = one.distinct;
      if (one.argument) compiled.argument = expression(*one.argument, position);
      compiled.slot = slot(one.variable);
      result.results.push_back(std::move(compiled));
    }
    return result;
  }

  Rule const& rule_;
  Terms& terms_;
  Equality const* equality_;
  CompiledRule compiled_;
  std::map<std::string, std::uint32_t> slots_;
  std::vector<std::string> names_;
};

void slots_in(CompiledExpression const& expression, std::set<std::uint32_t>& into) {
  if (expression.slot >= 0) into.insert(static_cast<std::uint32_t>(expression.slot));
  for (auto const& argument : expression.arguments) slots_in(argument, into);
}

void slots_in(Pattern const& pattern, std::set<std::uint32_t>& into) {
  for (auto const& part : pattern.parts) {
    if (part.is_slot) into.insert(part.value);
  }
}

/// Every slot that occurs in a body; of aggregates only what they show outside.
void slots_in(CompiledBody const& body, std::set<std::uint32_t>& into) {
  for (auto const& atom : body.atoms) slots_in(atom, into);
  for (auto const& filter : body.filters) slots_in(filter, into);
  for (auto const& bind : body.binds) {
    slots_in(bind.value, into);
    into.insert(bind.slot);
  }
  for (auto const& aggregate : body.aggregates) {
    into.insert(aggregate.group.begin(), aggregate.group.end());
    for (auto const& result : aggregate.results) into.insert(result.slot);
  }
}

/// Tells a negation or an aggregate which of its slots the rule around it knows; the others are its own.
void find_outer(CompiledBody& inner, std::set<std::uint32_t> const& around) {
  std::set<std::uint32_t> mine;
  slots_in(inner, mine);
  for (auto const slot : mine) {
    if (around.contains(slot)) inner.outer.push_back(slot);
  }
}

/// The same for all that stands in a body, at any depth.
void find_outers(CompiledBody& body, std::set<std::uint32_t> const& around) {
  for (auto& absent : body.absent) find_outer(absent, around);
  for (auto& aggregate : body.aggregates) {
    find_outer(aggregate.body, around);
    std::set<std::uint32_t> inside(aggregate.group.begin(), aggregate.group.end());
    slots_in(aggregate.body, inside);
    find_outers(aggregate.body, inside);
  }
}

std::string unbound(Rule const& rule, CompiledRule const& compiled, std::uint32_t slot, std::string_view where) {
  auto const name = slot < compiled.variables.size() ? compiled.variables[slot] : std::string("?");
  return fmt::format("line {}, column {}: the rule is unsafe: nothing in its body binds ?{}{}", rule.position.line,
                     rule.position.column, name, where);
}

std::set<std::uint32_t> slots_bound_by(CompiledBody const& body) {
  std::set<std::uint32_t> slots;
  for (auto const& atom : body.atoms) slots_in(atom, slots);
  for (auto const& bind : body.binds) slots.insert(bind.slot);
  for (auto const& aggregate : body.aggregates) {
    slots.insert(aggregate.group.begin(), aggregate.group.end());
    for (auto const& result : aggregate.results) slots.insert(result.slot);
  }
  return slots;
}

void plan_changes(CompiledRule& compiled, TermKey type);

CompiledGroups plan_groups(CompiledRule const& around, CompiledAggregate const& aggregate, TermKey type) {
  CompiledGroups groups;
  groups.matches.source = around.source;
  groups.matches.body = aggregate.body;
  groups.matches.variables = around.variables;
  std::vector<bool> bound(around.variables.size(), false);
  if (auto alone = plan_body(aggregate.body, bound, -1, type)) {
    groups.matches.full = std::move(*alone);
    plan_changes(groups.matches, type);
    auto const positive = slots_bound_by(aggregate.body);
    std::copy_if(aggregate.group.begin(), aggregate.group.end(), std::back_inserter(groups.key),
                 [&](std::uint32_t slot) { return positive.contains(slot); });
  }
  for (auto const slot : groups.key) bound[slot] = true;
  groups.rule = plan_body(around.body, bound, -1, type).value();
  return groups;
}

/// Plans that begin with a change of what the body reads.
void plan_changes(CompiledRule& compiled, TermKey type) {
  std::vector<bool> const nothing(compiled.variables.size(), false);
  for (std::size_t i = 0; i < compiled.body.atoms.size(); ++i) {
    compiled.by_atom.push_back(plan_body(compiled.body, nothing, static_cast<int>(i), type).value());
  }
  for (auto const& absent : compiled.body.absent) {
    auto& plans = compiled.by_absent.emplace_back();
    for (auto const& atom : absent.atoms) {
      std::vector<bool> bound = nothing;
      std::set<std::uint32_t> slots;
      slots_in(atom, slots);
      for (auto const slot : absent.outer) bound[slot] = slots.contains(slot);
      plans.push_back(plan_body(compiled.body, bound, -1, type).value());
    }
    compiled.absent_atoms.push_back(absent.atoms);
  }
  for (auto const& aggregate : compiled.body.aggregates) {
    compiled.groups.push_back(plan_groups(compiled, aggregate, type));
  }
}

void plan_rule(CompiledRule& compiled, Rule const& rule, TermKey type) {
  auto const refuse = [&](std::uint32_t slot, std::string_view where) {
    throw invalid(unbound(rule, compiled, slot, where)).with_reason("unsafe_rule");
  };
  std::vector<bool> const nothing(compiled.variables.size(), false);
  std::uint32_t missing = 0;
  auto full = plan_body(compiled.body, nothing, -1, type, &missing);
  if (!full) refuse(missing, ", which a filter, BIND, negation or aggregate needs");
  compiled.full = std::move(*full);

  auto const positive = slots_bound_by(compiled.body);
  std::vector<bool> head_bound = nothing;
  if (compiled.head) {
    for (auto const& part : compiled.head->parts) {
      if (!part.is_slot) continue;
      if (!positive.contains(part.value)) refuse(part.value, ", which its head has");
      head_bound[part.value] = true;
    }
  }
  compiled.by_head = plan_body(compiled.body, head_bound, -1, type).value();
  plan_changes(compiled, type);
}

/// Of a body's aggregates, at any depth: what they group by has a value, and what is theirs alone occurs nowhere else.
void check_aggregates(CompiledBody const& body, CompiledRule const& compiled, Rule const& rule) {
  std::set<std::uint32_t> around;
  for (auto const& atom : body.atoms) slots_in(atom, around);
  for (auto const& bind : body.binds) around.insert(bind.slot);
  for (auto const& aggregate : body.aggregates) {
    auto const inside = slots_bound_by(aggregate.body);
    for (auto const slot : aggregate.group) {
      if (inside.contains(slot) || around.contains(slot)) continue;
      throw invalid(unbound(rule, compiled, slot, ", which an aggregate groups by")).with_reason("unsafe_rule");
    }
    for (auto const slot : aggregate.body.outer) {
      if (std::find(aggregate.group.begin(), aggregate.group.end(), slot) != aggregate.group.end()) continue;
      throw invalid(
          fmt::format("line {}, column {}: ?{} is local to the aggregate but occurs outside it too; name it after "
                      "ON or rename it",
                      rule.position.line, rule.position.column, compiled.variables[slot]))
          .with_reason("unsafe_rule");
    }
    check_aggregates(aggregate.body, compiled, rule);
  }
}

}  // namespace

std::vector<CompiledRule> compile(Rule const& rule, std::size_t source, Terms& terms, Equality const* equality) {
  TermKey const type = terms.key(rdf::iri_view(rdf::rdf_type));
  std::vector<Atom const*> heads;
  for (auto const& atom : rule.head) heads.push_back(&atom);
  if (heads.empty()) heads.push_back(nullptr);
  std::vector<CompiledRule> rules;
  for (auto const* head : heads) {
    CompiledRule compiled = Compiler(rule, terms, equality).run(source, head);
    std::set<std::uint32_t> around;
    slots_in(compiled.body, around);
    if (compiled.head) slots_in(*compiled.head, around);
    find_outers(compiled.body, around);
    check_aggregates(compiled.body, compiled, rule);
    plan_rule(compiled, rule, type);
    rules.push_back(std::move(compiled));
  }
  return rules;
}

}  // namespace lepton::reason
