#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <tuple>

#include "base/fields.h"
#include "base/time.h"
#include "graphs/remote.h"

namespace lepton::graphs {

/// The kind of asset that a graph is.
inline constexpr char kGraph[] = "graph";

/// One published state of a graph: immutable, and readable as department/name@number for as long as the graph is there.
struct GraphVersion {
  std::string address;  ///< "risk/exposure@2"
  std::int64_t number = 0;
  std::int64_t commit = 0;  ///< the commit that it shows
  std::string digest;       ///< SHA-256 over the statements, whatever their order; blank nodes by their labels here
  std::int64_t statements = 0;
  std::string note;
  std::vector<std::string> rules;   ///< versions that what follows in it was derived by
  std::string regime;               ///< and the entailment regime
  std::vector<std::string> shapes;  ///< versions that it conforms to
  std::string created_by;
  Timestamp created_at;

  static constexpr auto fields() {
    return std::tuple{required("address", &GraphVersion::address, "department/name@version"),
                      required("number", &GraphVersion::number, "1, 2, 3, …"),
                      required("commit", &GraphVersion::commit, "the commit that it shows"),
                      required("digest", &GraphVersion::digest, "SHA-256 of the statements"),
                      required("statements", &GraphVersion::statements, "how many"),
                      optional("note", &GraphVersion::note, "what it is for"),
                      optional("rules", &GraphVersion::rules, "rule sets that derived what follows in it"),
                      optional("regime", &GraphVersion::regime, "and the entailment regime"),
                      optional("shapes", &GraphVersion::shapes, "shapes that it conforms to"),
                      required("created_by", &GraphVersion::created_by, "who published it"),
                      required("created_at", &GraphVersion::created_at, "when")};
  }
};

/// A knowledge graph as an asset. `commit` grows with every change of its statements: the ETag.
struct Graph {
  std::string address;
  std::string description;
  std::set<std::string> tags;
  std::int64_t commit = 0;
  std::optional<GraphVersion> latest;
  std::optional<Remote> remote;
  Timestamp created_at;

  static constexpr auto fields() {
    return std::tuple{required("address", &Graph::address, "department/name"),
                      optional("description", &Graph::description, "what it is"),
                      optional("tags", &Graph::tags, "set on it, or flowed to it along lineage"),
                      optional("commit", &Graph::commit, "grows with every change of its statements; the ETag"),
                      optional("latest", &Graph::latest, "the newest published version"),
                      optional("remote", &Graph::remote, "the service that answers it, when it is kept elsewhere"),
                      required("created_at", &Graph::created_at, "when it was created")};
  }
};

/// One change of a graph's statements.
struct Commit {
  std::int64_t number = 0;
  std::string action;  ///< "load", "replace", "update", "clear"; "reason", "constrain", "share_part"
  std::int64_t added = 0;
  std::int64_t removed = 0;
  // Nothing where it is zero.
  std::optional<std::int64_t> inferred_added;
  std::optional<std::int64_t> inferred_removed;
  std::optional<std::int64_t> violations;  ///< of the graph's shapes, when it reports them
  std::string made_by;
  Timestamp made_at;

  static constexpr auto fields() {
    return std::tuple{required("number", &Commit::number, "of the graph's commits"),
                      required("action", &Commit::action, "load, replace, update or clear"),
                      required("added", &Commit::added, "statements that were new"),
                      required("removed", &Commit::removed, "statements that went"),
                      optional("inferred_added", &Commit::inferred_added, "facts that follow since"),
                      optional("inferred_removed", &Commit::inferred_removed, "facts that do not follow any more"),
                      optional("violations", &Commit::violations, "results of the graph's shapes on what changed"),
                      required("made_by", &Commit::made_by, "who"),
                      required("made_at", &Commit::made_at, "when")};
  }
};

/// A named graph inside a graph that is an asset of its own: it has its own grants and policies, and is seen inside the
/// graph by those alone who may read it.
struct GraphPart {
  std::string address;  ///< "risk/exposure-public"
  std::string graph;    ///< "risk/exposure"
  std::string iri;      ///< the named graph

  static constexpr auto fields() {
    return std::tuple{required("address", &GraphPart::address, "department/name of the part"),
                      required("graph", &GraphPart::graph, "department/name of the graph it is in"),
                      required("iri", &GraphPart::iri, "the named graph's IRI")};
  }
};

}  // namespace lepton::graphs
