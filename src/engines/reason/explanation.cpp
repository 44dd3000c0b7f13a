#include "reason/explanation.h"

#include <algorithm>
#include <unordered_map>

#include "base/check.h"
#include "base/error.h"
#include "rdf/nquads_text.h"
#include "reason/prover.h"

namespace lepton::reason {

namespace {

std::string text_of(Terms const& terms, TermKey key) {
  std::string text;
  rdf::append_term(text, terms.term(key).view());
  return text;
}

std::vector<std::string> conditions_of(Rule const& rule) {
  std::vector<std::string> conditions;
  for (auto const& literal : rule.body) {
    if (!std::holds_alternative<Atom>(literal.what)) conditions.push_back(to_string(literal));
  }
  return conditions;
}

/// Writes the proofs that a prover found down, each fact once and after what it rests on.
class ProofWriter {
 public:
  ProofWriter(Materialisation const& from, Prover const& prover) : from_(from), prover_(prover) {}

  Proof write(FactRef goal) {
    std::vector<std::pair<FactRef, bool>> work{{goal, false}};
    while (!work.empty()) {
      auto const [ref, ready] = work.back();
      work.pop_back();
      if (places_.contains(ref)) continue;
      auto const* instance = prover_.proof_of(ref);
      if (ready || instance == nullptr) {
        add(ref, instance);
        continue;
      }
      work.emplace_back(ref, true);
      for (FactRef const part : instance->body) work.emplace_back(part, false);
    }
    return std::move(proof_);
  }

 private:
  void add(FactRef ref, Prover::Instance const* instance) {
    ProofStep step;
    step.fact = from_.facts().fact(ref);
    step.stated = instance == nullptr;
    if (step.stated) step.stated_as = from_.aliases(step.fact);
    if (instance != nullptr) {
      auto const& rule = from_.program().source_of(from_.program().rules()[instance->rule]);
      step.rule = rule.label;
      step.conditions = conditions_of(rule);
      for (FactRef const part : instance->body) step.from.push_back(places_.at(part));
    }
    places_.emplace(ref, proof_.size());
    proof_.push_back(std::move(step));
  }

  Materialisation const& from_;
  Prover const& prover_;
  std::unordered_map<FactRef, std::size_t, FactRefHash> places_;
  Proof proof_;
};

Proof prove(Call const& call, Materialisation const& from, FactRef goal) {
  Prover prover(call, from.facts(), from.terms(), from.program(), -1, Prover::Search::breadth_first);
  check(prover.prove(goal), "what holds has a proof");
  return ProofWriter(from, prover).write(goal);
}

/// A step that several others use is written out once.
std::string lines_of(Terms const& terms, Proof const& proof) {
  std::string text;
  std::vector<bool> written(proof.size(), false);
  std::vector<std::pair<std::size_t, std::size_t>> work{{proof.size() - 1, 0}};
  while (!work.empty()) {
    auto const [step, depth] = work.back();
    work.pop_back();
    auto const& one = proof[step];
    text.append(depth * 2, ' ').append(to_string(terms, one.fact));
    if (one.stated || written[step]) {
      text += one.stated ? "  (stated" : "  (see above";
      for (auto const& statement : one.stated_as) text += " as " + to_string(terms, statement);
      text += ")\n";
      continue;
    }
    written[step] = true;
    text += fmt::format("  (by {})\n", one.rule);
    for (auto const& condition : one.conditions) text.append(depth * 2 + 2, ' ').append(condition).append("\n");
    for (std::size_t i = one.from.size(); i-- > 0;) work.emplace_back(one.from[i], depth + 1);
  }
  return text;
}

}  // namespace

Proof why(Call const& call, Materialisation const& from, Fact const& fact) {
  auto const goal = from.facts().find(from.equality().normal(fact));
  if (goal.row == no_row) {
    throw not_found(fmt::format("{} is neither stated nor derived", to_string(from.terms(), fact)));
  }
  return prove(call, from, goal);
}

std::vector<Contradiction> contradictions(Call const& call, Materialisation const& from, std::size_t limit) {
  std::vector<Contradiction> found;
  for (auto const index : from.program().constraints()) {
    auto const& rule = from.program().rules()[index];
    std::vector<std::vector<FactRef>> matches;
    Join join(call, from.facts(), from.terms(), rule, rule.full, {});
    if (found.size() >= limit) break;
    (void)join.run([&](Join const& match) {
      matches.emplace_back(match.matched().begin(), match.matched().end());
      return found.size() + matches.size() < limit;
    });
    for (auto const& match : matches) {
      auto const& source = from.program().source_of(rule);
      Contradiction one{source.label, {}};
      for (FactRef const ref : match) one.facts.push_back(prove(call, from, ref));
      found.push_back(std::move(one));
    }
  }
  return found;
}

std::string to_string(Terms const& terms, Fact const& fact) {
  std::string text = fmt::format("[{}, {}, {}]", text_of(terms, fact.subject), text_of(terms, fact.predicate),
                                 text_of(terms, fact.object));
  return fact.graph == no_term ? text : text + " " + text_of(terms, fact.graph);
}

std::string to_string(Terms const& terms, Proof const& proof) {
  return proof.empty() ? "" : lines_of(terms, proof);
}

}  // namespace lepton::reason
