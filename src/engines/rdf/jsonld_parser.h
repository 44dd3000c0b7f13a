#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "rdf/blank_labels.h"
#include "rdf/jsonld_expand.h"
#include "rdf/parse.h"

namespace lepton::rdf {

/// What becomes of a text's direction, which RDF 1.1 has no place for (JSON-LD 1.1 API §9.3, rdfDirection).
enum class JsonLdDirection : std::uint8_t { dropped, i18n_datatype, compound_literal };

/// JSON-LD 1.1: a document is read whole, since a context may stand behind what it explains, then expanded and handed
/// out (API §8.1, without its node map: a dataset is a set, so statements may repeat). Recovery is not offered: the
/// first problem ends the parse. One document, one thread.
class JsonLdParser {
 public:
  /// All arguments outlive the parser.
  JsonLdParser(Call const& call, ByteSource& source, QuadSink& sink, ParseOptions const& options);
  void run();

 private:
  [[nodiscard]] std::string read_all();

  Call const& call_;
  ByteSource& source_;
  QuadSink& sink_;
  ParseOptions const& options_;
};

/// Hands the statements of an expanded document out. One document, one thread.
class JsonLdStatements {
 public:
  /// Both outlive it.
  JsonLdStatements(Call const& call, QuadSink& sink, JsonLdDirection direction = JsonLdDirection::dropped)
      : call_(call), sink_(sink), direction_(direction) {}

  void run(json::Array const& expanded);

 private:
  using Graph = std::optional<Term>;

  /// The node's name, and everything stated inside it; nullopt when it has a name that RDF cannot write.
  [[nodiscard]] std::optional<Term> node(json::Object const& object, Graph const& graph);
  void properties(json::Object const& object, Term const& subject, Graph const& graph);
  void skip_named(json::Object const& object, Graph const& graph);
  void types(json::Value const& types, Term const& subject, Graph const& graph);
  void reverse(json::Object const& map, std::optional<Term> const& object, Graph const& graph);
  [[nodiscard]] std::optional<Term> object(json::Value const& value, Graph const& graph);
  [[nodiscard]] std::optional<Term> literal(json::Object const& value, Graph const& graph);
  [[nodiscard]] std::optional<Term> text(json::Object const& value, Graph const& graph);
  [[nodiscard]] Term list(json::Value const& items, Graph const& graph);
  [[nodiscard]] Term fresh();
  /// An IRI or a blank node; nullopt for what RDF cannot write.
  [[nodiscard]] std::optional<Term> name(std::string_view text);
  void emit(Term const& subject, Term const& predicate, Term const& object, Graph const& graph);

  Call const& call_;
  QuadSink& sink_;
  JsonLdDirection direction_;
  BlankLabels labels_;
  std::map<std::string, std::string> replaced_labels_;
};

}  // namespace lepton::rdf
