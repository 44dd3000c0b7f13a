#include "reason/derivation.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>

#include "base/error.h"
#include "reason/lookahead.h"

namespace lepton::reason {

namespace {

constexpr Row rows_per_task = 1 << 14;
constexpr std::size_t rows_worth_a_thread = 1 << 14;
constexpr std::size_t conclusions_held = 4'000'000;  ///< before they are appended and the round goes on

/// Runs `work(i)` for each i below `count` while `may_begin()`, on up to `threads` threads; returns how many began.
template <class MayBegin, class Work>
std::size_t in_parallel(std::size_t threads, std::size_t count, MayBegin const& may_begin, Work const& work) {
  std::atomic<std::size_t> next = 0;
  std::mutex mutex;
  std::exception_ptr failure;
  auto const loop = [&] {
    try {
      while (may_begin()) {
        std::size_t const i = next.fetch_add(1);
        if (i >= count) return;
        work(i);
      }
    } catch (...) {  // the edge of a thread
      std::lock_guard const lock(mutex);
      failure = std::current_exception();
    }
  };
  std::vector<std::thread> others;
  for (std::size_t i = 1; i < std::min(threads, count); ++i) others.emplace_back(loop);
  loop();
  for (auto& thread : others) thread.join();
  if (failure) std::rethrow_exception(failure);
  return std::min(count, next.load());
}

/// What one task concludes for one table, without what holds there already. Conclusions wait until there are some, so
/// that looking them up waits for memory once.
class NewPairs {
 public:
  NewPairs(Table const& table, std::vector<std::pair<TermKey, TermKey>>& pairs) : table_(table), pairs_(pairs) {}

  void add(TermKey subject, TermKey object) {
    table_.prefetch_place(subject, object);
    waiting_[count_++] = {subject, object};
    if (count_ == waiting_.size()) finish();
  }

  void finish() {
    std::span const waiting(waiting_.data(), count_);
    count_ = 0;
    for (auto const& [subject, object] : waiting) table_.prefetch_row(subject, object);
    for (auto const& [subject, object] : waiting) {
      Row const row = table_.find(subject, object);
      if (row == no_row || !table_.holds(row)) pairs_.emplace_back(subject, object);
    }
  }

 private:
  Table const& table_;
  std::vector<std::pair<TermKey, TermKey>>& pairs_;
  std::array<std::pair<TermKey, TermKey>, 32> waiting_;
  std::size_t count_ = 0;
};

}  // namespace

Derivation::Derivation(Call const& call, FactBase& facts, Terms& terms, Program const& program,
                       DerivationLimits const& limits)
    : call_(call), facts_(facts), terms_(terms), program_(program), limits_(limits) {}

void Derivation::run(std::vector<std::size_t> const& rules, std::vector<std::size_t> const& with_full,
                     std::vector<Fact> const& heads) {
  for (auto const& head : heads) append_fact(head);
  find_tables(rules);
  for (TableIndex table = 0; table < known_tables_; ++table) {
    if (reads_[table]) facts_.table(table).take_update_as_delta();
  }
  tasks_.clear();
  for (auto const rule : with_full) {
    Task task;
    task.rule = rule;
    task.head = head_table(program_.rules()[rule]);
    tasks_.push_back(std::move(task));
  }
  for (auto const rule : rules) add_tasks(rule);
  while (!tasks_.empty()) {
    evaluate_all();
    begin_round();
    tasks_.clear();
    for (auto const rule : rules) add_tasks(rule);
  }
}

/// Marks the tables that bodies of these rules read: only their rounds matter.
void Derivation::find_tables(std::vector<std::size_t> const& rules) {
  body_signatures_.clear();
  for (auto const rule : rules) {
    for (auto const& atom : program_.rules()[rule].body.atoms) body_signatures_.push_back(program_.signature(atom));
  }
  std::sort(body_signatures_.begin(), body_signatures_.end());
  body_signatures_.erase(std::unique(body_signatures_.begin(), body_signatures_.end()), body_signatures_.end());
  reads_.clear();
  known_tables_ = 0;
  begin_round();
}

void Derivation::begin_round() {
  for (TableIndex table = 0; table < known_tables_; ++table) {
    if (reads_[table]) facts_.table(table).begin_round();
  }
  bool const first = known_tables_ == 0;
  TableIndex const seen = known_tables_;
  known_tables_ = facts_.tables();
  reads_.resize(known_tables_, false);
  for (auto const& signature : body_signatures_) {
    if (signature.is_exact(program_.type())) {
      auto const table = facts_.find_table(signature.graph, signature.predicate, signature.type_class);
      if (table != no_table && table >= seen) reads_[table] = true;
      continue;
    }
    for (TableIndex table = seen; table < known_tables_; ++table) {
      if (program_.may_match(signature, facts_.table(table))) reads_[table] = true;
    }
  }
  for (TableIndex table = seen; !first && table < known_tables_; ++table) {
    if (reads_[table]) facts_.table(table).take_update_as_delta();  // made in this update: all of it is new
  }
}

void Derivation::add_tasks(std::size_t index) {
  auto const& rule = program_.rules()[index];
  for (std::size_t atom = 0; atom < rule.body.atoms.size(); ++atom) {
    auto const signature = program_.signature(rule.body.atoms[atom]);
    if (sees_nothing_before(rule, atom)) continue;
    if (signature.is_exact(program_.type())) {
      auto const table = facts_.find_table(signature.graph, signature.predicate, signature.type_class);
      if (table != no_table) add_task(index, static_cast<int>(atom), table);
      continue;
    }
    for (TableIndex table = 0; table < facts_.tables(); ++table) {
      if (program_.may_match(signature, facts_.table(table))) add_task(index, static_cast<int>(atom), table);
    }
  }
}

void Derivation::add_task(std::size_t rule, int atom, TableIndex table) {
  auto const& changed = facts_.table(table);
  if (!changed.has_delta()) return;
  Task task;
  task.rule = rule;
  task.atom = atom;
  task.table = table;
  task.head = head_table(program_.rules()[rule]);
  for (Row begin = changed.delta_begin(); begin < changed.delta_end(); begin += rows_per_task) {
    task.begin = begin;
    task.end = std::min(changed.delta_end(), begin + rows_per_task);
    tasks_.push_back(task);
  }
  if (changed.revived().empty()) return;
  task.revived = true;
  tasks_.push_back(std::move(task));
}

/// An atom before this one has only new rows, with which the rule is joined already.
bool Derivation::sees_nothing_before(CompiledRule const& rule, std::size_t atom) const {
  for (std::size_t i = 0; i < atom; ++i) {
    auto const signature = program_.signature(rule.body.atoms[i]);
    if (!signature.is_exact(program_.type())) continue;
    auto const table = facts_.find_table(signature.graph, signature.predicate, signature.type_class);
    if (table == no_table || facts_.table(table).delta_begin() == 0) return true;
  }
  return false;
}

TableIndex Derivation::head_table(CompiledRule const& rule) {
  auto const head = program_.signature(*rule.head);
  if (!head.is_exact(program_.type())) return no_table;
  return facts_.table_for(head.graph, head.predicate, head.type_class);
}

void Derivation::evaluate_all() {
  std::size_t work = 0;
  for (auto const& task : tasks_) work += task.end - task.begin + 1;
  std::size_t const threads = std::min(limits_.threads, work / rows_worth_a_thread + 1);
  for (std::size_t begin = 0; begin < tasks_.size();) {
    std::atomic<std::size_t> held = 0;
    auto const may_begin = [&] { return held.load() < conclusions_held; };
    auto const began = in_parallel(threads, tasks_.size() - begin, may_begin, [&](std::size_t i) {
      evaluate(tasks_[begin + i]);
      held += tasks_[begin + i].pairs.size() + tasks_[begin + i].facts.size();
    });
    append_conclusions(begin, begin + began);
    begin += began;
    check_limit();
    call_.proceed();
  }
}

void Derivation::evaluate(Task& task) const {
  auto const& rule = program_.rules()[task.rule];
  Join::Options options;
  options.delta_atom = task.atom;
  auto const& plan = task.atom < 0 ? rule.full : rule.by_atom[static_cast<std::size_t>(task.atom)];
  Join join(call_, facts_, terms_, rule, plan, options);
  std::optional<NewPairs> pairs;
  if (task.head != no_table) pairs.emplace(facts_.table(task.head), task.pairs);
  Join::Found const found = [&](Join const& match) {
    Fact const fact = match.head();
    if (!pairs) {
      if (!facts_.holds(fact)) task.facts.push_back(fact);
      if (task.facts.size() > limits_.facts) refuse_more_facts();
      return true;
    }
    pairs->add(fact.subject, fact.object);
    if (task.pairs.size() >= task.most_pairs) keep_each_once(task);
    return true;
  };
  if (task.atom < 0) {
    (void)join.run(found);
  } else if (task.revived) {
    (void)join.run_rows(task.table, facts_.table(task.table).revived(), found);
  } else {
    (void)join.run_rows(task.table, task.begin, task.end, found);
  }
  if (pairs) pairs->finish();
}

/// A cross product of two tables is one task: what it concludes must not fill the memory before it is counted.
void Derivation::keep_each_once(Task& task) const {
  std::sort(task.pairs.begin(), task.pairs.end());
  task.pairs.erase(std::unique(task.pairs.begin(), task.pairs.end()), task.pairs.end());
  if (task.pairs.size() > limits_.facts) refuse_more_facts();
  task.most_pairs = std::max(task.most_pairs, 2 * task.pairs.size());
}

/// Each table is written by one thread, in the order of tasks, so that rows do not depend on the threads.
void Derivation::append_conclusions(std::size_t begin, std::size_t end) {
  std::map<TableIndex, std::vector<std::size_t>> by_table;
  std::size_t total = 0;
  for (std::size_t i = begin; i < end; ++i) {
    for (auto const& fact : tasks_[i].facts) append_fact(fact);
    if (!tasks_[i].pairs.empty()) by_table[tasks_[i].head].push_back(i);
    total += tasks_[i].pairs.size();
  }
  std::vector<std::pair<TableIndex, std::vector<std::size_t>>> const work(by_table.begin(), by_table.end());
  std::size_t const threads = std::min(limits_.threads, total / rows_worth_a_thread + 1);
  in_parallel(
      threads, work.size(), [] { return true; },
      [&](std::size_t i) {
        Table& table = facts_.table(work[i].first);
        for (auto const task : work[i].second) {
          auto const& pairs = tasks_[task].pairs;
          with_lookahead(
              pairs.size(), [&](std::size_t one) { table.prefetch_place(pairs[one].first, pairs[one].second); },
              [&](std::size_t one) { table.prefetch_row(pairs[one].first, pairs[one].second); },
              [&](std::size_t one) { table.insert(pairs[one].first, pairs[one].second); });
          tasks_[task].pairs = {};
        }
      });
}

void Derivation::append_fact(Fact const& fact) {
  if (!may_hold(fact)) return;
  TableIndex const table = facts_.table_for(fact.graph, fact.predicate, fact.object);
  facts_.table(table).insert(fact.subject, fact.object);
}

/// RDF 1.1 Concepts §3.1: a property and a graph's name are IRIs. A literal may be a subject here (generalised RDF),
/// since rules may need it on their way; such facts are not shown.
bool Derivation::may_hold(Fact const& fact) const {
  auto const is_iri = [&](TermKey key) { return terms_.term(key).kind == rdf::TermKind::iri; };
  return is_iri(fact.predicate) && (fact.graph == no_term || is_iri(fact.graph));
}

void Derivation::check_limit() const {
  if (facts_.count() > limits_.facts) refuse_more_facts();
}

void Derivation::refuse_more_facts() const {
  throw exhausted(fmt::format("the rules derive more than the {} facts that are allowed", limits_.facts))
      .with_reason("too_many_facts");
}

}  // namespace lepton::reason
