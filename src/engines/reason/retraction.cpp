#include "reason/retraction.h"

#include <algorithm>

namespace lepton::reason {

void for_each_table(FactBase const& facts, Program const& program, Signature const& signature,
                    std::function<void(TableIndex)> const& visit) {
  if (signature.is_exact(program.type())) {
    auto const table = facts.find_table(signature.graph, signature.predicate, signature.type_class);
    if (table != no_table) visit(table);
    return;
  }
  for (TableIndex table = 0; table < facts.tables(); ++table) {
    if (program.may_match(signature, facts.table(table))) visit(table);
  }
}

std::vector<Row> ended_rows(Table const& table) {
  std::vector<Row> rows;
  std::copy_if(table.ended().begin(), table.ended().end(), std::back_inserter(rows),
               [&](Row row) { return !table.holds(row); });
  return rows;
}

bool has_changed(FactBase const& facts, Program const& program, CompiledBody const& body) {
  bool changed = false;
  for (auto const& atom : body.atoms) {
    for_each_table(facts, program, program.signature(atom), [&](TableIndex index) {
      auto const& table = facts.table(index);
      changed = changed || table.size() > table.update_begin() || !table.ended().empty();
    });
  }
  auto const inner_changed = [&](CompiledBody const& inner) { return has_changed(facts, program, inner); };
  return changed || std::any_of(body.absent.begin(), body.absent.end(), inner_changed) ||
         std::any_of(body.aggregates.begin(), body.aggregates.end(),
                     [&](auto const& aggregate) { return inner_changed(aggregate.body); });
}

Retraction::Retraction(Call const& call, FactBase& facts, Terms& terms, Program const& program, int component)
    : call_(call),
      facts_(facts),
      terms_(terms),
      program_(program),
      prover_(call, facts, terms, program, component, Prover::Search::depth_first) {}

void Retraction::doubt(FactRef fact) {
  if (fact.row == no_row) return;
  auto const& table = facts_.table(fact.table);
  if (!table.holds(fact.row) || table.is_stated(fact.row)) return;
  if (known_.emplace(fact, true).second) doubted_.push_back(fact);
}

Join::Found Retraction::doubt_heads() {
  return [this](Join const& match) {
    doubt(facts_.find(match.head()));
    return true;
  };
}

void Retraction::doubt_conclusions(std::vector<std::size_t> const& rules) {
  for (auto const rule : rules) {
    doubt_by_atoms(rule);
    doubt_by_absence(rule);
    doubt_by_groups(rule);
  }
}

void Retraction::doubt_by_atoms(std::size_t index) {
  auto const& rule = program_.rules()[index];
  for (std::size_t atom = 0; atom < rule.body.atoms.size(); ++atom) {
    for_each_table(facts_, program_, program_.signature(rule.body.atoms[atom]), [&](TableIndex table) {
      auto const rows = ended_rows(facts_.table(table));
      if (rows.empty()) return;
      Join join(call_, facts_, terms_, rule, rule.by_atom[atom], {View::old});
      (void)join.run_rows(table, rows, doubt_heads());
    });
  }
}

void Retraction::doubt_by_absence(std::size_t index) {
  auto const& rule = program_.rules()[index];
  for (std::size_t absent = 0; absent < rule.absent_atoms.size(); ++absent) {
    for (std::size_t atom = 0; atom < rule.absent_atoms[absent].size(); ++atom) {
      auto const& pattern = rule.absent_atoms[absent][atom];
      for_each_table(facts_, program_, program_.signature(pattern), [&](TableIndex table) {
        auto const& changed = facts_.table(table);
        for (Row row = changed.update_begin(); row < changed.size(); ++row) {
          if (!changed.holds(row)) continue;
          Join::Options options{View::old};
          options.skip_absent = static_cast<int>(absent);
          Join join(call_, facts_, terms_, rule, rule.by_absent[absent][atom], options);
          if (join.bind(pattern, changed.fact(row))) (void)join.run(doubt_heads());
        }
      });
    }
  }
}

void Retraction::doubt_by_groups(std::size_t index) {
  auto const& rule = program_.rules()[index];
  bool const changed = std::any_of(rule.body.aggregates.begin(), rule.body.aggregates.end(),
                                   [&](auto const& one) { return has_changed(facts_, program_, one.body); });
  if (!changed) return;
  Join join(call_, facts_, terms_, rule, rule.full, {View::old});
  (void)join.run(doubt_heads());
}

void Retraction::run(std::vector<std::size_t> const& rules) {
  while (next_ < doubted_.size()) {
    FactRef const fact = doubted_[next_++];
    if (!facts_.table(fact.table).holds(fact.row) || prover_.prove(fact)) continue;
    auto const disproved = prover_.disproved();
    for (FactRef const one : disproved) facts_.table(one.table).end(one.row);
    for (FactRef const one : disproved) doubt_after(one, rules);
  }
}

/// What used a fact that has just ended, in the state before the update.
void Retraction::doubt_after(FactRef ended, std::vector<std::size_t> const& rules) {
  auto const& table = facts_.table(ended.table);
  if (ended.row >= table.update_begin()) return;  // nothing was derived from it before
  for (auto const index : rules) {
    auto const& rule = program_.rules()[index];
    for (std::size_t atom = 0; atom < rule.body.atoms.size(); ++atom) {
      if (!program_.may_match(program_.signature(rule.body.atoms[atom]), table)) continue;
      Join join(call_, facts_, terms_, rule, rule.by_atom[atom], {View::old});
      (void)join.run_rows(ended.table, std::span(&ended.row, 1), doubt_heads());
    }
  }
}

}  // namespace lepton::reason
