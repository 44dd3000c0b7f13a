#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "graphs/graphs.h"

namespace lepton::graphs {

/// Which rules a graph uses and which shapes it is kept to.
struct GraphUpkeep {
  std::string graph;
  std::vector<std::string> rules;  ///< "risk/exposure-rules@1"
  std::string regime;              ///< "none", "rdfs", "owl2-rl": asked for beside what the rule sets ask for
  std::vector<std::string> shapes;
  OnCommit on_commit = OnCommit::off;
  std::int64_t inferred = 0;  ///< facts that follow without being stated
  std::int64_t since = 0;     ///< commit
  std::string set_by;
  std::optional<Timestamp> set_at;

  static constexpr auto fields() {
    return std::tuple{required("graph", &GraphUpkeep::graph, "department/name"),
                      required("rules", &GraphUpkeep::rules, "versions of rule sets that it uses"),
                      required("regime", &GraphUpkeep::regime, "none, rdfs or owl2-rl"),
                      required("shapes", &GraphUpkeep::shapes, "versions of shapes that its commits are validated by"),
                      required("on_commit", &GraphUpkeep::on_commit, "off, report or reject"),
                      required("inferred", &GraphUpkeep::inferred, "facts that follow without being stated"),
                      required("since", &GraphUpkeep::since, "commit"),
                      optional("set_by", &GraphUpkeep::set_by, "who"),
                      optional("set_at", &GraphUpkeep::set_at, "when")};
  }
};

/// A term or statement in question. `statement`: subject, predicate and object as Turtle writes them.
struct Question {
  std::string statement;
  std::optional<std::string> graph;             ///< IRI of the named graph it would stand in
  std::map<std::string, std::string> prefixes;  ///< besides those of the graph's rule sets
};

struct ProofLine {
  std::string fact;  ///< "b:an b:related b:bo", short by the prefixes of the rule sets
  std::string subject, predicate, object, graph;
  bool stated = false;
  std::vector<std::string> stated_as;  ///< the statements it stands for, when equal terms are one
  std::string rule;                    ///< "related, risk/exposure-rules@1", or of the regime: "prp-dom"
  std::vector<std::string> conditions;
  std::vector<std::int64_t> from;  ///< places of the facts that it rests on

  static constexpr auto fields() {
    return std::tuple{required("fact", &ProofLine::fact, "short by the prefixes of the rule sets"),
                      required("subject", &ProofLine::subject, "as N-Triples writes it"),
                      required("predicate", &ProofLine::predicate, "as N-Triples writes it"),
                      required("object", &ProofLine::object, "as N-Triples writes it"),
                      optional("graph", &ProofLine::graph, "the named graph"),
                      required("stated", &ProofLine::stated, "somebody stated it"),
                      optional("stated_as", &ProofLine::stated_as, "in these words, which are equal"),
                      optional("rule", &ProofLine::rule, "that derives it"),
                      optional("conditions", &ProofLine::conditions, "what else the rule asked for"),
                      optional("from", &ProofLine::from, "places in this list of what it rests on")};
  }
};

/// Steps of which each rests on earlier ones; the last is what was asked about.
struct ProofOfFact {
  std::int64_t commit = 0;
  std::vector<ProofLine> steps;
  static constexpr auto fields() {
    return std::tuple{required("commit", &ProofOfFact::commit, "of the graph"),
                      required("steps", &ProofOfFact::steps, "each rests on earlier ones; the last was asked about")};
  }
};

/// What a rule lacks to derive it.
struct Miss {
  std::string rule;
  std::vector<std::string> missing;
  std::vector<std::string> found;
  static constexpr auto fields() {
    return std::tuple{required("rule", &Miss::rule, "that could derive it"),
                      required("missing", &Miss::missing, "what it lacks"),
                      required("found", &Miss::found, "what it has")};
  }
};

struct Misses {
  std::int64_t commit = 0;
  std::vector<Miss> rules;  ///< those that lack least first
  static constexpr auto fields() {
    return std::tuple{required("commit", &Misses::commit, "of the graph"),
                      required("rules", &Misses::rules, "that could derive it; those that lack least first")};
  }
};

struct ContradictionFound {
  std::string rule;
  std::vector<ProofOfFact> facts;
  static constexpr auto fields() {
    return std::tuple{required("rule", &ContradictionFound::rule, "that forbids them together"),
                      required("facts", &ContradictionFound::facts, "each with its proof")};
  }
};

/// Rules and shapes of graphs, for people: which a graph uses, and why a fact follows or does not. Decides and audits
/// as Graphs does; who changes what follows needs `write` on the graph, who changes what must hold needs `share`, and
/// both need `read` on the rule sets and shapes. Rule sets that a caller may not discover are not named to him, and
/// what is in those that he may not read is not told. Owned by the composition root; any thread may call.
class Reasoning {
 public:
  struct Parts {
    Graphs& graphs;
    Texts const& rules;
    Texts const& shapes;
    db::Database& database;
    access::Authority const& authority;
    access::Assets& assets;
    lineage::Lineage const& lineage;
  };
  explicit Reasoning(Parts parts) : parts_(parts) {}

  [[nodiscard]] GraphUpkeep get(Call const& call, access::Address const& graph);
  /// These rule sets (a version each; the latest where none is said) and no others; their tags flow to the graph. The
  /// same again derives everything anew.
  GraphUpkeep use_rules(Call const& call, access::Address const& graph, std::vector<std::string> const& rules,
                        std::string const& regime);
  /// These shapes and no others. To reject, the graph has to conform already.
  GraphUpkeep use_shapes(Call const& call, access::Address const& graph, std::vector<std::string> const& shapes,
                         OnCommit on_commit);

  /// Throws Error{not_found} when it does not hold, Error{invalid} for a question that is no statement.
  [[nodiscard]] ProofOfFact why(Call const& call, access::Address const& graph, Question const& question);
  /// Throws Error{conflict} when it does hold.
  [[nodiscard]] Misses why_not(Call const& call, access::Address const& graph, Question const& question);
  [[nodiscard]] std::vector<ContradictionFound> contradictions(Call const& call, access::Address const& graph,
                                                               std::size_t limit);

 private:
  struct Words;
  [[nodiscard]] Words words(Call const& call, access::Address const& graph, Question const& question) const;
  [[nodiscard]] std::vector<std::string> names_for(Call const& call, std::vector<std::string> const& addresses) const;

  Parts parts_;
};

}  // namespace lepton::graphs
