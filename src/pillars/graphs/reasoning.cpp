#include "graphs/reasoning.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "graphs/rule_sets.h"
#include "graphs/shown_terms.h"
#include "rdf/nquads_text.h"
#include "rdf/parse.h"

namespace lepton::graphs {
namespace {

/// What a person writes, as the one statement that it is.
rdf::Quad statement_of(Call const& call, Question const& question, std::map<std::string, std::string> const& prefixes) {
  auto const refuse = [](std::string const& why) {
    return invalid(fmt::format("give one statement, as '<subject> <predicate> <object>': {}", why),
                   {{"/statement", "expected subject, predicate and object as Turtle writes them"}});
  };
  std::string text;
  for (auto const& [name, iri] : prefixes) text += fmt::format("@prefix {}: <{}> . ", name, iri);
  text += question.statement + " .";
  rdf::StringSource source(text);
  rdf::QuadCollector collected;
  try {
    rdf::parse(call, rdf::Syntax::turtle, source, collected);
  } catch (Error const& error) {
    if (error.code() != Code::invalid) throw;
    std::string_view const message = error.what();
    auto const colon = message.find(": ");  // the place is in a text that nobody wrote
    throw refuse(std::string(colon == std::string_view::npos ? message : message.substr(colon + 2)));
  }
  if (collected.quads.size() != 1) throw refuse(fmt::format("there are {}", collected.quads.size()));
  auto quad = collected.quads.front();
  if (question.graph) quad.graph = rdf::iri(Place::named(*question.graph).iri);
  return quad;
}

std::string ntriples(reason::Terms const& terms, reason::TermKey key) {
  std::string text;
  rdf::append_term(text, terms.term(key).view());
  return text;
}

/// Stated where rules do not look: in a part that the caller may see, or in a graph without rules.
std::optional<ProofOfFact> stated_proof(View const& view, rdf::Quad const& quad, ShownTerms const& words) {
  auto const& dictionary = view.snapshot.dictionary();
  auto const subject = dictionary.find(quad.subject.view());
  auto const predicate = dictionary.find(quad.predicate.view());
  auto const object = dictionary.find(quad.object.view());
  auto const graph = quad.graph ? dictionary.find(quad.graph->view()) : std::optional(rdf::TermId::default_graph());
  if (!subject || !predicate || !object || !graph) return std::nullopt;
  if (view.restricted && !std::ranges::binary_search(view.graphs, *graph)) return std::nullopt;
  if (!view.snapshot.contains({*subject, *predicate, *object, *graph}, rdf::Layers::stated)) return std::nullopt;
  ProofLine line;
  auto const text = [](rdf::Term const& term) {
    std::string out;
    rdf::append_term(out, term.view());
    return out;
  };
  line.fact = fmt::format("{} {} {}", words.term(quad.subject.view()), words.term(quad.predicate.view()),
                          words.term(quad.object.view()));
  if (quad.graph) line.fact += " " + words.term(quad.graph->view());
  line.subject = text(quad.subject);
  line.predicate = text(quad.predicate);
  line.object = text(quad.object);
  if (quad.graph) line.graph = text(*quad.graph);
  line.stated = true;
  return ProofOfFact{view.commit, {std::move(line)}};
}

}  // namespace

/// How a caller is told of facts and rules.
struct Reasoning::Words {
  std::map<std::string, std::string> prefixes;
  std::set<std::string> unknown;     ///< rule sets that the caller may not discover
  std::set<std::string> unreadable;  ///< those that he may not read

  /// The rule set of "label, department/rules@1"; empty for rules of a regime.
  [[nodiscard]] static std::string rule_set_of(std::string const& rule) {
    auto const comma = rule.rfind(", ");
    return comma == std::string::npos ? "" : rule.substr(comma + 2);
  }
  [[nodiscard]] std::string name(std::string const& rule) const {
    return unknown.contains(rule_set_of(rule)) ? "a rule that you may not know of" : rule;
  }
  [[nodiscard]] bool may_read(std::string const& rule) const { return !unreadable.contains(rule_set_of(rule)); }

  [[nodiscard]] ProofOfFact shown(std::int64_t commit, reason::Terms const& terms, reason::Proof const& proof) const {
    ProofOfFact out{.commit = commit, .steps = {}};
    ShownTerms const text(prefixes);
    for (auto const& step : proof) {
      ProofLine line{.fact = text.fact(terms, step.fact),
                     .subject = ntriples(terms, step.fact.subject),
                     .predicate = ntriples(terms, step.fact.predicate),
                     .object = ntriples(terms, step.fact.object),
                     .graph = step.fact.graph == reason::no_term ? "" : ntriples(terms, step.fact.graph),
                     .stated = step.stated,
                     .stated_as = {},
                     .rule = name(step.rule),
                     .conditions = {},
                     .from = {}};
      for (auto const& one : step.stated_as) line.stated_as.push_back(text.fact(terms, one));
      if (may_read(step.rule))
        for (auto const& one : step.conditions) line.conditions.push_back(text.text(one));
      for (auto const one : step.from) line.from.push_back(static_cast<std::int64_t>(one));
      out.steps.push_back(std::move(line));
    }
    return out;
  }
};

GraphUpkeep Reasoning::get(Call const& call, access::Address const& graph) {
  auto const upkeep = parts_.graphs.upkeep(call, graph);
  GraphUpkeep out{.graph = graph.asset().str(),
                  .rules = names_for(call, upkeep.rules),
                  .regime = upkeep.regime,
                  .shapes = names_for(call, upkeep.shapes),
                  .on_commit = upkeep.on_commit,
                  .inferred = 0,
                  .since = upkeep.from_commit,
                  .set_by = upkeep.set_by,
                  .set_at = {}};
  if (!upkeep.set_by.empty()) out.set_at = upkeep.set_at;
  if (upkeep.reasons()) out.inferred = parts_.graphs.count_inferred(call, graph);
  return out;
}

GraphUpkeep Reasoning::use_rules(Call const& call, access::Address const& graph, std::vector<std::string> const& rules,
                                 std::string const& regime) {
  auto const asked = name_of(regime_of(regime));
  std::vector<TextVersion> versions;
  std::set<std::string> tags;
  auto const apply = [&](db::Transaction& tx, Upkeep& upkeep) {
    versions.clear();
    upkeep.rules.clear();
    for (auto const& one : rules) {
      auto const found = parts_.rules.require(tx, call, access::parse_address(one));
      upkeep.rules.push_back(found.version.address);
      tags.insert(found.permit.asset.tags.begin(), found.permit.asset.tags.end());
      versions.push_back(found.version);
    }
    upkeep.regime = asked;
  };
  auto const record = [&](db::Transaction& tx, access::Authority::Permit const& permit) {
    json::Array addresses;
    for (auto const& version : versions) {
      addresses.emplace_back(version.address);
      parts_.lineage.record(tx, call, {parts_.rules.node_kind(), version.address},
                            {"graph", permit.asset.address().str()}, "derives", permit.decision.grounds);
    }
    if (!tags.empty()) parts_.assets.add_tags(tx, call, permit.asset.id, tags);
    return json::Object{{"rules", std::move(addresses)}, {"regime", asked}};
  };
  (void)parts_.graphs.change_upkeep(call, graph,
                                    {"reason", access::Action::write, Upkeeping::Derive::anew, apply, record});
  return get(call, graph);
}

GraphUpkeep Reasoning::use_shapes(Call const& call, access::Address const& graph,
                                  std::vector<std::string> const& shapes, OnCommit on_commit) {
  if (shapes.empty() != (on_commit == OnCommit::off))
    throw invalid(shapes.empty() ? "say by which shapes" : "say what becomes of commits that do not conform",
                  {{shapes.empty() ? "/shapes" : "/on_commit",
                    shapes.empty() ? "expected at least one department/shapes" : "expected report or reject"}});
  std::vector<TextVersion> versions;
  auto const apply = [&](db::Transaction& tx, Upkeep& upkeep) {
    versions.clear();
    upkeep.shapes.clear();
    for (auto const& one : shapes) {
      versions.push_back(parts_.shapes.require(tx, call, access::parse_address(one)).version);
      upkeep.shapes.push_back(versions.back().address);
    }
    upkeep.on_commit = on_commit;
  };
  auto const record = [&](db::Transaction& tx, access::Authority::Permit const& permit) {
    json::Array addresses;
    for (auto const& version : versions) {
      addresses.emplace_back(version.address);
      parts_.lineage.record(tx, call, {parts_.shapes.node_kind(), version.address},
                            {"graph", permit.asset.address().str()}, "constrains", permit.decision.grounds);
    }
    return json::Object{{"shapes", std::move(addresses)}, {"on_commit", enum_name(on_commit)}};
  };
  (void)parts_.graphs.change_upkeep(call, graph,
                                    {"constrain", access::Action::share, Upkeeping::Derive::changes, apply, record});
  return get(call, graph);
}

/// Those that the caller may know of; the others are counted.
std::vector<std::string> Reasoning::names_for(Call const& call, std::vector<std::string> const& addresses) const {
  return parts_.database.read(call, [&](db::Transaction& tx) {
    std::vector<std::string> names;
    for (auto const& address : addresses) {
      auto const asset = parts_.assets.find(tx, access::parse_address(address).asset());
      names.push_back(asset && parts_.authority.may_discover(call, *asset) ? address : "(hidden)");
    }
    return names;
  });
}

Reasoning::Words Reasoning::words(Call const& call, access::Address const& graph, Question const& question) const {
  auto const upkeep = parts_.graphs.upkeep(call, graph);
  Words words{.prefixes = {{"rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"},
                           {"rdfs", "http://www.w3.org/2000/01/rdf-schema#"},
                           {"owl", "http://www.w3.org/2002/07/owl#"},
                           {"xsd", "http://www.w3.org/2001/XMLSchema#"}},
              .unknown = {},
              .unreadable = {}};
  parts_.database.read(call, [&](db::Transaction& tx) {
    for (auto const& address : upkeep.rules) {
      auto const asset = parts_.assets.find(tx, access::parse_address(address).asset());
      if (!asset || !parts_.authority.may_discover(call, *asset)) words.unknown.insert(address);
      if (!asset || !parts_.authority.decide(call, access::Action::read, *asset).allowed) {
        words.unreadable.insert(address);
        continue;
      }
      for (auto const& [name, iri] : prefixes_of(parts_.rules.get_saved(tx, address).text)) words.prefixes[name] = iri;
    }
  });
  for (auto const& [name, iri] : question.prefixes) words.prefixes[name] = iri;
  return words;
}

ProofOfFact Reasoning::why(Call const& call, access::Address const& graph, Question const& question) {
  auto const view = parts_.graphs.open(call, graph);
  auto const said = words(call, graph, question);
  ShownTerms const text(said.prefixes);
  auto const quad = statement_of(call, question, said.prefixes);
  if (auto proof = stated_proof(view, quad, text)) return std::move(*proof);
  ProofOfFact proof;
  parts_.graphs.explain(call, graph, [&](View const& now, reason::StoreReasoner& reasoner) {
    auto const& materialisation = reasoner.reasoner().materialisation();
    auto const fact = reasoner.fact(quad.view());
    if (!materialisation.holds(fact))
      throw not_found(fmt::format("{} neither stands in {} nor follows; why-not tells what is missing",
                                  text.fact(materialisation.terms(), fact), graph.str()));
    proof = said.shown(now.commit, materialisation.terms(), reason::why(call, materialisation, fact));
  });
  return proof;
}

Misses Reasoning::why_not(Call const& call, access::Address const& graph, Question const& question) {
  auto const said = words(call, graph, question);
  ShownTerms const text(said.prefixes);
  auto const quad = statement_of(call, question, said.prefixes);
  Misses misses;
  parts_.graphs.explain(call, graph, [&](View const& now, reason::StoreReasoner& reasoner) {
    auto const& materialisation = reasoner.reasoner().materialisation();
    auto const fact = reasoner.fact(quad.view());
    if (stated_proof(now, quad, text) || materialisation.holds(fact))
      throw conflict(fmt::format("{} does hold: ask why", text.fact(materialisation.terms(), fact)));
    misses.commit = now.commit;
    for (auto& one : reason::why_not(call, materialisation, fact)) {
      if (!said.may_read(one.rule)) continue;
      for (auto& line : one.missing) line = text.text(line);
      for (auto& line : one.found) line = text.text(line);
      misses.rules.push_back({one.rule, std::move(one.missing), std::move(one.found)});
    }
  });
  return misses;
}

std::vector<ContradictionFound> Reasoning::contradictions(Call const& call, access::Address const& graph,
                                                          std::size_t limit) {
  auto const said = words(call, graph, {});
  std::vector<ContradictionFound> found;
  parts_.graphs.explain(call, graph, [&](View const& now, reason::StoreReasoner& reasoner) {
    auto const& terms = reasoner.reasoner().materialisation().terms();
    for (auto const& one : reasoner.reasoner().contradictions(call, limit)) {
      ContradictionFound contradiction{.rule = said.name(one.rule), .facts = {}};
      for (auto const& proof : one.facts) contradiction.facts.push_back(said.shown(now.commit, terms, proof));
      found.push_back(std::move(contradiction));
    }
  });
  return found;
}

}  // namespace lepton::graphs
