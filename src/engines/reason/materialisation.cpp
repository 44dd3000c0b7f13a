#include "reason/materialisation.h"

#include <algorithm>
#include <array>
#include <unordered_map>

#include "base/check.h"
#include "reason/changed_matches.h"
#include "reason/lookahead.h"
#include "reason/retraction.h"
#include "reason/vocabulary.h"

namespace lepton::reason {

namespace {

std::vector<Fact> sorted(std::vector<Fact> facts) {
  std::sort(facts.begin(), facts.end());
  return facts;
}

}  // namespace

void InferredChange::append(InferredChange const& next) {
  std::unordered_set<Fact, FactHash> come(added.begin(), added.end());
  std::unordered_set<Fact, FactHash> gone(removed.begin(), removed.end());
  for (auto const& fact : next.removed) {
    if (come.erase(fact) == 0) gone.insert(fact);
  }
  for (auto const& fact : next.added) {
    if (gone.erase(fact) == 0) come.insert(fact);
  }
  added.assign(come.begin(), come.end());
  removed.assign(gone.begin(), gone.end());
}

/// Remembers which of the facts that an update names were inferred before it.
class Materialisation::Before {
 public:
  explicit Before(Materialisation const& of) : of_(of) {}

  void note(Fact const& fact) { inferred_.emplace(fact, is_inferred(fact)); }

  [[nodiscard]] InferredChange changes() const {
    InferredChange change;
    auto const& facts = *of_.facts_;
    for (TableIndex index = 0; index < facts.tables(); ++index) {
      auto const& table = facts.table(index);
      auto const add_to = [&](std::vector<Fact>& list, Row row) {
        of_.equality_.expand(table.fact(row), [&](Fact const& fact) {
          if (!inferred_.contains(fact)) list.push_back(fact);
        });
      };
      for (Row const row : ended_rows(table)) add_to(change.removed, row);
      for (Row row = table.update_begin(); row < table.size(); ++row) {
        if (table.holds(row) && !table.is_stated(row)) add_to(change.added, row);
      }
    }
    for (auto const& [fact, was] : inferred_) {
      bool const is = is_inferred(fact);
      if (is != was) (is ? change.added : change.removed).push_back(fact);
    }
    return change;
  }

 private:
  [[nodiscard]] bool is_inferred(Fact const& fact) const { return of_.holds(fact) && !of_.is_stated(fact); }

  Materialisation const& of_;
  std::unordered_map<Fact, bool, FactHash> inferred_;
};

Materialisation::Materialisation(Rules rules, Terms& terms, MaterialisationOptions const& options)
    : terms_(terms),
      options_(options),
      same_as_(terms.key(rdf::iri_view(owl_same_as))),
      program_(std::make_unique<Program>(std::move(rules), terms)),
      facts_(std::make_unique<FactBase>(program_->type())) {}

Materialisation::~Materialisation() = default;

bool Materialisation::is_stated(Fact const& fact) const {
  Fact const normal = equality_.normal(fact);
  auto const ref = facts_->find(normal);
  if (ref.row == no_row) return false;
  if (normal == fact) return facts_->table(ref.table).is_stated_itself(ref.row);
  auto const found = aliases_.find(normal);
  return found != aliases_.end() && found->second.contains(fact);
}

std::vector<Fact> Materialisation::aliases(Fact const& normal) const {
  auto const found = aliases_.find(normal);
  return found == aliases_.end() ? std::vector<Fact>() : std::vector<Fact>(found->second.begin(), found->second.end());
}

void Materialisation::for_each_inferred(std::function<void(Fact const&)> const& visit) const {
  for (TableIndex index = 0; index < facts_->tables(); ++index) {
    auto const& table = facts_->table(index);
    for (Row row = 0; row < table.size(); ++row) {
      if (!table.holds(row)) continue;
      if (!equality_.has_merges()) {
        if (!table.is_stated(row)) visit(table.fact(row));
        continue;
      }
      equality_.expand(table.fact(row), [&](Fact const& fact) {
        if (!is_stated(fact)) visit(fact);
      });
    }
  }
}

std::vector<Fact> Materialisation::inferred() const {
  std::vector<Fact> all;
  for_each_inferred([&](Fact const& fact) { all.push_back(fact); });
  return sorted(std::move(all));
}

InferredChange Materialisation::update(Call const& call, std::span<Fact const> insert, std::span<Fact const> remove) {
  check(!failed_, "a materialisation whose update failed is not used again");
  failed_ = true;
  InferredChange change;
  if (equality_.has_merges() && (equality_rests_on(remove) || equality_rests_on(insert))) {
    change = rebuild(call, insert, remove, Equality());
  } else {
    change = change_in_place(call, insert, remove);
    if (auto merged = newly_equal()) change.append(rebuild(call, {}, {}, std::move(*merged)));
  }
  failed_ = false;
  return change;
}

InferredChange Materialisation::extend(Call const& call, Rules const& rules) {
  check(!failed_, "a materialisation whose update failed is not used again");
  failed_ = true;
  Rules all = program_->source();
  all.insert(all.end(), rules.begin(), rules.end());
  program_ = std::make_unique<Program>(std::move(all), terms_, &equality_);
  auto change = change_in_place(call, {}, {});
  if (auto merged = newly_equal()) change.append(rebuild(call, {}, {}, std::move(*merged)));
  failed_ = false;
  return change;
}

InferredChange Materialisation::change_in_place(Call const& call, std::span<Fact const> insert,
                                                std::span<Fact const> remove) {
  Before before(*this);
  for (auto const& fact : remove) before.note(fact);
  for (auto const& fact : insert) {
    if (equality_.has_merges() || holds(fact)) before.note(fact);  // a new row says for itself that it is stated
  }
  std::vector<std::vector<FactRef>> doubted(program_->components().size() + 1);
  take_back(remove, doubted);
  state(insert);
  end_unsupported(doubted.back());
  update_components(call, doubted);
  auto change = before.changes();
  for (TableIndex table = 0; table < facts_->tables(); ++table) facts_->table(table).finish_update();
  return change;
}

/// From the stated facts again: equal terms have become one, or are not equal any more.
InferredChange Materialisation::rebuild(Call const& call, std::span<Fact const> insert, std::span<Fact const> remove,
                                        Equality equality) {
  auto const before = inferred();
  auto stated = statements();
  for (auto const& fact : remove) stated.erase(fact);
  stated.insert(insert.begin(), insert.end());
  equality_ = std::move(equality);
  start_again(call, stated);
  for (auto merged = newly_equal(); merged; merged = newly_equal()) {
    equality_ = std::move(*merged);
    start_again(call, stated);
  }
  auto const after = inferred();
  InferredChange change;
  std::set_difference(after.begin(), after.end(), before.begin(), before.end(), std::back_inserter(change.added));
  std::set_difference(before.begin(), before.end(), after.begin(), after.end(), std::back_inserter(change.removed));
  return change;
}

void Materialisation::start_again(Call const& call, std::unordered_set<Fact, FactHash> const& stated) {
  program_ = std::make_unique<Program>(program_->source(), terms_, &equality_);
  facts_ = std::make_unique<FactBase>(program_->type());
  aliases_.clear();
  conflicts_.clear();
  evaluated_rules_ = 0;
  initial_ = true;
  std::vector<Fact> const facts(stated.begin(), stated.end());
  state(sorted(facts));
  for (auto const& [representative, members] : equality_.classes()) {
    auto& table = facts_->table(facts_->table_for(no_term, same_as_, representative));
    table.set_stated(table.insert(representative, representative).row, Table::Support::alias, true);
  }
  update_components(call, std::vector<std::vector<FactRef>>(program_->components().size() + 1));
  for (TableIndex table = 0; table < facts_->tables(); ++table) facts_->table(table).finish_update();
}

/// The classes with what facts owl:sameAs add to them, when they add anything.
std::optional<Equality> Materialisation::newly_equal() {
  if (!options_.merge_equal) return std::nullopt;
  auto const index = facts_->find_table(no_term, same_as_, no_term);
  if (index == no_table) return std::nullopt;
  auto const& table = facts_->table(index);
  std::optional<Equality> result;
  bool merged = false;
  conflicts_.clear();
  for (Row row = 0; row < table.size(); ++row) {
    if (!table.holds(row) || table.subject(row) == table.object(row)) continue;
    if (!result) result = equality_;
    auto const outcome = result->merge(table.subject(row), table.object(row), terms_);
    merged = merged || outcome == Equality::Merged::merged;
    if (outcome == Equality::Merged::conflict) conflicts_.push_back(table.fact(row));
  }
  return merged ? result : std::nullopt;
}

/// Whether equalities may have been derived from such facts.
bool Materialisation::equality_rests_on(std::span<Fact const> facts) const {
  return std::any_of(facts.begin(), facts.end(), [&](Fact const& fact) {
    Fact const normal = equality_.normal(fact);
    return program_->leads_to_equality(normal.graph, normal.predicate, normal.object);
  });
}

std::unordered_set<Fact, FactHash> Materialisation::statements() const {
  std::unordered_set<Fact, FactHash> stated;
  for (TableIndex index = 0; index < facts_->tables(); ++index) {
    auto const& table = facts_->table(index);
    for (Row row = 0; row < table.size(); ++row) {
      if (table.holds(row) && table.is_stated_itself(row)) stated.insert(table.fact(row));
    }
  }
  for (auto const& [normal, aliases] : aliases_) stated.insert(aliases.begin(), aliases.end());
  return stated;
}

/// The statements' rows, by the component that may still derive them; those that none does come last.
void Materialisation::take_back(std::span<Fact const> remove, std::vector<std::vector<FactRef>>& doubted) {
  for (auto const& fact : remove) {
    if (!is_stated(fact)) continue;
    Fact const normal = equality_.normal(fact);
    auto const ref = facts_->find(normal);
    auto& table = facts_->table(ref.table);
    if (normal == fact) {
      table.set_stated(ref.row, Table::Support::itself, false);
    } else if (auto& aliases = aliases_[normal]; aliases.erase(fact) == 1 && aliases.empty()) {
      table.set_stated(ref.row, Table::Support::alias, false);
      aliases_.erase(normal);
    }
    int const component = program_->component_of(table);
    doubted[component < 0 ? doubted.size() - 1 : static_cast<std::size_t>(component)].push_back(ref);
  }
}

void Materialisation::state(std::span<Fact const> insert) {
  struct Place {
    Fact normal;
    Table* table = nullptr;
  };
  std::array<Place, most_ahead> places;
  auto const place = [&](std::size_t i) -> Place& { return places[i % most_ahead]; };
  with_lookahead(
      insert.size(),
      [&](std::size_t i) {
        Fact const normal = equality_.normal(insert[i]);
        Table& table = facts_->table(facts_->table_for(normal.graph, normal.predicate, normal.object));
        table.prefetch_place(normal.subject, normal.object);
        place(i) = {normal, &table};
      },
      [&](std::size_t i) { place(i).table->prefetch_row(place(i).normal.subject, place(i).normal.object); },
      [&](std::size_t i) {
        auto const& [normal, table] = place(i);
        Row const row = table->insert(normal.subject, normal.object).row;
        bool const itself = normal == insert[i];
        if (!itself) aliases_[normal].insert(insert[i]);
        table->set_stated(row, itself ? Table::Support::itself : Table::Support::alias, true);
      });
}

void Materialisation::end_unsupported(std::vector<FactRef> const& doubted) {
  for (FactRef const ref : doubted) {
    auto& table = facts_->table(ref.table);
    if (table.holds(ref.row) && !table.is_stated(ref.row)) table.end(ref.row);
  }
}

bool Materialisation::is_touched(Component const& component) const {
  return std::any_of(component.rules.begin(), component.rules.end(),
                     [&](std::size_t rule) { return has_changed(*facts_, *program_, program_->rules()[rule].body); });
}

void Materialisation::update_components(Call const& call, std::vector<std::vector<FactRef>> const& doubted) {
  for (std::size_t i = 0; i < program_->components().size(); ++i) {
    update_component(call, static_cast<int>(i), doubted[i]);
  }
  evaluated_rules_ = program_->rules().size();
  initial_ = false;
}

void Materialisation::update_component(Call const& call, int number, std::vector<FactRef> const& doubted) {
  auto const& component = program_->components()[static_cast<std::size_t>(number)];
  bool const has_new_rules = component.rules.back() >= evaluated_rules_;
  if (!has_new_rules && doubted.empty() && !is_touched(component)) return;
  if (!initial_) {
    Retraction retraction(call, *facts_, terms_, *program_, number);
    for (FactRef const ref : doubted) retraction.doubt(ref);
    retraction.doubt_conclusions(component.rules);
    retraction.run(component.rules);
  }
  std::vector<std::size_t> with_full;
  std::vector<Fact> heads;
  ChangedMatches const changed(call, *facts_, terms_, *program_);
  for (auto const index : component.rules) {
    auto const& rule = program_->rules()[index];
    if (index < evaluated_rules_) {
      changed.for_each_unblocked(rule, [&](Join const& match) {
        heads.push_back(match.head());
        return true;
      });
    } else if (!initial_ || rule.body.atoms.empty()) {
      with_full.push_back(index);
    }
  }
  Derivation(call, *facts_, terms_, *program_, options_.limits).run(component.rules, with_full, heads);
}

}  // namespace lepton::reason
