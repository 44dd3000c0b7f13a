#include "rdf/jsonld_writer.h"

#include <algorithm>

#include "base/json.h"
#include "rdf/vocabulary.h"

namespace lepton::rdf {

namespace {

bool same_graph(std::optional<Term> const& a, std::optional<TermView> const& b) {
  return a.has_value() == b.has_value() && (!a || a->view() == *b);
}

/// A node with more different predicates than this is written in several objects, which mean the same.
constexpr std::size_t most_predicates = 64;

}  // namespace

void JsonLdWriter::quad(QuadView const& quad) {
  std::string& text = out_.text();
  if (!begun_) text += "[";
  begun_ = true;
  if (!graph_ || !same_graph(*graph_, quad.graph)) {
    end_graph();
    begin_graph(quad.graph);
  }
  std::string_view const predicate = quad.predicate.value;
  bool const repeats = predicate != predicate_ && std::ranges::find(predicates_, predicate) != predicates_.end();
  if (!subject_ || subject_->view() != quad.subject || repeats || predicates_.size() >= most_predicates) {
    end_node();
    begin_node(quad.subject);
  }
  if (predicate == predicate_) {
    text += ",";
  } else {
    if (!predicate_.empty()) text += "]";
    predicate_ = predicate;
    predicates_.emplace_back(predicate);
    text.append(",").append(json::write(json::Value(predicate))).append(":[");
  }
  append_value(quad.object);
  out_.flush_if_full();
}

void JsonLdWriter::begin_graph(std::optional<TermView> const& graph) {
  graph_.emplace();
  if (!graph) return;
  graph_->emplace(*graph);
  out_.text() += first_node_ ? "\n{\"@id\":" : ",\n{\"@id\":";
  append_name(*graph);
  out_.text() += ",\"@graph\":[";
  first_node_ = true;
}

void JsonLdWriter::begin_node(TermView const& subject) {
  out_.text() += first_node_ ? "\n{\"@id\":" : ",\n{\"@id\":";
  append_name(subject);
  first_node_ = false;
  subject_.emplace(subject);
}

void JsonLdWriter::end_node() {
  if (!subject_) return;
  out_.text() += "]}";
  subject_.reset();
  predicate_.clear();
  predicates_.clear();
}

void JsonLdWriter::end_graph() {
  end_node();
  if (graph_ && *graph_) {
    out_.text() += "]}";
    first_node_ = false;
  }
  graph_.reset();
}

void JsonLdWriter::finish() {
  if (!begun_) out_.text() += "[";
  end_graph();
  out_.text() += "\n]\n";
  out_.flush();
}

void JsonLdWriter::append_name(TermView const& term) {
  std::string name = term.is_blank() ? "_:" : "";
  name += term.value;
  out_.text() += json::write(json::Value(name));
}

void JsonLdWriter::append_value(TermView const& term) {
  std::string& text = out_.text();
  if (!term.is_literal()) {
    text += "{\"@id\":";
    append_name(term);
    text += "}";
    return;
  }
  text.append("{\"@value\":").append(json::write(json::Value(term.value)));
  if (!term.language.empty()) {
    text.append(",\"@language\":").append(json::write(json::Value(term.language)));
  } else if (term.datatype != xsd_string) {
    text.append(",\"@type\":").append(json::write(json::Value(term.datatype)));
  }
  text += "}";
}

}  // namespace lepton::rdf
