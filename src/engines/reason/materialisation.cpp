#include "reason/materialisation.h"

#include <algorithm>
#include <unordered_map>

#include "base/check.h"
#include "reason/retraction.h"

namespace lepton::reason {

/// Remembers which of the facts that an update names were inferred before it.
class Materialisation::Before {
 public:
  explicit Before(FactBase const& facts) : facts_(facts) {}

  void note(Fact const& fact) {
    auto const ref = facts_.find(fact);
    bool const inferred = ref.row != no_row && !facts_.table(ref.table).is_stated(ref.row);
    inferred_.emplace(fact, inferred);
  }

  [[nodiscard]] InferredChange changes() const {
    InferredChange change;
    for (TableIndex index = 0; index < facts_.tables(); ++index) {
      auto const& table = facts_.table(index);
      for (Row const row : ended_rows(table)) {
        if (!inferred_.contains(table.fact(row))) change.removed.push_back(table.fact(row));
      }
      for (Row row = table.update_begin(); row < table.size(); ++row) {
        bool const inferred = table.holds(row) && !table.is_stated(row);
        if (inferred && !inferred_.contains(table.fact(row))) change.added.push_back(table.fact(row));
      }
    }
    for (auto const& [fact, was] : inferred_) {
      auto const ref = facts_.find(fact);
      bool const is = ref.row != no_row && !facts_.table(ref.table).is_stated(ref.row);
      if (is != was) (is ? change.added : change.removed).push_back(fact);
    }
    return change;
  }

 private:
  FactBase const& facts_;
  std::unordered_map<Fact, bool, FactHash> inferred_;
};

Materialisation::Materialisation(Rules rules, Terms& terms, DerivationLimits const& limits)
    : terms_(terms), program_(std::move(rules), terms), limits_(limits), facts_(program_.type()) {}

Materialisation::~Materialisation() = default;

bool Materialisation::is_stated(Fact const& fact) const {
  auto const ref = facts_.find(fact);
  return ref.row != no_row && facts_.table(ref.table).is_stated(ref.row);
}

InferredChange Materialisation::update(Call const& call, std::span<Fact const> insert, std::span<Fact const> remove) {
  check(!failed_, "a materialisation whose update failed is not used again");
  failed_ = true;
  Before before(facts_);
  for (auto const& fact : remove) before.note(fact);
  for (auto const& fact : insert) {
    if (facts_.holds(fact)) before.note(fact);  // a new row says for itself that it is stated
  }
  auto const doubted = take_back(remove);
  state(insert);
  end_unsupported(doubted.back());
  for (std::size_t i = 0; i < program_.components().size(); ++i) {
    update_component(call, static_cast<int>(i), doubted[i]);
  }
  evaluated_ = true;
  auto change = before.changes();
  for (TableIndex table = 0; table < facts_.tables(); ++table) facts_.table(table).finish_update();
  failed_ = false;
  return change;
}

/// The statements' rows, by the component that may still derive them; those that none does come last.
std::vector<std::vector<FactRef>> Materialisation::take_back(std::span<Fact const> remove) {
  std::vector<std::vector<FactRef>> doubted(program_.components().size() + 1);
  for (auto const& fact : remove) {
    auto const ref = facts_.find(fact);
    if (ref.row == no_row || !facts_.table(ref.table).is_stated(ref.row)) continue;
    facts_.table(ref.table).set_stated(ref.row, Table::Support::itself, false);
    int const component = program_.component_of(facts_.table(ref.table));
    doubted[component < 0 ? doubted.size() - 1 : static_cast<std::size_t>(component)].push_back(ref);
  }
  return doubted;
}

void Materialisation::state(std::span<Fact const> insert) {
  for (auto const& fact : insert) {
    TableIndex const index = facts_.table_for(fact.graph, fact.predicate, fact.object);
    auto const [row, changed] = facts_.table(index).insert(fact.subject, fact.object);
    facts_.table(index).set_stated(row, Table::Support::itself, true);
  }
}

void Materialisation::end_unsupported(std::vector<FactRef> const& doubted) {
  for (FactRef const ref : doubted) {
    auto& table = facts_.table(ref.table);
    if (table.holds(ref.row) && !table.is_stated(ref.row)) table.end(ref.row);
  }
}

bool Materialisation::is_touched(Component const& component) const {
  return std::any_of(component.rules.begin(), component.rules.end(),
                     [&](std::size_t rule) { return has_changed(facts_, program_, program_.rules()[rule].body); });
}

void Materialisation::update_component(Call const& call, int number, std::vector<FactRef> const& doubted) {
  auto const& component = program_.components()[static_cast<std::size_t>(number)];
  if (evaluated_ && doubted.empty() && !is_touched(component)) return;
  if (evaluated_) {
    Retraction retraction(call, facts_, terms_, program_, number);
    for (FactRef const ref : doubted) retraction.doubt(ref);
    retraction.doubt_conclusions(component.rules);
    retraction.run(component.rules);
  }
  std::vector<std::size_t> with_full;
  std::vector<Fact> heads;
  for (auto const index : component.rules) {
    auto const& rule = program_.rules()[index];
    bool const groups_changed = std::any_of(rule.body.aggregates.begin(), rule.body.aggregates.end(),
                                            [&](auto const& one) { return has_changed(facts_, program_, one.body); });
    if (groups_changed || (!evaluated_ && rule.body.atoms.empty())) with_full.push_back(index);
    auto const unblocked = now_unblocked(call, index);
    heads.insert(heads.end(), unblocked.begin(), unblocked.end());
  }
  Derivation(call, facts_, terms_, program_, limits_).run(component.rules, with_full, heads);
}

/// Heads that follow now that something else does not hold any more.
std::vector<Fact> Materialisation::now_unblocked(Call const& call, std::size_t index) const {
  auto const& rule = program_.rules()[index];
  std::vector<Fact> heads;
  for (std::size_t absent = 0; absent < rule.absent_atoms.size(); ++absent) {
    for (std::size_t atom = 0; atom < rule.absent_atoms[absent].size(); ++atom) {
      auto const& pattern = rule.absent_atoms[absent][atom];
      for_each_table(facts_, program_, program_.signature(pattern), [&](TableIndex table) {
        for (Row const row : ended_rows(facts_.table(table))) {
          Join join(call, facts_, terms_, rule, rule.by_absent[absent][atom], {});
          if (!join.bind(pattern, facts_.table(table).fact(row))) continue;
          (void)join.run([&](Join const& match) {
            heads.push_back(match.head());
            return true;
          });
        }
      });
    }
  }
  return heads;
}

}  // namespace lepton::reason
