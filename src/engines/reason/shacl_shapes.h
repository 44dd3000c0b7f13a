#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/call.h"
#include "rdf/store/store.h"
#include "reason/shacl_sparql.h"

/// Shapes Constraint Language (SHACL), W3C 2017.
namespace lepton::reason {

/// One graph of a snapshot, asked triple by triple. A cheap value; does not outlive the snapshot's store.
class GraphView {
 public:
  /// `graph` is TermId::default_graph(), a named graph, or undefined: all of them.
  GraphView(rdf::Snapshot snapshot, rdf::Dictionary& dictionary, rdf::TermId graph)
      : snapshot_(std::move(snapshot)), dictionary_(&dictionary), graph_(graph) {}
  /// The merge of these graphs, ascending (none given: of all), in some layers.
  GraphView(rdf::Snapshot snapshot, rdf::Dictionary& dictionary, std::vector<rdf::TermId> graphs, rdf::Layers layers)
      : snapshot_(std::move(snapshot)), dictionary_(&dictionary), graphs_(std::move(graphs)), layers_(layers) {}

  [[nodiscard]] std::vector<rdf::TermId> objects(rdf::TermId subject, rdf::TermId predicate) const;
  [[nodiscard]] std::vector<rdf::TermId> subjects(rdf::TermId predicate, rdf::TermId object) const;
  [[nodiscard]] std::vector<std::pair<rdf::TermId, rdf::TermId>> properties(rdf::TermId subject) const;
  [[nodiscard]] std::vector<std::pair<rdf::TermId, rdf::TermId>> with_predicate(rdf::TermId predicate) const;
  [[nodiscard]] bool contains(rdf::TermId subject, rdf::TermId predicate, rdf::TermId object) const;
  /// Members of an rdf:List.
  [[nodiscard]] std::vector<rdf::TermId> list(rdf::TermId head) const;
  /// §1.1, SHACL type: an rdf:type of it is `type` or below it by rdfs:subClassOf.
  [[nodiscard]] bool is_instance(rdf::TermId node, rdf::TermId type) const;
  [[nodiscard]] std::vector<rdf::TermId> instances(rdf::TermId type) const;

  /// The id of an IRI; it gets one when no statement has it.
  [[nodiscard]] rdf::TermId iri(std::string_view value) const { return dictionary_->intern(rdf::iri_view(value)); }
  /// The id of a term; it gets one likewise.
  [[nodiscard]] rdf::TermId id(rdf::Term const& term) const { return dictionary_->intern(term.view()); }
  [[nodiscard]] rdf::Term term(rdf::TermId id) const { return dictionary_->term(id); }
  [[nodiscard]] rdf::Snapshot const& snapshot() const { return snapshot_; }
  [[nodiscard]] rdf::TermId graph() const { return graph_; }
  [[nodiscard]] std::vector<rdf::TermId> const& graphs() const { return graphs_; }
  [[nodiscard]] rdf::Layers layers() const { return layers_; }

 private:
  [[nodiscard]] std::vector<std::pair<rdf::TermId, rdf::TermId>> pairs(rdf::QuadPattern pattern, rdf::Part first,
                                                                       rdf::Part second) const;

  rdf::Snapshot snapshot_;
  rdf::Dictionary* dictionary_;
  rdf::TermId graph_;
  std::vector<rdf::TermId> graphs_;
  rdf::Layers layers_ = rdf::Layers::both;
};

/// §2.3.1, property paths. What is inverse has a predicate inside.
struct ShaclPath {
  enum class Kind : std::uint8_t { predicate, inverse, sequence, alternative, zero_or_more, one_or_more, zero_or_one };
  Kind kind = Kind::predicate;
  rdf::TermId predicate;
  std::vector<ShaclPath> parts;

  /// The nodes that the path leads to, each once.
  [[nodiscard]] std::vector<rdf::TermId> follow(Call const& call, GraphView const& data, rdf::TermId from) const;
};

/// A parameter of a constraint component: "minCount" and its value.
struct ShaclParameter {
  std::string name;
  rdf::TermId value;
};

/// A node or property shape, as its graph has it. Constraints refer to other shapes by their ids.
struct Shape {
  rdf::TermId id;
  std::optional<ShaclPath> path;  ///< of a property shape
  rdf::TermId path_node;
  std::vector<ShaclParameter> parameters;
  std::vector<SparqlConstraint> queries;
  rdf::TermId severity;
  std::vector<std::string> messages;
  bool deactivated = false;

  // §2.1.3
  std::vector<rdf::TermId> target_nodes;
  std::vector<rdf::TermId> target_classes;
  std::vector<rdf::TermId> target_subjects_of;
  std::vector<rdf::TermId> target_objects_of;
  [[nodiscard]] bool has_target() const {
    return !target_nodes.empty() || !target_classes.empty() || !target_subjects_of.empty() ||
           !target_objects_of.empty();
  }
  [[nodiscard]] std::vector<rdf::TermId> values(std::string_view parameter) const;
};

/// All shapes of a shapes graph, SHACL-SPARQL included. Immutable; shared by threads.
class Shapes {
 public:
  /// Throws Error{invalid} with reason "ill_formed_shape" and the shape's name.
  Shapes(Call const& call, GraphView const& graph);

  [[nodiscard]] Shape const& get(rdf::TermId id) const { return shapes_.at(id.raw()); }
  /// Those with a target, by id.
  [[nodiscard]] std::vector<rdf::TermId> const& targeted() const { return targeted_; }
  /// Where they were read, as GraphView has it.
  [[nodiscard]] rdf::TermId graph() const { return graph_; }

 private:
  void read(GraphView const& graph, SparqlConstraints const& constraints, rdf::TermId id);
  void read_parameters(GraphView const& graph, Shape& shape, std::vector<rdf::TermId>& others) const;

  rdf::TermId graph_;
  std::unordered_map<std::uint64_t, Shape> shapes_;
  std::vector<rdf::TermId> targeted_;
};

inline constexpr std::string_view sh_namespace = "http://www.w3.org/ns/shacl#";

}  // namespace lepton::reason
