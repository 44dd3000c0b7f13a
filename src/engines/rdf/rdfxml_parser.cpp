#include "rdf/rdfxml_parser.h"

#include <fmt/format.h>

#include <algorithm>

#include "rdf/characters.h"

namespace lepton::rdf {

namespace {

constexpr std::string_view xml_namespace = "http://www.w3.org/XML/1998/namespace";

/// What an entry of a tree costs beside its text, about.
constexpr std::size_t entry_overhead = 96;

bool is_white(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return is_space(c); });
}

std::string rdf_name(std::string_view local) {
  return std::string(rdf_namespace).append(local);
}

/// The part of an IRI behind the RDF namespace; empty for any other IRI.
std::string_view rdf_local(std::string_view iri) {
  return iri.starts_with(rdf_namespace) ? iri.substr(rdf_namespace.size()) : std::string_view();
}

bool one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::ranges::find(words, word) != words.end();
}

/// RDF/XML §6.2.2 and §6.2.4: names that are syntax, and names of older versions.
bool is_core_or_old(std::string_view local) {
  return one_of(local, {"RDF", "ID", "about", "parseType", "resource", "nodeID", "datatype", "aboutEach",
                        "aboutEachPrefix", "bagID"});
}

}  // namespace

RdfXmlParser::RdfXmlParser(Call const& call, ByteSource& source, QuadSink& sink, ParseOptions const& options)
    : call_(call),
      source_(source),
      sink_(sink),
      limits_(options.limits),
      recovery_(options),
      reader_(*this, options.limits),
      document_base_(options.base),
      elements_(1) {}

void RdfXmlParser::run() {
  try {
    reader_.run(call_, source_);
  } catch (Problem const& problem) {
    Recovery::give_up(problem);
  }
}

void RdfXmlParser::declare_namespace(std::string_view prefix, std::string_view iri) {
  if (elements_.back().role != Role::document) return;
  if (is_absolute_iri(iri) && has_iri_characters(iri)) sink_.prefix(prefix, iri);
}

void RdfXmlParser::start_element(XmlName const& name, std::span<XmlAttribute const> attributes) {
  if (elements_.size() >= limits_.depth) fail(fmt::format("more than {} elements inside each other", limits_.depth));
  Role const around = elements_.back().role;
  if (around == Role::xml_literal || around == Role::xml_inside) {
    literal_.start_element(name, {attributes.begin(), attributes.end()});
    check_text_length(literal_.lexical().size());
    elements_.emplace_back().role = Role::xml_inside;
    return;
  }
  if (around != Role::skipped) {
    std::size_t const depth = elements_.size();
    try {
      return open(name, attributes);
    } catch (Problem const& problem) {
      elements_.resize(depth);
      recovery_.handle(problem);
    }
  }
  elements_.emplace_back().role = Role::skipped;
}

void RdfXmlParser::end_element(XmlName const& name) {
  Element element = std::move(elements_.back());
  elements_.pop_back();
  if (element.role == Role::xml_inside) return literal_.end_element(name);
  close(element);
}

void RdfXmlParser::text(std::string_view text) {
  Element& element = elements_.back();
  switch (element.role) {
    case Role::skipped:
      return;
    case Role::xml_literal:
    case Role::xml_inside:
      literal_.text(text);
      return check_text_length(literal_.lexical().size());
    case Role::property:
      if (element.has_node && !is_white(text)) break;
      element.text.append(text);
      return check_text_length(element.text.size());
    default:
      if (is_white(text)) return;
  }
  recovery_.handle({reader_.position(), "text may stand only alone inside a property"});
}

void RdfXmlParser::comment(std::string_view text) {
  Role const role = elements_.back().role;
  if (role == Role::xml_literal || role == Role::xml_inside) literal_.comment(text);
}

void RdfXmlParser::processing_instruction(std::string_view target, std::string_view data) {
  Role const role = elements_.back().role;
  if (role == Role::xml_literal || role == Role::xml_inside) literal_.processing_instruction(target, data);
}

/// RDF/XML §7.2.8 doc to §7.2.11 nodeElement: which of them an element is, its surroundings tell.
void RdfXmlParser::open(XmlName const& name, std::span<XmlAttribute const> attributes) {
  elements_.emplace_back();
  Element& around = elements_[elements_.size() - 2];
  Element& element = elements_.back();
  inherit(attributes, element);
  std::string const iri = element_iri(name);
  Attributes const sorted = sort(attributes);
  bool const is_container = rdf_local(iri) == "RDF";
  switch (around.role) {
    case Role::document:
      if (is_container) {
        if (!sorted.none()) fail("rdf:RDF has no attributes but namespaces, xml:base and xml:lang");
        element.role = Role::container;
        return;
      }
      return open_node(iri, sorted, element);
    case Role::container:
      return open_node(iri, sorted, element);
    case Role::node:
      return open_property(iri, sorted, element);
    case Role::property:
    case Role::collection:
      if (!is_white(around.text)) fail("a property holds either text or a node");
      if (around.has_node && around.role == Role::property) fail("a property holds one node only");
      open_node(iri, sorted, element);
      return link_node(elements_[elements_.size() - 3], around, element.view());
    default:
      fail("this property's object is told by its attributes: it holds nothing");
  }
}

/// xml:base and xml:lang hold for the element and what is inside it.
void RdfXmlParser::inherit(std::span<XmlAttribute const> attributes, Element& element) {
  element.language = elements_[elements_.size() - 2].language;
  for (auto const& [name, value] : attributes) {
    if (name.space != xml_namespace) continue;
    if (name.local == "lang") {
      if (!value.empty() && !is_language_tag(value)) fail(fmt::format("'{}' is not a language tag", value));
      element.language = value;
    } else if (name.local == "base") {
      std::string const iri = resolve(value);
      element.base.emplace(iri);
    }
  }
}

/// RDF/XML §6.1.4.
RdfXmlParser::Attributes RdfXmlParser::sort(std::span<XmlAttribute const> attributes) const {
  Attributes sorted;
  for (auto const& [name, value] : attributes) {
    if (name.space == xml_namespace) continue;
    if (name.space == rdf_namespace) {
      sort_rdf(name.local, value, sorted);
    } else if (!name.space.empty()) {
      sorted.properties.emplace_back(element_iri(name), value);
    } else if (one_of(name.local, {"ID", "about", "resource", "parseType", "type"})) {
      sort_rdf(name.local, value, sorted);
    } else if (name.local.size() < 3 || (name.local[0] | 0x20) != 'x' || (name.local[1] | 0x20) != 'm' ||
               (name.local[2] | 0x20) != 'l') {
      fail(fmt::format("the attribute '{}' has no namespace", name.local));
    }
  }
  return sorted;
}

void RdfXmlParser::sort_rdf(std::string_view local, std::string_view value, Attributes& sorted) const {
  if (local == "ID") {
    sorted.id = value;
  } else if (local == "about") {
    sorted.about = value;
  } else if (local == "nodeID") {
    sorted.node_id = value;
  } else if (local == "resource") {
    sorted.resource = value;
  } else if (local == "parseType") {
    sorted.parse_type = value;
  } else if (local == "datatype") {
    sorted.datatype = value;
  } else if (local == "type") {
    sorted.type = value;
  } else if (is_core_or_old(local) || local == "Description" || local == "li") {
    fail(fmt::format("rdf:{} may not be an attribute", local));
  } else {
    sorted.properties.emplace_back(rdf_name(local), value);
  }
}

/// RDF/XML §7.2.11.
void RdfXmlParser::open_node(std::string const& name, Attributes const& attributes, Element& element) {
  std::string_view const local = rdf_local(name);
  if (is_core_or_old(local) || local == "li") fail(fmt::format("rdf:{} may not be a node", local));
  if (attributes.resource || attributes.parse_type || attributes.datatype) {
    fail("rdf:resource, rdf:parseType and rdf:datatype belong to properties, not to nodes");
  }
  name_node(attributes, element);
  element.role = Role::node;
  if (local != "Description") emit(element.view(), iri_view(rdf_type), iri_view(name));
  state_properties(attributes, element.view(), element.language);
}

void RdfXmlParser::name_node(Attributes const& attributes, Element& element) {
  int const names =
      int(attributes.id.has_value()) + int(attributes.about.has_value()) + int(attributes.node_id.has_value());
  if (names > 1) fail("a node has one of rdf:about, rdf:ID and rdf:nodeID");
  element.kind = attributes.id || attributes.about ? TermKind::iri : TermKind::blank;
  if (attributes.id) {
    element.node = new_id(*attributes.id);
  } else if (attributes.about) {
    element.node = resolve(*attributes.about);
  } else if (attributes.node_id) {
    element.node = node_label(*attributes.node_id);
  } else {
    labels_.generate(element.node);
  }
}

/// RDF/XML §7.2.15 and §7.2.19: the property leads to this node, or to the list it is a member of.
void RdfXmlParser::link_node(Element const& owner, Element& property, TermView const& node) {
  if (property.role == Role::property) {
    state(owner, property, node);
  } else {
    std::string cell;
    labels_.generate(cell);
    if (property.has_node) {
      emit(property.view(), iri_view(rdf_rest), blank_view(cell));
    } else {
      state(owner, property, blank_view(cell));
    }
    emit(blank_view(cell), iri_view(rdf_first), node);
    property.node = std::move(cell);
  }
  property.has_node = true;
}

void RdfXmlParser::state(Element const& owner, Element const& property, TermView const& object) {
  TermView const predicate = iri_view(property.predicate);
  emit(owner.view(), predicate, object);
  if (property.statement.empty()) return;
  // RDF/XML §7.3, reification.
  TermView const statement = iri_view(property.statement);
  emit(statement, iri_view(rdf_type), iri_view(rdf_statement));
  emit(statement, iri_view(rdf_subject), owner.view());
  emit(statement, iri_view(rdf_predicate), predicate);
  emit(statement, iri_view(rdf_object), object);
}

void RdfXmlParser::emit(TermView const& subject, TermView const& predicate, TermView const& object) {
  sink_.quad({subject, predicate, object, {}});
}

BaseIri const& RdfXmlParser::base() const {
  auto const nearest = std::find_if(elements_.rbegin(), elements_.rend(), [](auto const& e) { return bool(e.base); });
  return nearest == elements_.rend() ? document_base_ : *nearest->base;
}

std::string RdfXmlParser::resolve(std::string_view reference) const {
  std::string iri(reference);
  if (!has_iri_characters(iri)) fail(fmt::format("'{}' has characters that an IRI may not have", reference));
  if (!base().resolve(iri)) fail(fmt::format("'{}' is relative, and no base IRI is known", reference));
  check_name(iri);
  return iri;
}

/// RDF/XML §7.2.22: an rdf:ID occurs once.
std::string RdfXmlParser::new_id(std::string_view id) {
  if (!is_ncname(id)) fail(fmt::format("'{}' is not a name that rdf:ID may give", id));
  std::string iri = resolve(std::string("#").append(id));
  id_bytes_ += entry_overhead + iri.size();
  if (id_bytes_ > limits_.names) fail(fmt::format("rdf:IDs take more than {} bytes", limits_.names));
  if (!ids_.insert(iri).second) fail(fmt::format("rdf:ID '{}' is used twice", id));
  return iri;
}

std::string RdfXmlParser::node_label(std::string_view id) const {
  if (!is_ncname(id)) fail(fmt::format("'{}' is not a name that rdf:nodeID may give", id));
  std::string label(id);
  check_name(label);
  BlankLabels::keep(label);
  return label;
}

std::string RdfXmlParser::element_iri(XmlName const& name) const {
  std::string iri = std::string(name.space).append(name.local);
  if (!is_absolute_iri(iri)) fail(fmt::format("'{}' has no namespace that is an absolute IRI", name.local));
  if (!has_iri_characters(iri)) fail(fmt::format("'{}' has characters that an IRI may not have", iri));
  check_name(iri);
  return iri;
}

void RdfXmlParser::check_name(std::string const& name) const {
  if (name.size() > limits_.name)
    fail(fmt::format("an IRI or a blank node's name has more than {} bytes", limits_.name));
}

void RdfXmlParser::check_text_length(std::size_t length) const {
  if (length > limits_.token) fail(fmt::format("a literal is longer than {} bytes", limits_.token));
}

void RdfXmlParser::fail(std::string sentence) const {
  throw Problem{reader_.position(), std::move(sentence)};
}

}  // namespace lepton::rdf
