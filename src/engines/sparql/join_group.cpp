// Joins and the filters above them, in the sequence that the planner chooses.
#include <fmt/format.h>

#include <algorithm>

#include "sparql/expression_text.h"
#include "sparql/leapfrog_join.h"
#include "sparql/leapfrog_plan.h"
#include "sparql/matching.h"
#include "sparql/planner.h"
#include "sparql/row_numbers.h"
#include "sparql/selectivity.h"

namespace lepton::sparql {

namespace {

using Kind = Algebra::Kind;

/// A join and its filters, flat.
struct JoinGroup {
  std::vector<JoinPart> parts;
  std::vector<Expression const*> conditions;
};

void add_conditions(Expression const& expression, std::vector<Expression const*>& out) {
  if (expression.operation != Operation::logical_and) {
    out.push_back(&expression);
    return;
  }
  // A solution passes a conjunction exactly when it passes every member.
  for (auto const& argument : expression.arguments) add_conditions(argument, out);
}

void flatten(Execution& execution, Algebra const& algebra, JoinGroup& out) {
  switch (algebra.kind) {
    case Kind::join:
      flatten(execution, algebra.parts[0], out);
      flatten(execution, algebra.parts[1], out);
      return;
    case Kind::bgp:
      for (auto const& triple : algebra.triples) {
        JoinPart part;
        part.pattern = execution.bind(triple);
        for (auto const& variable : part.pattern.variables) {
          if (variable) part.variables.push_back(*variable);
        }
        std::ranges::sort(part.variables);
        part.variables.erase(std::ranges::unique(part.variables).begin(), part.variables.end());
        part.certain = part.variables;
        out.parts.push_back(std::move(part));
      }
      return;
    default: {
      JoinPart part;
      part.algebra = &algebra;
      part.variables = variables_of(algebra);
      part.certain = certain_variables_of(algebra);
      out.parts.push_back(std::move(part));
    }
  }
}

bool includes(std::vector<Variable> const& all, std::vector<Variable> const& some) {
  return std::ranges::includes(all, some);
}

bool has_pattern(Expression const& expression) {
  return expression.algebra != nullptr || std::ranges::any_of(expression.arguments, has_pattern);
}

/// Conditions that the rows of a part alone decide go to where the part is made.
class Run {
 public:
  Run(Execution& execution, JoinGroup group, Table const* seed) : execution_(execution), group_(std::move(group)) {
    pending_ = group_.conditions;
    for (auto& part : group_.parts) {
      estimate(execution.snapshot(), part);
      if (group_.parts.size() > 1) part.selectivity = find_selectivity(execution, part, pending_);
    }
    if (seed != nullptr) choose_seed(*seed);
  }

  /// With `counted` the last table is not made where its rows can be counted instead.
  Table run(std::uint64_t limit, std::uint64_t* counted = nullptr) {
    std::vector<Variable> all;
    for (auto const& part : group_.parts) all.insert(all.end(), part.variables.begin(), part.variables.end());
    std::ranges::sort(all);
    all.erase(std::ranges::unique(all).begin(), all.end());
    bool const impossible = std::ranges::any_of(
        group_.parts, [](JoinPart const& part) { return part.is_pattern() && part.pattern.impossible; });
    if (impossible) return execution_.nothing(std::move(all));
    JoinPlan const plan = choose_plan();
    Table current = execution_.unit();
    if (plan.uses_seed) {
      current = std::move(*seed_);
      certain_ = seed_part_.certain;
    }
    bool begun = plan.uses_seed;
    for (std::size_t i = 0; i < plan.sequence.size(); ++i) {
      bool const last = i + 1 == plan.sequence.size();
      JoinPart const& part = group_.parts[plan.sequence[i]];
      bool const lookups = begun && can_look_up(current, part);
      Differing const differing = lookups ? take_differing(current, part) : Differing();
      std::uint64_t const wanted = last && pending_.empty() ? limit : Execution::all;
      bool const countable = begun ? lookups : !part.cycle.empty();
      if (counted != nullptr && last && pending_.empty() && countable) {
        count_last(current, part, plan.rows[i], differing, *counted);
        return execution_.nothing(std::move(all));
      }
      current = lookups ? look_up(std::move(current), part, plan.rows[i], wanted, differing)
                        : step(std::move(current), part, begun, plan.rows[i], wanted);
      add_certain(part);
      begun = true;
      if (current.rows() == 0) return execution_.nothing(std::move(all));
      current = apply_conditions(std::move(current), false);
    }
    current = apply_conditions(std::move(current), true);
    if (counted != nullptr) *counted = current.rows();
    return current;
  }

 private:
  /// Looking up needs values: what OPTIONAL left unbound goes with anything.
  static bool can_look_up(Table const& current, JoinPart const& part) {
    return part.is_pattern() && std::ranges::all_of(part.variables, [&](Variable variable) {
             int const place = current.find(variable);
             return place < 0 || current.is_certain(static_cast<std::size_t>(place));
           });
  }

  /// Whether every solution binds the variable to an IRI or a blank node: it stands where no literal may.
  [[nodiscard]] bool is_node(Variable variable) const {
    auto const in_pattern = [&](JoinPart const& part) {
      auto const& at = part.pattern.variables;
      return part.is_pattern() && (at[0] == variable || at[1] == variable || at[3] == variable);
    };
    return std::ranges::any_of(group_.parts, [&](JoinPart const& part) {
      return in_pattern(part) || std::ranges::any_of(part.cycle, in_pattern);
    });
  }

  /// Takes the conditions ?a != ?b out of those pending that the join with this pattern can test by ids: one is in the
  /// table, the other comes with the pattern, and one is a node, which equals nothing but itself (§17.4.1.7).
  Differing take_differing(Table const& current, JoinPart const& part) {
    auto const in_table = [&](Variable variable) {
      int const place = current.find(variable);
      return place >= 0 && current.is_certain(static_cast<std::size_t>(place));
    };
    auto const comes = [&](Variable variable) {
      return current.find(variable) < 0 && std::ranges::binary_search(part.variables, variable);
    };
    Differing out;
    std::erase_if(pending_, [&](Expression const* condition) {
      if (condition->operation != Operation::not_equal) return false;
      Expression const& a = condition->arguments[0];
      Expression const& b = condition->arguments[1];
      if (a.operation != Operation::variable || b.operation != Operation::variable) return false;
      if (!is_node(a.variable) && !is_node(b.variable)) return false;
      bool const forward = in_table(a.variable) && comes(b.variable);
      if (!forward && !(in_table(b.variable) && comes(a.variable))) return false;
      out.emplace_back(forward ? a.variable : b.variable, forward ? b.variable : a.variable);
      return true;
    });
    return out;
  }

  void count_last(Table const& current, JoinPart const& part, double expected, Differing const& differing,
                  std::uint64_t& counted) {
    auto const begin = std::chrono::steady_clock::now();
    bool const cyclic = !part.cycle.empty();
    counted = cyclic ? count_leapfrog_join(execution_, part.cycle, part.order)
                     : execution_.count_scan_join(current, part.pattern, expected, differing);
    execution_.note(cyclic ? "counted leapfrog join" : "counted scan join", text(part, differing), expected, counted,
                    begin);
  }

  /// "<subject> <predicate> ?x"; "<subject> <predicate> ?x, ?x != ?y"; "?x ?y ?z in pattern . pattern . pattern".
  [[nodiscard]] std::string text(JoinPart const& part, Differing const& differing = {}) const {
    std::string out;
    if (part.cycle.empty()) {
      out = execution_.text(*part.pattern.source);
      for (auto const& [a, b] : differing) out += fmt::format(", ?{} != ?{}", execution_.name(a), execution_.name(b));
      return out;
    }
    for (Variable const variable : part.order) out += "?" + execution_.name(variable) + " ";
    for (auto const& pattern : part.cycle) {
      out += &pattern == &part.cycle.front() ? "in " : " . ";
      out += execution_.text(*pattern.pattern.source);
    }
    return out;
  }

  /// Patterns on a cycle become one part where a leapfrog join is expected to cost less than joins of two.
  JoinPlan choose_plan() {
    JoinPart const* const seed = seed_ ? &seed_part_ : nullptr;
    JoinPlan plan = plan_join(group_.parts, seed);
    auto parts = with_cycle(group_.parts, execution_.budget().limit() / 2);
    if (!parts) return plan;
    JoinPlan cyclic = plan_join(*parts, seed);
    if (cyclic.cost >= plan.cost) return plan;
    group_.parts = std::move(*parts);
    return cyclic;
  }

  /// The part of the seed that may restrict this join: the variables that both certainly bind, each value once.
  void choose_seed(Table const& seed) {
    std::vector<Variable> shared;
    for (std::size_t i = 0; i < seed.width(); ++i) {
      bool const here = std::ranges::any_of(group_.parts, [&](JoinPart const& part) {
        return std::ranges::binary_search(part.certain, seed.variables()[i]);
      });
      if (here && seed.is_certain(i)) shared.push_back(seed.variables()[i]);
    }
    if (shared.empty()) return;
    seed_.emplace(distinct_rows(execution_.call(), execution_.parallelism(), seed.project(shared)));
    std::ranges::sort(shared);
    seed_part_.variables = shared;
    seed_part_.certain = shared;
    seed_part_.rows = static_cast<double>(seed_->rows());
  }

  void add_certain(JoinPart const& part) {
    certain_.insert(certain_.end(), part.certain.begin(), part.certain.end());
    std::ranges::sort(certain_);
    certain_.erase(std::ranges::unique(certain_).begin(), certain_.end());
  }

  Table look_up(Table current, JoinPart const& part, double expected, std::uint64_t limit, Differing const& differing) {
    auto const begin = std::chrono::steady_clock::now();
    Table out = execution_.scan_join(std::move(current), part.pattern, limit, expected, differing);
    execution_.note("scan join", text(part, differing), expected, out.rows(), begin);
    return out;
  }

  /// A part that is made as a table, and joined where there is one already.
  Table step(Table current, JoinPart const& part, bool begun, double expected, std::uint64_t limit) {
    auto const begin = std::chrono::steady_clock::now();
    if (part.is_pattern()) {
      Table right = execution_.scan(part.pattern, begun ? Execution::all : limit);
      Table out = begun ? join_tables(execution_, current, right, limit, expected) : std::move(right);
      execution_.note(begun ? "hash join" : "scan", text(part), expected, out.rows(), begin);
      return out;
    }
    Table right = make(part, begun ? &current : seed_ ? &*seed_ : nullptr, begun ? Execution::all : limit);
    if (!begun) return right;
    Table out = join_tables(execution_, current, right, limit, expected);
    execution_.note("hash join", "", expected, out.rows(), begin);
    return out;
  }

  /// The table of a part that is no pattern.
  Table make(JoinPart const& part, Table const* seed, std::uint64_t limit) {
    if (part.cycle.empty()) return execution_.evaluate(*part.algebra, seed, limit);
    auto const begin = std::chrono::steady_clock::now();
    Table out = leapfrog_join(execution_, part.cycle, part.order, limit);
    execution_.note("leapfrog join", text(part), part.rows, out.rows(), begin);
    return out;
  }

  Table apply_conditions(Table current, bool at_end) {
    std::vector<Expression const*> ready;
    std::erase_if(pending_, [&](Expression const* condition) {
      bool const now = at_end || (!has_pattern(*condition) && includes(certain_, variables_of(*condition)));
      if (now) ready.push_back(condition);
      return now;
    });
    if (ready.empty()) return current;
    auto const begin = std::chrono::steady_clock::now();
    std::string detail;
    for (auto const* condition : ready) {
      if (!detail.empty()) detail += " && ";
      detail += expression_text(*condition, [&](Variable variable) { return execution_.name(variable); });
    }
    Table out = execution_.filter(std::move(current), ready);
    execution_.note("filter", std::move(detail), -1, out.rows(), begin);
    return out;
  }

  Execution& execution_;
  JoinGroup group_;
  std::vector<Expression const*> pending_;
  std::vector<Variable> certain_;
  std::optional<Table> seed_;
  JoinPart seed_part_;
};

/// Where a condition may be tested earlier: below OPTIONAL, MINUS and BIND, on what the left side certainly binds.
Algebra const* left_side(Algebra const& algebra) {
  bool const passes = algebra.kind == Kind::left_join || algebra.kind == Kind::minus || algebra.kind == Kind::extend;
  return passes ? &algebra.parts[0] : nullptr;
}

/// Filter(F, LeftJoin(A, B)) is LeftJoin(Filter(F, A), B) for conditions that read only what A certainly binds.
std::optional<Algebra> pushed_down(Algebra const& inner, std::vector<Expression const*>& conditions) {
  Algebra const* const left = left_side(inner);
  if (left == nullptr) return std::nullopt;
  auto const certain = certain_variables_of(*left);
  std::vector<Expression const*> lower;
  std::erase_if(conditions, [&](Expression const* condition) {
    bool const moves = !has_pattern(*condition) && includes(certain, variables_of(*condition));
    if (moves) lower.push_back(condition);
    return moves;
  });
  if (lower.empty()) return std::nullopt;
  Algebra filtered;
  filtered.kind = Kind::filter;
  filtered.expression.operation = Operation::logical_and;
  for (auto const* condition : lower) filtered.expression.arguments.push_back(*condition);
  filtered.parts.push_back(*left);
  Algebra out = inner;
  out.parts[0] = std::move(filtered);
  return out;
}

/// The join below some filters, flat. What is `made` here on the way lives as long as the group is used.
JoinGroup group_of(Execution& execution, Algebra const& algebra, std::optional<Algebra>& made) {
  JoinGroup group;
  Algebra const* inner = &algebra;
  while (inner->kind == Kind::filter) {
    add_conditions(inner->expression, group.conditions);
    inner = &inner->parts[0];
  }
  if (!group.conditions.empty()) made = pushed_down(*inner, group.conditions);
  flatten(execution, made ? *made : *inner, group);
  return group;
}

}  // namespace

Table Execution::join_group(Algebra const& algebra, Table const* seed, std::uint64_t limit) {
  std::optional<Algebra> made;
  JoinGroup group = group_of(*this, algebra, made);
  if (group.parts.empty()) return filter(unit(), group.conditions);
  return Run(*this, std::move(group), seed).run(limit);
}

std::uint64_t Execution::count_rows(Algebra const& algebra) {
  if (algebra.kind != Kind::bgp && algebra.kind != Kind::join && algebra.kind != Kind::filter)
    return evaluate(algebra).rows();
  std::optional<Algebra> made;
  JoinGroup group = group_of(*this, algebra, made);
  if (group.parts.empty()) return filter(unit(), group.conditions).rows();
  std::uint64_t counted = 0;
  static_cast<void>(Run(*this, std::move(group), nullptr).run(all, &counted));
  return counted;
}

}  // namespace lepton::sparql
