#include "reason/entailment.h"

#include <algorithm>

#include "reason/class_descriptions.h"
#include "reason/vocabulary.h"

namespace lepton::reason {

namespace {

using Quads = std::vector<rdf::Quad>;

std::string owl(std::string_view name) {
  return std::string(owl_namespace).append(name);
}
std::string rdfs(std::string_view name) {
  return std::string(rdfs_namespace).append(name);
}

/// Keeps blank nodes of one origin apart from those of another.
void mark_blank(rdf::Term& term, std::string_view origin) {
  if (term.kind == rdf::TermKind::blank) term.value = fmt::format("{}.{}", origin, term.value);
}

/// Asks again and again what follows from the premises and more.
class Question {
 public:
  Question(Call const& call, std::span<rdf::Quad const> premises, EntailmentOptions const& options)
      : call_(call), options_(options) {
    for (auto const& quad : premises) premises_.push_back(normal(quad));
  }

  /// Blank nodes of the conclusion that are no constants are "something".
  std::optional<Entailment> ask(Quads const& assumed, std::span<rdf::Quad const> conclusion,
                                std::set<rdf::Term> const& constants = {}) const {
    MemoryTerms terms;
    Reasoner reasoner(call_, conclusion_rule(conclusion, constants), options_.regime, terms, options_.limits,
                      options_.datatypes);
    std::vector<Fact> facts;
    auto const state = [&](rdf::Quad const& quad) {
      facts.push_back(
          {no_term, terms.key(quad.subject.view()), terms.key(quad.predicate.view()), terms.key(quad.object.view())});
    };
    for (auto const& quad : premises_) state(quad);
    for (auto const& quad : assumed) state(quad);
    for (auto const& quad : datatype_facts(assumed)) state(quad);
    (void)reasoner.update(call_, facts, {});
    auto found = reasoner.contradictions(call_, 1);
    if (found.empty()) return std::nullopt;
    return Entailment{std::move(found.front()), assumed};
  }

  [[nodiscard]] Quads const& premises() const { return premises_; }
  [[nodiscard]] EntailmentOptions const& options() const { return options_; }

 private:
  /// A rule without a head, which what the conclusion says contradicts.
  [[nodiscard]] Rules conclusion_rule(std::span<rdf::Quad const> conclusion,
                                      std::set<rdf::Term> const& constants) const {
    if (conclusion.empty()) return {};
    auto const node = [&](rdf::Term const& term) {
      bool const is_open = term.kind == rdf::TermKind::blank && !constants.contains(term);
      return is_open ? variable_node("_:" + term.value) : term_node(options_.datatypes.normal(term));
    };
    Rule rule;
    rule.label = Entailment::conclusion_rule;
    for (auto const& quad : conclusion) {
      rule.body.emplace_back(Atom{node(quad.subject), node(quad.predicate), node(quad.object), std::nullopt, {}},
                             rdf::Position{});
    }
    return {std::move(rule)};
  }

  [[nodiscard]] rdf::Quad normal(rdf::Quad quad) const {
    mark_blank(quad.subject, "premise");
    mark_blank(quad.object, "premise");
    return {std::move(quad.subject), std::move(quad.predicate), options_.datatypes.normal(std::move(quad.object))};
  }

  /// RDF 1.1 Semantics, rdfD1 and rdfs1: what datatypes are, and which of them literals are of.
  [[nodiscard]] Quads datatype_facts(Quads const& assumed) const {
    Quads facts;
    if (options_.regime == Regime::none) return facts;
    auto const type = rdf::iri(rdf::rdf_type);
    auto const& datatypes = options_.datatypes;
    if (options_.regime != Regime::rdf) {
      for (auto const& one : datatypes.recognised())
        facts.emplace_back(rdf::iri(one), type, rdf::iri(rdfs("Datatype")));
    }
    std::set<rdf::Term> literals;
    for (auto const* const from : {&premises_, &assumed}) {
      for (auto const& quad : *from) {
        if (quad.object.kind == rdf::TermKind::literal) literals.insert(quad.object);
      }
    }
    for (auto const& literal : literals) {
      for (auto const& one : datatypes.recognised()) {
        if (datatypes.has_value(literal.view(), one) == true) facts.emplace_back(literal, type, rdf::iri(one));
      }
    }
    return facts;
  }

  Call const& call_;
  EntailmentOptions const& options_;
  Quads premises_;
};

/// Shows statement by statement what no rule has in its head.
class FurtherProof {
 public:
  FurtherProof(Call const& call, Question const& question, std::span<rdf::Quad const> conclusion)
      : call_(call), question_(question), open_(conclusion.begin(), conclusion.end()) {
    for (auto& quad : open_) {  // apart from the premises' own
      for (auto* const term : {&quad.subject, &quad.object}) {
        mark_blank(*term, "conclusion");
      }
    }
  }

  std::optional<Entailment> run() {
    spell_out_different();
    if (!take_descriptions()) return std::nullopt;
    std::optional<Entailment> last;
    Quads together;
    for (auto const& quad : open_) {
      bool const is_closed = !is_open(quad.subject) && !is_open(quad.object);
      auto shown = is_closed ? show(quad) : std::nullopt;
      if (!shown) together.push_back(quad);
      if (shown) last = std::move(shown);
    }
    if (together.empty()) return last ? last : Entailment{{std::string(Entailment::conclusion_rule), {}}, described_};
    return question_.ask(described_, together, constants_);
  }

 private:
  [[nodiscard]] bool is_open(rdf::Term const& term) const {
    return term.kind == rdf::TermKind::blank && !constants_.contains(term);
  }

  /// An owl:AllDifferent says that each two of its members differ.
  void spell_out_different() {
    std::set<rdf::Term> groups;
    for (auto const& quad : open_) {
      bool const is_group = quad.predicate.value == rdf::rdf_type && quad.object.value == owl("AllDifferent");
      if (is_group && quad.subject.kind == rdf::TermKind::blank) groups.insert(quad.subject);
    }
    std::set<rdf::Term> cells;
    Quads pairs;
    for (auto const& quad : open_) {
      bool const has_members = quad.predicate.value == owl("members") || quad.predicate.value == owl("distinctMembers");
      if (!has_members || !groups.contains(quad.subject)) continue;
      auto const members = list(quad.object, cells);
      for (std::size_t i = 0; i < members.size(); ++i) {
        for (std::size_t j = i + 1; j < members.size(); ++j) {
          pairs.emplace_back(members[i], rdf::iri(owl("differentFrom")), members[j]);
        }
      }
    }
    std::erase_if(open_,
                  [&](rdf::Quad const& quad) { return groups.contains(quad.subject) || cells.contains(quad.subject); });
    std::ranges::move(pairs, std::back_inserter(open_));
  }

  [[nodiscard]] std::vector<rdf::Term> list(rdf::Term cell, std::set<rdf::Term>& cells) const {
    std::vector<rdf::Term> members;
    while (cell.kind == rdf::TermKind::blank && cells.insert(cell).second) {
      rdf::Term next;
      for (auto const& quad : open_) {
        if (quad.subject != cell) continue;
        if (quad.predicate.value == rdf::rdf_first) members.push_back(quad.object);
        if (quad.predicate.value == rdf::rdf_rest) next = quad.object;
      }
      cell = next;
    }
    return members;
  }

  /// Classes that the conclusion describes become part of the premises, when what they are made of is a class or a
  /// property there. False when it is not.
  bool take_descriptions() {
    auto const places = class_descriptions(open_);
    std::set<std::size_t> const taken(places.begin(), places.end());
    for (auto const i : places) {
      rdf::Quad quad = open_[i];
      constants_.insert(quad.subject);
      bool const has_operand = quad.object.kind == rdf::TermKind::iri && quad.predicate.value != rdf::rdf_type &&
                               quad.object.value != rdf::rdf_nil && !quad.object.value.starts_with(owl_namespace);
      if (has_operand && !is_declared(quad.object)) return false;
      quad.object = question_.options().datatypes.normal(quad.object);
      described_.push_back(std::move(quad));
    }
    Quads rest;
    for (std::size_t i = 0; i < open_.size(); ++i) {
      if (!taken.contains(i)) rest.push_back(open_[i]);
    }
    open_ = std::move(rest);
    return true;
  }

  [[nodiscard]] bool is_declared(rdf::Term const& term) const {
    static std::set<std::string> const kinds{owl("Class"),           owl("ObjectProperty"), owl("DatatypeProperty"),
                                             owl("NamedIndividual"), rdfs("Class"),         rdfs("Datatype")};
    return std::ranges::any_of(kinds, [&](std::string const& kind) {
      return question_.ask({}, Quads{{term, rdf::iri(rdf::rdf_type), rdf::iri(kind)}}).has_value();
    });
  }

  /// One statement without anything open.
  std::optional<Entailment> show(rdf::Quad const& quad) const {
    call_.proceed();
    if (auto found = question_.ask(described_, Quads{quad}, constants_)) return found;
    auto const type = rdf::iri(rdf::rdf_type);
    if (quad.predicate.value == owl("differentFrom")) {
      return refute({quad.subject, rdf::iri(owl("sameAs")), quad.object});
    }
    if (quad.predicate.value == rdfs("range")) return show_range(quad);
    if (quad.predicate != type) return std::nullopt;
    if (quad.object.value == owl("TransitiveProperty")) {
      auto const thing = [](char const* label) { return rdf::blank(std::string("instance.") + label); };
      std::set<rdf::Term> constants{thing("a"), thing("b"), thing("c")};
      return question_.ask({{thing("a"), quad.subject, thing("b")}, {thing("b"), quad.subject, thing("c")}},
                           Quads{{thing("a"), quad.subject, thing("c")}}, constants);
    }
    for (auto const& one : described_) {
      if (one.subject != quad.object || one.predicate.value != owl("complementOf")) continue;
      if (auto found = refute({quad.subject, type, one.object})) return found;
    }
    return std::nullopt;
  }

  /// Whether the contrary contradicts the premises.
  std::optional<Entailment> refute(rdf::Quad const& contrary) const {
    auto assumed = described_;
    assumed.push_back(contrary);
    return question_.ask(assumed, {});
  }

  /// A value that is of all the datatypes that the property's values are of.
  std::optional<Entailment> show_range(rdf::Quad const& quad) const {
    auto const& datatypes = question_.options().datatypes;
    std::vector<std::string> parts;
    for (auto const& one : datatypes.recognised()) {
      if (question_.ask({}, Quads{{quad.subject, quad.predicate, rdf::iri(one)}})) parts.push_back(one);
    }
    if (!datatypes.contains(quad.object.value, parts)) return std::nullopt;
    Quads ranges;
    for (auto const& one : parts) ranges.emplace_back(quad.subject, quad.predicate, rdf::iri(one));
    return question_.ask({}, ranges);
  }

  Call const& call_;
  Question const& question_;
  Quads open_;
  Quads described_;
  std::set<rdf::Term> constants_;
};

}  // namespace

std::optional<Contradiction> find_contradiction(Call const& call, std::span<rdf::Quad const> premises,
                                                EntailmentOptions const& options) {
  auto found = Question(call, premises, options).ask({}, {});
  if (!found) return std::nullopt;
  return std::move(found->because);
}

std::optional<Entailment> entails(Call const& call, std::span<rdf::Quad const> premises,
                                  std::span<rdf::Quad const> conclusion, EntailmentOptions const& options) {
  Question const question(call, premises, options);
  if (conclusion.empty()) return Entailment{{std::string(Entailment::conclusion_rule), {}}, {}};
  if (auto found = question.ask({}, conclusion)) return found;
  if (options.regime != Regime::owl2_more) return std::nullopt;
  return FurtherProof(call, question, conclusion).run();
}

}  // namespace lepton::reason
