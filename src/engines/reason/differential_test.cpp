// Random programs and random changes: kept up incrementally must equal derived from scratch, which must equal what a
// naive evaluator, written without plans, indexes and deltas, derives.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <random>

#include "base/error.h"
#include "reason/reason_testing.h"

namespace lepton::reason {
namespace {

class Generator {
 public:
  explicit Generator(unsigned seed) : random_(seed) {}

  int below(int n) { return std::uniform_int_distribution<int>(0, n - 1)(random_); }
  bool chance(int percent) { return below(100) < percent; }
  std::string variable() { return fmt::format("?{}", static_cast<char>('u' + below(4))); }
  std::string node() { return fmt::format(":n{}", below(6)); }
  std::string property() { return fmt::format(":p{}", below(5)); }
  std::string term() { return chance(12) ? node() : variable(); }

  std::string atom(bool in_head) {
    std::string const graph = chance(8) ? (in_head || chance(50) ? " :g" : " ?g") : "";
    if (chance(25)) return fmt::format(":C{}[{}]{}", below(3), term(), graph);
    if (chance(7)) return fmt::format("[{}, ?q, {}]{}", term(), term(), graph);
    return fmt::format("{}[{}, {}]{}", property(), term(), term(), graph);
  }

  std::string rule() {
    std::string text = atom(true) + " :- " + atom(false);
    for (int more = below(3); more > 0; --more) text += ", " + atom(false);
    if (chance(25)) text += ", NOT " + atom(false);
    if (chance(10))
      text += ", NOT EXISTS ?k IN (" + property() + "[?u, ?k], " + property() + "[?k, " + variable() + "])";
    if (chance(15)) text += ", FILTER(" + variable() + " != " + variable() + ")";
    if (chance(10)) text += ", AGGREGATE(" + property() + "[?u, ?k] ON ?u BIND COUNT(?k) AS ?n), FILTER(?n > 1)";
    return text + " .";
  }

  /// One that can be evaluated.
  std::string program() {
    for (;;) {
      std::string text;
      for (int rules = 2 + below(6); rules > 0; --rules) text += rule() + "\n";
      try {
        MemoryTerms terms;
        Program const program(rules_of(text), terms);
        return text;
      } catch (Error const&) {
      }
    }
  }

  std::vector<Fact> facts(Terms& terms, int most) {
    std::string text;
    for (int count = below(most + 1); count > 0; --count) {
      std::string const fact = chance(25) ? fmt::format("{} a :C{} .", node(), below(3))
                                          : fmt::format("{} {} {} .", node(), property(), node());
      text += chance(10) ? fmt::format(" :g {{ {} }}", fact) : " " + fact;
    }
    return facts_of(terms, text);
  }

 private:
  std::mt19937 random_;
};

/// What holds, in an order that does not depend on ids.
std::set<std::string> shown(Materialisation const& one) {
  std::set<std::string> lines;
  for (auto const& fact : all_facts(one.facts(), true)) {
    lines.insert((one.is_stated(fact) ? "stated " : "inferred ") + text_of(one.terms(), fact));
  }
  return lines;
}

/// Tries every fact for every atom, in the order of the text.
class Naive {
 public:
  Naive(Program const& program, Terms& terms, std::set<Fact> facts)
      : program_(program), terms_(terms), facts_(std::move(facts)) {
    for (auto const& component : program.components()) {
      for (std::size_t before = ~std::size_t{0}; before != facts_.size();) {
        before = facts_.size();
        for (auto const rule : component.rules) apply(program.rules()[rule]);
      }
    }
  }
  std::set<Fact> const& facts() const { return facts_; }

 private:
  using Slots = std::vector<TermKey>;

  static bool unify(Pattern const& pattern, Fact const& fact, Slots& slots) {
    std::array<TermKey, 4> const terms{fact.graph, fact.subject, fact.predicate, fact.object};
    for (std::size_t i = 0; i < 4; ++i) {
      auto const& part = pattern.parts[i];
      if (!part.is_slot && part.value != terms[i]) return false;
      if (!part.is_slot) continue;
      if (terms[i] == no_term || (slots[part.value] != no_term && slots[part.value] != terms[i])) return false;
      slots[part.value] = terms[i];
    }
    return true;
  }

  void match(CompiledBody const& body, std::size_t atom, Slots const& slots, std::vector<Slots>& found) {
    if (atom < body.atoms.size()) {
      for (auto const& fact : facts_) {
        Slots next = slots;
        if (unify(body.atoms[atom], fact, next)) match(body, atom + 1, next, found);
      }
      return;
    }
    if (body.aggregates.empty()) return filter(body, slots, found);
    auto const& aggregate =
        body.aggregates.front();  // the generator makes one at most, of one group variable: COUNT > 1
    TermKey const group = slots[aggregate.group.front()];
    Slots known(slots.size(), no_term);
    known[aggregate.group.front()] = group;
    std::vector<Slots> inner;
    match(aggregate.body, 0, known, inner);
    std::map<TermKey, int> sizes;
    for (auto const& one : inner) ++sizes[one[aggregate.group.front()]];
    for (auto const& [key, size] : sizes) {
      Slots next = slots;
      next[aggregate.group.front()] = key;
      if (size > 1) filter(body, next, found);
    }
  }

  void filter(CompiledBody const& body, Slots const& slots, std::vector<Slots>& found) {
    for (auto const& absent : body.absent) {
      Slots known(slots.size(), no_term);
      for (auto const slot : absent.outer) known[slot] = slots[slot];
      std::vector<Slots> inner;
      match(absent, 0, known, inner);
      if (!inner.empty()) return;
    }
    for (auto const& one : body.filters) {
      if (one.operation != Operation::greater && !passes(one, slots, terms_)) return;
    }
    found.push_back(slots);
  }

  void apply(CompiledRule const& rule) {
    std::vector<Slots> found;
    match(rule.body, 0, Slots(rule.variables.size(), no_term), found);
    for (auto const& slots : found) {
      auto const term = [&](std::size_t i) {
        auto const& part = rule.head->parts[i];
        return part.is_slot ? slots[part.value] : part.value;
      };
      Fact const fact{term(0), term(1), term(2), term(3)};
      if (terms_.term(fact.predicate).kind == rdf::TermKind::iri) facts_.insert(fact);
    }
  }

  Program const& program_;
  Terms& terms_;
  std::set<Fact> facts_;
};

std::set<Fact> as_set(std::vector<Fact> const& facts) {
  return {facts.begin(), facts.end()};
}

/// LEPTON_SEEDS asks for a longer search than every run has time for.
unsigned seeds_per_case() {
  char const* const asked = std::getenv("LEPTON_SEEDS");
  return asked == nullptr ? 60U : static_cast<unsigned>(std::strtoul(asked, nullptr, 10));
}

void run_seed(unsigned seed) {
  Generator generate(seed);
  MemoryTerms terms;
  std::string const text = generate.program();
  SCOPED_TRACE(text);
  Materialisation kept(rules_of(text), terms);
  std::set<Fact> stated;
  std::set<Fact> inferred;
  for (int step = 0; step < 12; ++step) {
    auto const insert = generate.facts(terms, step == 0 ? 25 : 4);
    std::vector<Fact> remove;
    for (auto const& fact : stated) {
      if (generate.chance(15)) remove.push_back(fact);
    }
    auto const change = kept.update(test_call(), insert, remove);
    for (auto const& fact : remove) stated.erase(fact);
    stated.insert(insert.begin(), insert.end());
    for (auto const& fact : change.removed) ASSERT_EQ(inferred.erase(fact), 1U) << text_of(terms, fact);
    for (auto const& fact : change.added) ASSERT_TRUE(inferred.insert(fact).second) << text_of(terms, fact);

    Materialisation scratch(rules_of(text), terms, {{2}, false});
    (void)scratch.update(test_call(), std::vector<Fact>(stated.begin(), stated.end()), {});
    ASSERT_EQ(shown(kept), shown(scratch)) << "step " << step;
    ASSERT_EQ(as_set(all_facts(kept.facts(), false)), inferred) << "step " << step;
    if (step % 4 == 0) {
      Naive const naive(kept.program(), terms, stated);
      ASSERT_EQ(as_set(all_facts(scratch.facts(), true)), naive.facts()) << "step " << step;
    }
  }
}

class Differential : public testing::TestWithParam<unsigned> {};

TEST_P(Differential, IncrementalIsFromScratchIsNaive) {
  for (unsigned i = 0; i < seeds_per_case() && !HasFailure(); ++i) {
    SCOPED_TRACE(fmt::format("seed {}", GetParam() * seeds_per_case() + i));
    run_seed(GetParam() * seeds_per_case() + i);
  }
}

INSTANTIATE_TEST_SUITE_P(Cases, Differential, testing::Range(0U, 8U));

}  // namespace
}  // namespace lepton::reason
