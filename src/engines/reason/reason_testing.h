#pragma once

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "rdf/nquads_text.h"
#include "rdf/parse.h"
#include "reason/materialisation.h"
#include "reason/rule_parser.h"

/// What the tests of reasoning share.
namespace lepton::reason {

inline Call const& test_call() {
  static SystemClock const clock;
  static Call const call = system_call(clock);
  return call;
}

inline Rules rules_of(std::string const& text) {
  return parse_rules(test_call(), "@prefix : <e:> .\n" + text);
}

/// Facts of a TriG document with the prefix ":".
inline std::vector<Fact> facts_of(Terms& terms, std::string const& trig) {
  std::string const text =
      "@prefix : <e:> . @prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> . @prefix rdfs: "
      "<http://www.w3.org/2000/01/rdf-schema#> . @prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix "
      "xsd: <http://www.w3.org/2001/XMLSchema#> .\n" +
      trig;
  rdf::StringSource source(text);
  rdf::QuadCollector collected;
  rdf::parse(test_call(), rdf::Syntax::trig, source, collected);
  std::vector<Fact> facts;
  for (auto const& quad : collected.quads) {
    facts.push_back({quad.graph ? terms.key(quad.graph->view()) : no_term, terms.key(quad.subject.view()),
                     terms.key(quad.predicate.view()), terms.key(quad.object.view())});
  }
  return facts;
}

/// "a p b" without namespaces; "a p b g" in a graph.
inline std::string text_of(Terms const& terms, Fact const& fact) {
  auto const word = [&](TermKey key) {
    auto const term = terms.term(key);
    if (term.kind == rdf::TermKind::literal) return term.value;
    return term.value.substr(term.value.find_last_of(":#/") + 1);
  };
  std::string text = word(fact.subject) + " " + word(fact.predicate) + " " + word(fact.object);
  return fact.graph == no_term ? text : text + " " + word(fact.graph);
}

inline std::vector<std::string> texts_of(Terms const& terms, std::vector<Fact> const& facts) {
  std::vector<std::string> texts;
  for (auto const& fact : facts) texts.push_back(text_of(terms, fact));
  std::sort(texts.begin(), texts.end());
  return texts;
}

inline std::vector<Fact> all_facts(FactBase const& facts, bool stated_too) {
  std::vector<Fact> all;
  for (TableIndex index = 0; index < facts.tables(); ++index) {
    auto const& table = facts.table(index);
    for (Row row = 0; row < table.size(); ++row) {
      if (table.holds(row) && (stated_too || !table.is_stated(row))) all.push_back(table.fact(row));
    }
  }
  return all;
}

}  // namespace lepton::reason
