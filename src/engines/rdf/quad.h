#pragma once

#include <compare>
#include <optional>
#include <string_view>
#include <vector>

#include "rdf/term.h"

namespace lepton::rdf {

/// A statement in a graph; without a graph it stands in the default graph. Borrowed bytes, like TermView.
struct QuadView {
  TermView subject;
  TermView predicate;
  TermView object;
  std::optional<TermView> graph;
};

/// A statement that owns its bytes. A plain value.
struct Quad {
  Term subject;
  Term predicate;
  Term object;
  std::optional<Term> graph;

  Quad() = default;
  Quad(Term s, Term p, Term o, std::optional<Term> g = {});
  explicit Quad(QuadView const& view);

  [[nodiscard]] QuadView view() const;
  friend bool operator==(Quad const&, Quad const&) = default;
  friend std::strong_ordering operator<=>(Quad const& a, Quad const& b);
};

/// Takes statements one after another from a parser, a query or a writer's caller. Views live until the function
/// returns. What it throws ends the parse.
class QuadSink {
 public:
  virtual ~QuadSink() = default;
  virtual void quad(QuadView const& quad) = 0;
  /// The document declares a prefix (without its colon). Only of interest to those who write it again.
  virtual void prefix(std::string_view name, std::string_view iri);
};

/// Keeps every statement in memory, for documents known to be small: manifests, mappings, shapes.
class QuadCollector : public QuadSink {
 public:
  void quad(QuadView const& quad) override { quads.emplace_back(quad); }
  std::vector<Quad> quads;
};

}  // namespace lepton::rdf
