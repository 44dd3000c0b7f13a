#include "reason/changed_matches.h"

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

void ChangedMatches::for_each_lost(CompiledRule const& rule, Join::Found const& found) const {
  lost_with_rows(rule, found);
  lost_by_absence(rule, found);
  in_changed_groups(rule, View::old, found);
}

void ChangedMatches::for_each_unblocked(CompiledRule const& rule, Join::Found const& found) const {
  found_by_absence(rule, found);
  in_changed_groups(rule, View::now, found);
}

void ChangedMatches::lost_with_rows(CompiledRule const& rule, Join::Found const& found) const {
  for (std::size_t atom = 0; atom < rule.body.atoms.size(); ++atom) {
    for_each_table(facts_, program_, program_.signature(rule.body.atoms[atom]), [&](TableIndex table) {
      auto const rows = ended_rows(facts_.table(table));
      if (rows.empty()) return;
      Join join(call_, facts_, terms_, rule, rule.by_atom[atom], {View::old});
      (void)join.run_rows(table, rows, found);
    });
  }
}

void ChangedMatches::found_with_rows(CompiledRule const& rule, Join::Found const& found) const {
  for (std::size_t atom = 0; atom < rule.body.atoms.size(); ++atom) {
    for_each_table(facts_, program_, program_.signature(rule.body.atoms[atom]), [&](TableIndex table) {
      auto const& changed = facts_.table(table);
      if (changed.update_begin() == changed.size()) return;
      Join join(call_, facts_, terms_, rule, rule.by_atom[atom], {});
      (void)join.run_rows(table, changed.update_begin(), changed.size(), found);
    });
  }
}

void ChangedMatches::lost_by_absence(CompiledRule const& rule, Join::Found const& found) const {
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
          if (join.bind(pattern, changed.fact(row))) (void)join.run(found);
        }
      });
    }
  }
}

void ChangedMatches::found_by_absence(CompiledRule const& rule, Join::Found const& found) const {
  for (std::size_t absent = 0; absent < rule.absent_atoms.size(); ++absent) {
    for (std::size_t atom = 0; atom < rule.absent_atoms[absent].size(); ++atom) {
      auto const& pattern = rule.absent_atoms[absent][atom];
      for_each_table(facts_, program_, program_.signature(pattern), [&](TableIndex table) {
        for (Row const row : ended_rows(facts_.table(table))) {
          Join join(call_, facts_, terms_, rule, rule.by_absent[absent][atom], {});
          if (join.bind(pattern, facts_.table(table).fact(row))) (void)join.run(found);
        }
      });
    }
  }
}

void ChangedMatches::in_changed_groups(CompiledRule const& rule, View view, Join::Found const& found) const {
  for (auto const& groups : rule.groups) {
    for (auto const& key : changed_keys(groups)) {
      Join join(call_, facts_, terms_, rule, groups.rule, {view});
      join.bind(groups.key, key);
      (void)join.run(found);
    }
  }
}

std::set<ChangedMatches::Key> ChangedMatches::changed_keys(CompiledGroups const& groups) const {
  std::set<Key> keys;
  if (!has_changed(facts_, program_, groups.matches.body)) return keys;
  if (groups.key.empty()) return {Key{}};
  Join::Found const remember = [&](Join const& match) {
    Key key;
    for (auto const slot : groups.key) key.push_back(match.slots()[slot]);
    keys.insert(std::move(key));
    return true;
  };
  for_each_lost(groups.matches, remember);
  found_with_rows(groups.matches, remember);
  for_each_unblocked(groups.matches, remember);
  return keys;
}

}  // namespace lepton::reason
