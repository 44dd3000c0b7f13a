#pragma once

#include <vector>

#include "reason/shacl_pattern.h"
#include "reason/shacl_queries.h"
#include "reason/shacl_validation.h"
#include "reason/value.h"

namespace lepton::reason {

/// Checks nodes against shapes, one function per group of constraint components (SHACL §4). One thread.
class ShaclValidator {
 public:
  /// All outlive it.
  ShaclValidator(Call const& call, GraphView const& data, Shapes const& shapes, ShaclOptions const& options)
      : call_(call), data_(data), shapes_(shapes), queries_(call, data, shapes, options) {}

  void check(Shape const& shape, rdf::TermId focus, std::vector<ShaclResult>& results);

 private:
  using Nodes = std::vector<rdf::TermId>;

  /// One shape at one node.
  struct At {
    Shape const& shape;
    rdf::TermId focus;
    Nodes const& values;
    std::vector<ShaclResult>& results;
  };

  void check_parameter(At const& at, ShaclParameter const& parameter);
  void value_types(At const& at, ShaclParameter const& parameter);
  void counts(At const& at, ShaclParameter const& parameter);
  void ranges(At const& at, ShaclParameter const& parameter);
  void strings(At const& at, ShaclParameter const& parameter);
  void unique_languages(At const& at, ShaclParameter const& parameter);
  void pairs(At const& at, ShaclParameter const& parameter);
  void less_than(At const& at, ShaclParameter const& parameter);
  void logic(At const& at, ShaclParameter const& parameter);
  void shapes(At const& at, ShaclParameter const& parameter);
  void qualified(At const& at, ShaclParameter const& parameter);
  void closed(At const& at);
  void others(At const& at, ShaclParameter const& parameter);
  void query(At const& at, SparqlConstraint const& constraint);

  [[nodiscard]] bool conforms(rdf::TermId shape, rdf::TermId node);
  ShaclResult& report(At const& at, std::string_view component, rdf::TermId value, rdf::TermId path = {}) const;
  [[nodiscard]] bool has_datatype(rdf::TermId node, std::string const& datatype) const;
  [[nodiscard]] bool has_kind(rdf::TermId node, std::string const& kind) const;
  [[nodiscard]] std::int64_t number(rdf::TermId value) const;

  Call const& call_;
  GraphView const& data_;
  Shapes const& shapes_;
  std::vector<std::pair<rdf::TermId, rdf::TermId>> open_;  ///< shapes and nodes that are being checked
  ShaclPatterns patterns_;
  ShaclQueries queries_;
};

}  // namespace lepton::reason
