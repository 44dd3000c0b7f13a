#include "reason/join.h"

#include "reason/aggregation.h"

namespace lepton::reason {

namespace {
constexpr std::uint32_t steps_between_checks = 1 << 16;
}

Join::Join(Call const& call, FactBase const& facts, Terms& terms, CompiledRule const& rule, Plan const& plan,
           Options options)
    : call_(call),
      facts_(facts),
      terms_(terms),
      rule_(rule),
      plan_(plan),
      options_(options),
      slots_(rule.variables.size(), no_term),
      matched_(rule.body.atoms.size()) {}

bool Join::bind(Pattern const& pattern, Fact const& fact) {
  std::array<TermKey, 4> const terms{fact.graph, fact.subject, fact.predicate, fact.object};
  for (std::size_t i = 0; i < terms.size(); ++i) {
    auto const& part = pattern.parts[i];
    if (!part.is_slot) {
      if (part.value != terms[i]) return false;
    } else if (terms[i] == no_term || (slots_[part.value] != no_term && slots_[part.value] != terms[i])) {
      return false;  // a graph's variable stands for named graphs only
    } else {
      slots_[part.value] = terms[i];
    }
  }
  return true;
}

void Join::bind(std::span<std::uint32_t const> slots, std::span<TermKey const> terms) {
  for (std::size_t i = 0; i < slots.size(); ++i) slots_[slots[i]] = terms[i];
}

Fact Join::instance(Pattern const& pattern) const {
  auto const term = [&](std::size_t i) {
    auto const& part = pattern.parts[i];
    return part.is_slot ? slots_[part.value] : part.value;
  };
  return {term(0), term(1), term(2), term(3)};
}

bool Join::run(Found const& found) {
  found_ = &found;
  return run_step(plan_, 0, rule_.body);
}

bool Join::run_rows(TableIndex table, Row begin, Row end, Found const& found) {
  found_ = &found;
  for (Row row = begin; row < end; ++row) {
    if (facts_.table(table).holds(row) && !visit(plan_, 0, rule_.body, table, row)) return false;
  }
  return true;
}

bool Join::run_rows(TableIndex table, std::span<Row const> rows, Found const& found) {
  found_ = &found;
  for (Row const row : rows) {
    if (!visit(plan_, 0, rule_.body, table, row)) return false;
  }
  return true;
}

bool Join::run_step(Plan const& plan, std::size_t step, CompiledBody const& body) {
  if (++steps_ == steps_between_checks) {
    steps_ = 0;
    call_.proceed();
  }
  if (step == plan.size()) return (*found_)(*this);
  auto const& one = plan[step];
  switch (one.kind) {
    case Step::Kind::match:
      return step_match(plan, step, body);
    case Step::Kind::filter:
      if (!options_.ignore_filters && !passes(body.filters[one.index], slots_, terms_)) return true;
      return run_step(plan, step + 1, body);
    case Step::Kind::bind:
      return step_bind(plan, step, body);
    case Step::Kind::absent:
      if (!is_absent(one, body)) return true;
      return run_step(plan, step + 1, body);
    case Step::Kind::aggregate:
      return step_aggregate(plan, step, body);
  }
  return true;
}

TermKey Join::known(Step const& step, Pattern const& pattern, std::size_t part) const {
  switch (step.uses[part]) {
    case Step::Use::constant:
      return pattern.parts[part].value;
    case Step::Use::bound:
      return slots_[pattern.parts[part].value];
    default:
      return no_term;
  }
}

bool Join::step_match(Plan const& plan, std::size_t step, CompiledBody const& body) {
  auto const& one = plan[step];
  auto const& pattern = body.atoms[one.index];
  bool const any_graph = one.uses[0] == Step::Use::fresh || one.uses[0] == Step::Use::repeated;
  TermKey const graph = known(one, pattern, 0);
  TermKey const subject = known(one, pattern, 1);
  TermKey const predicate = known(one, pattern, 2);
  TermKey const object = known(one, pattern, 3);
  if (!any_graph && predicate != no_term && (predicate != facts_.type() || object != no_term)) {
    TableIndex const table = facts_.find_table(graph, predicate, object);
    return table == no_table || scan(plan, step, body, table, subject, object);
  }
  auto const fits = [&](Table const& table) {
    if (any_graph ? table.graph() == no_term : table.graph() != graph) return false;
    if (predicate != no_term && table.predicate() != predicate) return false;
    return object == no_term || !table.is_unary() || table.type_class() == object;
  };
  if (predicate == facts_.type()) {
    for (TableIndex const table : facts_.tables_of_classes()) {
      if (fits(facts_.table(table)) && !scan(plan, step, body, table, subject, object)) return false;
    }
    return true;
  }
  for (TableIndex table = 0; table < facts_.tables(); ++table) {
    if (fits(facts_.table(table)) && !scan(plan, step, body, table, subject, object)) return false;
  }
  return true;
}

View Join::view_of(std::size_t atom) const {
  if (depth_ > 0 || options_.view != View::now) return options_.view;
  return static_cast<int>(atom) < options_.delta_atom ? View::before : View::now;
}

bool Join::scan(Plan const& plan, std::size_t step, CompiledBody const& body, TableIndex index, TermKey subject,
                TermKey object) {
  Table const& table = facts_.table(index);
  View const view = view_of(plan[step].index);
  auto const visit_visible = [&](Row row) {
    return !table.is_visible(row, view) || visit(plan, step, body, index, row);
  };
  if (subject != no_term && (table.is_unary() || object != no_term)) {
    Row const row = table.find(subject, object == no_term ? table.type_class() : object);
    return row == no_row || visit_visible(row);
  }
  if (subject != no_term) {
    for (Row row = table.first_by_subject(subject); row != no_row; row = table.next_by_subject(row)) {
      if (!visit_visible(row)) return false;
    }
    return true;
  }
  if (object != no_term && !table.is_unary()) {
    for (Row row = table.first_by_object(object); row != no_row; row = table.next_by_object(row)) {
      if (!visit_visible(row)) return false;
    }
    return true;
  }
  for (Row row = 0; row < table.size(); ++row) {
    if (!visit_visible(row)) return false;
  }
  return true;
}

bool Join::accept(Step const& step, Pattern const& pattern, Table const& table, Row row) {
  Fact const fact = table.fact(row);
  std::array<TermKey, 4> const terms{fact.graph, fact.subject, fact.predicate, fact.object};
  for (std::size_t i = 0; i < terms.size(); ++i) {
    auto const& part = pattern.parts[i];
    switch (step.uses[i]) {
      case Step::Use::constant:
        if (part.value != terms[i]) return false;
        break;
      case Step::Use::bound:
      case Step::Use::repeated:
        if (slots_[part.value] != terms[i]) return false;
        break;
      case Step::Use::fresh:
        if (terms[i] == no_term) return false;
        slots_[part.value] = terms[i];
        break;
    }
  }
  return true;
}

bool Join::visit(Plan const& plan, std::size_t step, CompiledBody const& body, TableIndex index, Row row) {
  auto const& one = plan[step];
  if (!accept(one, body.atoms[one.index], facts_.table(index), row)) return true;
  if (depth_ == 0) matched_[one.index] = {index, row};
  return run_step(plan, step + 1, body);
}

bool Join::step_bind(Plan const& plan, std::size_t step, CompiledBody const& body) {
  auto const& one = plan[step];
  auto const& bind = body.binds[one.index];
  auto const term = term_of(evaluate(bind.value, slots_, terms_));
  if (!term) return true;
  TermKey const key = terms_.key(term->view());
  if (one.result_bound && slots_[bind.slot] != key) return true;
  slots_[bind.slot] = key;
  return run_step(plan, step + 1, body);
}

bool Join::is_absent(Step const& step, CompiledBody const& body) {
  if (depth_ == 0 && static_cast<int>(step.index) == options_.skip_absent) return true;
  Found const* const outer = found_;
  bool present = false;
  Found const found = [&](Join const&) {
    present = true;
    return false;
  };
  found_ = &found;
  ++depth_;
  run_step(step.inner, 0, body.absent[step.index]);
  --depth_;
  found_ = outer;
  return !present;
}

bool Join::step_aggregate(Plan const& plan, std::size_t step, CompiledBody const& body) {
  auto const& one = plan[step];
  auto const& aggregate = body.aggregates[one.index];
  Aggregation groups(aggregate, terms_);
  std::vector<TermKey> const before = slots_;
  Found const* const outer = found_;
  Found const found = [&](Join const& join) {
    groups.add(join.slots());
    return true;
  };
  found_ = &found;
  ++depth_;
  run_step(one.inner, 0, aggregate.body);
  --depth_;
  found_ = outer;
  for (auto const& group : groups.finish()) {
    slots_ = before;
    bool fits = true;
    auto const set = [&](std::uint32_t slot, TermKey key) {
      bool const fresh = std::find(one.fresh.begin(), one.fresh.end(), slot) != one.fresh.end();
      if (fresh) {
        slots_[slot] = key;
      } else {
        fits = fits && slots_[slot] == key;
      }
    };
    for (std::size_t i = 0; i < aggregate.group.size(); ++i) set(aggregate.group[i], group.key[i]);
    for (std::size_t i = 0; i < aggregate.results.size(); ++i) set(aggregate.results[i].slot, group.results[i]);
    if (fits && !run_step(plan, step + 1, body)) return false;
  }
  return true;
}

}  // namespace lepton::reason
