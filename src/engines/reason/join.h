#pragma once

#include <functional>
#include <span>
#include <vector>

#include "base/call.h"
#include "reason/compiled_rule.h"

namespace lepton::reason {

/// Finds the ways to match one body by one plan. Used by one thread, over facts that do not change meanwhile, but for
/// the terms that BIND makes.
class Join {
 public:
  /// What to do with a match; false ends the search.
  using Found = std::function<bool(Join const&)>;

  struct Options {
    View view = View::now;
    /// Atoms of the body before this one see what held before the round, so that no match is found twice; -1: none.
    int delta_atom = -1;
    /// Filters pass everything: deletion must also find what a merge of equal terms has made trivial.
    bool ignore_filters = false;
    int skip_absent = -1;  ///< a negation that counts as fulfilled
  };

  /// All outlive the join.
  Join(Call const& call, FactBase const& facts, Terms& terms, CompiledRule const& rule, Plan const& plan,
       Options options);

  /// Gives the pattern's slots the fact's terms; false when they do not fit.
  [[nodiscard]] bool bind(Pattern const& pattern, Fact const& fact);
  void bind(std::span<std::uint32_t const> slots, std::span<TermKey const> terms);

  /// The plan from its beginning, with what `bind` has set. False when `found` ended it.
  bool run(Found const& found);
  /// The plan begins with an atom whose rows are given.
  bool run_rows(TableIndex table, Row begin, Row end, Found const& found);
  bool run_rows(TableIndex table, std::span<Row const> rows, Found const& found);

  [[nodiscard]] Fact head() const { return instance(*rule_.head); }
  [[nodiscard]] Fact instance(Pattern const& pattern) const;
  [[nodiscard]] std::span<TermKey const> slots() const { return slots_; }
  /// The facts that the body's atoms were matched with, in the atoms' order.
  [[nodiscard]] std::span<FactRef const> matched() const { return matched_; }

 private:
  bool run_step(Plan const& plan, std::size_t step, CompiledBody const& body);
  bool step_match(Plan const& plan, std::size_t step, CompiledBody const& body);
  bool scan(Plan const& plan, std::size_t step, CompiledBody const& body, TableIndex index, TermKey subject,
            TermKey object);
  bool visit(Plan const& plan, std::size_t step, CompiledBody const& body, TableIndex index, Row row);
  bool accept(Step const& step, Pattern const& pattern, Table const& table, Row row);
  bool step_bind(Plan const& plan, std::size_t step, CompiledBody const& body);
  bool is_absent(Step const& step, CompiledBody const& body);
  bool step_aggregate(Plan const& plan, std::size_t step, CompiledBody const& body);
  [[nodiscard]] TermKey known(Step const& step, Pattern const& pattern, std::size_t part) const;
  [[nodiscard]] View view_of(std::size_t atom) const;

  Call const& call_;
  FactBase const& facts_;
  Terms& terms_;
  CompiledRule const& rule_;
  Plan const& plan_;
  Options options_;
  std::vector<TermKey> slots_;
  std::vector<FactRef> matched_;
  Found const* found_ = nullptr;
  int depth_ = 0;  ///< inside negations and aggregates
  std::uint32_t steps_ = 0;
};

}  // namespace lepton::reason
