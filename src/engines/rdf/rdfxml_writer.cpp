#include "rdf/rdfxml_writer.h"

#include <fmt/format.h>

#include "base/error.h"
#include "rdf/characters.h"

namespace lepton::rdf {

namespace {

void append_xml(std::string& out, std::string_view text) {
  if (!is_xml_text(text)) throw invalid("RDF/XML cannot hold control characters: write another syntax");
  for (char const c : text) {
    switch (c) {
      case '&':
        out.append("&amp;");
        break;
      case '<':
        out.append("&lt;");
        break;
      case '>':
        out.append("&gt;");
        break;
      case '"':
        out.append("&quot;");
        break;
      case '\r':
        out.append("&#xD;");
        break;
      default:
        out.push_back(c);
    }
  }
}

/// Where the longest XML name at the end of an IRI begins.
std::size_t local_name_begin(std::string_view iri) {
  std::size_t begin = iri.size();
  for (std::size_t i = iri.size(); i-- > 0;) {
    CodePoint const c = decode_utf8(iri.substr(i));
    if (c.length == 0) continue;  // inside a longer sequence
    if (c.value != '.' && !is_name_char(c.value)) break;
    if (is_name_start(c.value)) begin = i;
  }
  return begin;
}

}  // namespace

RdfXmlWriter::RdfXmlWriter(ByteSink& sink, WriteOptions const& options) : out_(sink) {
  for (auto const& [name, iri] : options.prefixes) {
    bool const reserved = name.starts_with("xml") || name == "rdf" || iri == rdf_namespace;
    if (is_ncname(name) && !reserved && is_xml_text(iri)) prefixes_.emplace(iri, name);
  }
}

void RdfXmlWriter::begin() {
  if (begun_) return;
  begun_ = true;
  out_.text().append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rdf:RDF");
  append_attribute("xmlns:rdf", rdf_namespace);
  for (auto const& [iri, name] : prefixes_) append_attribute("xmlns:" + name, iri);
  out_.text().append(">\n");
}

void RdfXmlWriter::quad(QuadView const& quad) {
  if (quad.graph) throw invalid("RDF/XML holds no named graphs: write TriG or N-Quads");
  begin();
  std::string& out = out_.text();
  if (!subject_ || !(subject_->view() == quad.subject)) {
    end_node();
    subject_.emplace(quad.subject);
    out.append("  <rdf:Description");
    append_resource("rdf:about", quad.subject);
    out.append(">\n");
  }
  std::string_view const predicate = quad.predicate.value;
  std::size_t const local = local_name_begin(predicate);
  if (local == 0 || local == predicate.size()) {
    throw invalid(fmt::format("RDF/XML has no form for the predicate <{}>: it does not end in an XML name", predicate));
  }
  std::string_view const space = predicate.substr(0, local);
  auto const prefix = prefixes_.find(std::string(space));
  std::string element = prefix != prefixes_.end() ? prefix->second : space == rdf_namespace ? "rdf" : "p";
  element.append(":").append(predicate.substr(local));
  out.append("    <").append(element);
  if (prefix == prefixes_.end() && space != rdf_namespace) append_attribute("xmlns:p", space);
  if (!quad.object.is_literal()) {
    append_resource("rdf:resource", quad.object);
    out.append("/>\n");
  } else {
    if (!quad.object.language.empty()) {
      append_attribute("xml:lang", quad.object.language);
    } else if (quad.object.datatype != xsd_string) {
      append_attribute("rdf:datatype", quad.object.datatype);
    }
    out.push_back('>');
    append_xml(out, quad.object.value);
    out.append("</").append(element).append(">\n");
  }
  out_.flush_if_full();
}

void RdfXmlWriter::finish() {
  begin();
  end_node();
  out_.text().append("</rdf:RDF>\n");
  out_.flush();
}

void RdfXmlWriter::end_node() {
  if (subject_) out_.text().append("  </rdf:Description>\n");
  subject_.reset();
}

void RdfXmlWriter::append_attribute(std::string_view name, std::string_view value) {
  out_.text().append(" ").append(name).append("=\"");
  append_xml(out_.text(), value);
  out_.text().push_back('"');
}

/// Labels may begin with a digit, names in XML may not: each gets a letter more.
void RdfXmlWriter::append_resource(std::string_view iri_attribute, TermView const& term) {
  if (term.is_iri()) return append_attribute(iri_attribute, term.value);
  std::string const name = "b" + std::string(term.value);
  if (!is_ncname(name)) throw invalid(fmt::format("'{}' cannot label a blank node", term.value));
  append_attribute("rdf:nodeID", name);
}

}  // namespace lepton::rdf
