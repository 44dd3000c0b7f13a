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

  /// Over ?u, ?k and ?v; what it computes is ?n.
  std::string aggregate() {
    std::string text = ", AGGREGATE(" + property() + "[?u, ?k]";
    bool const second = chance(40);
    if (second) text += ", " + property() + "[?k, ?v]";
    if (chance(40)) text += ", NOT " + property() + "[" + (chance(50) ? "?k, " + node() : "?u, ?k") + "]";
    if (chance(15)) text += ", FILTER(?k != ?u)";
    if (chance(15)) text += ", AGGREGATE(" + property() + "[?k, ?j] ON ?k BIND COUNT(?j) AS ?c), FILTER(?c > 1)";
    std::array<std::string, 4> const groups{" ON ?u", second ? " ON ?u, ?v" : " ON ?u", second ? " ON ?v" : " ON ?u",
                                            ""};
    std::array<std::string, 6> const functions{"COUNT(?k)", "COUNT(*)", "COUNT(DISTINCT ?k)",
                                               "SUM(?k)",   "MAX(?k)",  "MIN(?k)"};
    return text + groups[chance(60) ? 0 : below(4)] + " BIND " + functions[below(6)] + " AS ?n)";
  }

  std::string rule() {
    bool const aggregates = chance(35);
    bool const shows_result = aggregates && chance(50);
    std::string text = shows_result ? property() + "[" + variable() + ", ?n]" : atom(true);
    text += " :- " + atom(false);
    for (int more = below(3); more > 0; --more) text += ", " + atom(false);
    if (chance(25)) text += ", NOT " + atom(false);
    if (chance(10))
      text += ", NOT EXISTS ?k IN (" + property() + "[?u, ?k], " + property() + "[?k, " + variable() + "])";
    if (chance(15)) text += ", FILTER(" + variable() + " != " + variable() + ")";
    if (aggregates) text += aggregate();
    if (aggregates && !shows_result) text += ", FILTER(?n > 1)";
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
      std::string const fact =
          chance(25) ? fmt::format("{} a :C{} .", node(), below(3))
                     : fmt::format("{} {} {} .", node(), property(), chance(25) ? fmt::to_string(below(4)) : node());
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
    aggregate(body, 0, slots, found);
  }

  void aggregate(CompiledBody const& body, std::size_t number, Slots const& slots, std::vector<Slots>& found) {
    if (number == body.aggregates.size()) return filter(body, slots, found);
    auto const& one = body.aggregates[number];
    Slots known(slots.size(), no_term);
    for (auto const slot : one.group) known[slot] = slots[slot];
    std::vector<Slots> inner;
    match(one.body, 0, known, inner);
    std::map<Slots, std::vector<Slots>> groups;
    for (auto const& match : inner) {
      Slots key;
      for (auto const slot : one.group) key.push_back(match[slot]);
      groups[key].push_back(match);
    }
    for (auto const& [key, members] : groups) {
      Slots next = slots;
      for (std::size_t i = 0; i < key.size(); ++i) next[one.group[i]] = key[i];
      auto const result = result_of(one.results.front(), members);  // the generator makes one
      auto& place = next[one.results.front().slot];
      if (!result || (place != no_term && place != *result)) continue;
      place = *result;
      aggregate(body, number + 1, next, found);
    }
  }

  std::optional<TermKey> result_of(CompiledResult const& result, std::vector<Slots> const& members) {
    auto const integer = [&](std::int64_t number) { return terms_.key(term_of(integer_value(number))->view()); };
    if (!result.argument) return integer(static_cast<std::int64_t>(members.size()));
    std::vector<TermKey> keys;
    for (auto const& member : members) keys.push_back(member[static_cast<std::size_t>(result.argument->slot)]);
    if (result.distinct) {
      std::sort(keys.begin(), keys.end());
      keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
    }
    std::vector<Value> values;
    for (auto const key : keys) values.push_back(value_of(terms_.term(key)));
    auto const less = [](Value const& a, Value const& b) {
      if (auto const order = compare_values(a, b)) return *order < 0;
      return term_of(a) < term_of(b);
    };
    auto const key_of = [&](Value const& value) { return terms_.key(term_of(value)->view()); };
    std::int64_t sum = 0;
    switch (result.function) {
      case AggregateFunction::count:
        return integer(static_cast<std::int64_t>(values.size()));
      case AggregateFunction::max:
        return key_of(*std::max_element(values.begin(), values.end(), less));
      case AggregateFunction::min:
        return key_of(*std::min_element(values.begin(), values.end(), less));
      default:
        for (auto const& value : values) {
          if (value.kind != Value::Kind::integer) return std::nullopt;
          sum += value.integer;
        }
        return integer(sum);
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
      if (!passes(one, slots, terms_)) return;
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
