#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/call.h"
#include "rdf/store/term_id.h"
#include "sparql/syntax_tree.h"

/// SHACL-SPARQL, read from a shapes graph: constraints by queries (§5) and constraint components of one's own (§6).
namespace lepton::reason {

class GraphView;
struct Shape;

/// A query that finds what does not conform (SELECT), or says whether a value node does (ASK). Immutable.
struct SparqlValidator {
  sparql::Query query;
  std::string component;  ///< as ShaclResult::component
  std::vector<std::string> messages;
};

/// A validator at one shape.
struct SparqlConstraint {
  std::shared_ptr<SparqlValidator const> validator;  ///< shared by the shapes that use its component
  rdf::TermId source;                                ///< the value of sh:sparql; undefined for a component
  std::map<std::string, rdf::Term> arguments;        ///< of a component's parameters, by their variables
};

/// Reads the constraints of shapes. Lives while their graph is read.
class SparqlConstraints {
 public:
  /// `graph` outlives it. Throws Error{invalid} with reason "ill_formed_shape" for a component that is none.
  SparqlConstraints(Call const& call, GraphView const& graph);

  /// Throws Error{invalid} with reason "ill_formed_shape" and the shape's name: a query that does not parse, is of
  /// the wrong form or does what appendix A forbids; values of parameters that §6.2.1 does not allow.
  [[nodiscard]] std::vector<SparqlConstraint> of(Shape const& shape) const;

 private:
  struct Parameter {
    rdf::TermId path;
    std::string variable;
    bool optional = false;
  };
  /// §6.2: its validators are nullptr where it has none.
  struct Component {
    std::vector<Parameter> parameters;
    std::shared_ptr<SparqlValidator const> for_nodes;
    std::shared_ptr<SparqlValidator const> for_properties;
  };

  [[nodiscard]] Component read_component(rdf::TermId id) const;
  [[nodiscard]] std::shared_ptr<SparqlValidator const> read_validator(rdf::TermId component, Component const& of,
                                                                      std::string_view property) const;
  void add_of_component(Component const& component, Shape const& shape, std::vector<SparqlConstraint>& out) const;
  /// The query of `node`: sh:select or sh:ask, with the prefixes that it names.
  [[nodiscard]] sparql::Query parse(rdf::TermId owner, rdf::TermId node, std::string_view property) const;
  [[nodiscard]] std::string prologue(rdf::TermId owner, rdf::TermId node) const;
  [[nodiscard]] std::vector<std::string> messages(rdf::TermId node) const;

  Call const& call_;
  GraphView const& graph_;
  std::vector<Component> components_;
};

}  // namespace lepton::reason
