#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rdf/blank_labels.h"
#include "rdf/iri.h"
#include "rdf/recovery.h"
#include "rdf/xml_reader.h"

namespace lepton::rdf {

/// RDF 1.1 XML Syntax: a stack of elements, each a node, a property or part of an XML literal. One document, one
/// thread.
class RdfXmlParser : private XmlHandler {
 public:
  /// All arguments outlive the parser.
  RdfXmlParser(Call const& call, ByteSource& source, QuadSink& sink, ParseOptions const& options);
  void run();

 private:
  enum class Role {
    document,   ///< around the root element
    container,  ///< rdf:RDF, which holds nodes
    node,       ///< holds properties; also a property with parseType="Resource"
    property,   ///< holds text or one node
    collection,
    reference,  ///< a property whose object its attributes tell: holds nothing
    xml_literal,
    xml_inside,  ///< an element of an XML literal
    skipped
  };

  struct Element {
    Role role = Role::document;
    TermKind kind = TermKind::blank;  ///< of `node`
    std::string node;                 ///< the subject of a node; the last cell of a collection
    std::size_t members = 0;          ///< rdf:li seen
    std::string predicate;
    std::string statement;  ///< IRI that rdf:ID gives to the property's statement, or empty
    std::string datatype;
    std::string text;
    bool has_node = false;
    std::string language;
    std::optional<BaseIri> base;  ///< when xml:base stands here

    [[nodiscard]] TermView view() const { return {kind, node, {}, {}}; }
  };

  /// The attributes of one element, sorted by what RDF/XML makes of them.
  struct Attributes {
    std::optional<std::string_view> id, about, node_id, resource, parse_type, datatype, type;
    std::vector<std::pair<std::string, std::string_view>> properties;
    [[nodiscard]] bool states_properties() const { return type || !properties.empty(); }
    [[nodiscard]] bool none() const {
      return !id && !about && !node_id && !resource && !parse_type && !datatype && !states_properties();
    }
  };

  void declare_namespace(std::string_view prefix, std::string_view iri) override;
  void start_element(XmlName const& name, std::span<XmlAttribute const> attributes) override;
  void end_element(XmlName const& name) override;
  void text(std::string_view text) override;
  void comment(std::string_view text) override;
  void processing_instruction(std::string_view target, std::string_view data) override;

  void open(XmlName const& name, std::span<XmlAttribute const> attributes);
  void inherit(std::span<XmlAttribute const> attributes, Element& element);
  [[nodiscard]] Attributes sort(std::span<XmlAttribute const> attributes) const;
  void sort_rdf(std::string_view local, std::string_view value, Attributes& sorted) const;
  void open_node(std::string const& name, Attributes const& attributes, Element& element);
  void name_node(Attributes const& attributes, Element& element);
  void link_node(Element const& owner, Element& property, TermView const& node);
  void open_property(std::string const& name, Attributes const& attributes, Element& element);
  void open_parse_type(Attributes const& attributes, Element& element);
  void open_reference(Attributes const& attributes, Element& element);
  void state_properties(Attributes const& attributes, TermView const& subject, std::string_view language);
  void close(Element& element);

  void state(Element const& owner, Element const& property, TermView const& object);
  void emit(TermView const& subject, TermView const& predicate, TermView const& object);

  [[nodiscard]] BaseIri const& base() const;
  [[nodiscard]] std::string resolve(std::string_view reference) const;
  [[nodiscard]] std::string new_id(std::string_view id);
  [[nodiscard]] std::string node_label(std::string_view id) const;
  [[nodiscard]] std::string element_iri(XmlName const& name) const;
  void check_name(std::string const& name) const;
  void check_text_length(std::size_t length) const;
  [[noreturn]] void fail(std::string sentence) const;

  Call const& call_;
  ByteSource& source_;
  QuadSink& sink_;
  Limits const& limits_;
  Recovery recovery_;
  XmlReader reader_;
  BaseIri document_base_;
  std::vector<Element> elements_;
  BlankLabels labels_;
  XmlLiteral literal_;
  std::set<std::string, std::less<>> ids_;
  std::size_t id_bytes_ = 0;
};

}  // namespace lepton::rdf
