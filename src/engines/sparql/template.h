#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>

#include "rdf/quad.h"
#include "sparql/syntax_tree.h"

namespace lepton::sparql {

/// Makes statements of CONSTRUCT's and of an update's templates (§16.2, Update §3.1.3): each solution gets blank nodes
/// of its own, and what would be no statement (an unbound variable, a literal as subject) is left out. One thread.
class TemplateWriter {
 public:
  /// What a variable is bound to in the current solution; nullptr: nothing. Valid until the next solution.
  using Lookup = std::function<rdf::Term const*(Variable)>;

  /// `blank_prefix` begins the labels of new blank nodes and must be of this query alone.
  explicit TemplateWriter(std::string blank_prefix) : blank_prefix_(std::move(blank_prefix)) {}

  void write(std::span<QuadTemplate const> quads, Lookup const& lookup, rdf::QuadSink& sink);

 private:
  [[nodiscard]] rdf::Term const* resolve(Node const& node, Lookup const& lookup, rdf::Term& storage);

  std::string blank_prefix_;
  std::uint64_t solution_ = 0;
};

}  // namespace lepton::sparql
