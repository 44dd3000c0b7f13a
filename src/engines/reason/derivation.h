#pragma once

#include <vector>

#include "base/call.h"
#include "reason/join.h"
#include "reason/program.h"

namespace lepton::reason {

struct DerivationLimits {
  std::size_t threads = 1;
  std::size_t facts =
      1'000'000'000;  ///< that may hold at once, stated and derived; beyond: Error{exhausted}, "too_many_facts"
};

/// Draws conclusions round by round, on several threads: each round every rule is joined with what is new, and what it
/// derives is then appended, table by table. Owned by one update; called by one thread.
class Derivation {
 public:
  /// All outlive it.
  Derivation(Call const& call, FactBase& facts, Terms& terms, Program const& program, DerivationLimits const& limits);

  /// Evaluates these rules with what is new in this update until nothing else follows. `with_full` are evaluated
  /// completely in the first round; `heads` are facts that follow already.
  void run(std::vector<std::size_t> const& rules, std::vector<std::size_t> const& with_full,
           std::vector<Fact> const& heads);

 private:
  /// Rows of one table for one rule, joined by one thread.
  struct Task {
    std::size_t rule = 0;
    int atom = -1;  ///< -1: the whole rule
    TableIndex table = no_table;
    Row begin = 0;
    Row end = 0;
    bool revived = false;        ///< the revived rows in place of the range
    TableIndex head = no_table;  ///< where conclusions go, when it is one table
    std::vector<std::pair<TermKey, TermKey>> pairs;
    std::size_t most_pairs = std::size_t{4} << 20;  ///< before those that came twice are thrown out
    std::vector<Fact> facts;
  };

  void find_tables(std::vector<std::size_t> const& rules);
  void begin_round();
  void add_tasks(std::size_t rule);
  void add_task(std::size_t rule, int atom, TableIndex table);
  [[nodiscard]] bool sees_nothing_before(CompiledRule const& rule, std::size_t atom) const;
  [[nodiscard]] TableIndex head_table(CompiledRule const& rule);
  void evaluate_all();
  void evaluate(Task& task) const;
  void append_conclusions(std::size_t begin, std::size_t end);
  void append_fact(Fact const& fact);
  [[nodiscard]] bool may_hold(Fact const& fact) const;
  void keep_each_once(Task& task) const;
  void check_limit() const;
  [[noreturn]] void refuse_more_facts() const;

  Call const& call_;
  FactBase& facts_;
  Terms& terms_;
  Program const& program_;
  DerivationLimits limits_;
  std::vector<bool> reads_;  ///< by table: some body reads it
  TableIndex known_tables_ = 0;
  std::vector<Signature> body_signatures_;
  std::vector<Task> tasks_;
};

}  // namespace lepton::reason
