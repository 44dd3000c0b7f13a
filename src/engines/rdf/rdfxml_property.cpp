// RDF/XML §7.2.14 to §7.2.21: the forms of a property element.
#include <fmt/format.h>

#include "rdf/rdfxml_parser.h"

namespace lepton::rdf {

namespace {

/// Names of RDF that are syntax (§6.2.2, §6.2.4), without rdf:li, which counts.
bool is_forbidden_property(std::string_view local) {
  for (std::string_view const word : {"RDF", "ID", "about", "parseType", "resource", "nodeID", "datatype",
                                      "Description", "aboutEach", "aboutEachPrefix", "bagID"}) {
    if (local == word) return true;
  }
  return false;
}

}  // namespace

void RdfXmlParser::open_property(std::string const& name, Attributes const& attributes, Element& element) {
  Element& owner = elements_[elements_.size() - 2];
  if (name.starts_with(rdf_namespace)) {
    std::string_view const local = std::string_view(name).substr(rdf_namespace.size());
    if (is_forbidden_property(local)) fail(fmt::format("rdf:{} may not be a property", local));
    if (local == "li") {
      // §7.4, list expansion.
      element.predicate = fmt::format("{}_{}", rdf_namespace, ++owner.members);
    }
  }
  if (element.predicate.empty()) element.predicate = name;
  if (attributes.about) fail("rdf:about belongs to nodes, not to properties");
  if (attributes.id) element.statement = new_id(*attributes.id);
  if (attributes.parse_type) return open_parse_type(attributes, element);
  if (attributes.resource || attributes.node_id || attributes.states_properties()) {
    return open_reference(attributes, element);
  }
  element.role = Role::property;
  if (attributes.datatype) element.datatype = resolve(*attributes.datatype);
}

/// §7.2.17 to §7.2.20.
void RdfXmlParser::open_parse_type(Attributes const& attributes, Element& element) {
  if (attributes.resource || attributes.node_id || attributes.datatype || attributes.states_properties()) {
    fail("a property with rdf:parseType has no other attribute than rdf:ID");
  }
  if (*attributes.parse_type == "Resource") {
    labels_.generate(element.node);
    state(elements_[elements_.size() - 2], element, element.view());
    element.role = Role::node;
  } else if (*attributes.parse_type == "Collection") {
    element.role = Role::collection;
  } else {
    element.role = Role::xml_literal;
    literal_.begin();
  }
}

/// §7.2.21 emptyPropertyElt, with more than rdf:ID.
void RdfXmlParser::open_reference(Attributes const& attributes, Element& element) {
  if (attributes.datatype) fail("rdf:datatype goes with text only");
  if (attributes.resource && attributes.node_id) fail("a property has one of rdf:resource and rdf:nodeID");
  element.kind = attributes.resource ? TermKind::iri : TermKind::blank;
  if (attributes.resource) {
    element.node = resolve(*attributes.resource);
  } else if (attributes.node_id) {
    element.node = node_label(*attributes.node_id);
  } else {
    labels_.generate(element.node);
  }
  element.role = Role::reference;
  state(elements_[elements_.size() - 2], element, element.view());
  state_properties(attributes, element.view(), element.language);
}

void RdfXmlParser::state_properties(Attributes const& attributes, TermView const& subject, std::string_view language) {
  if (attributes.type) {
    std::string const type = resolve(*attributes.type);
    emit(subject, iri_view(rdf_type), iri_view(type));
  }
  for (auto const& [name, value] : attributes.properties) {
    emit(subject, iri_view(name), language.empty() ? literal_view(value) : language_view(value, language));
  }
}

void RdfXmlParser::close(Element& element) {
  Element const& owner = elements_.back();
  if (element.role == Role::property && !element.has_node) {
    // §7.2.16 literalPropertyElt, and §7.2.21 without content.
    if (!element.datatype.empty()) {
      state(owner, element, literal_view(element.text, element.datatype));
    } else if (!element.language.empty()) {
      state(owner, element, language_view(element.text, element.language));
    } else {
      state(owner, element, literal_view(element.text));
    }
  } else if (element.role == Role::xml_literal) {
    state(owner, element, literal_view(literal_.lexical(), rdf_xml_literal));
  } else if (element.role == Role::collection) {
    if (element.has_node) {
      emit(element.view(), iri_view(rdf_rest), iri_view(rdf_nil));
    } else {
      state(owner, element, iri_view(rdf_nil));
    }
  }
}

}  // namespace lepton::rdf
