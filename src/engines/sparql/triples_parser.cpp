// Triples, paths and templates: §19.8 [52], [55] and [73] to [106].
#include <fmt/format.h>

#include "sparql/parser_state.h"

namespace lepton::sparql {

bool Parser::at_triples() const {
  return token().kind == TokenKind::variable || at_iri() || at_literal() || token().kind == TokenKind::blank_label ||
         at("(") || at("[");
}

void Parser::triples_same_subject(TripleSink const& sink) {
  if (at("[") && !at("]", 1)) {
    Node const subject = blank_property_list(sink);
    property_list(subject, sink, false);
  } else if (at("(") && !at(")", 1)) {
    Node const subject = collection(sink);
    property_list(subject, sink, false);
  } else {
    Node const subject = variable_or_term();
    property_list(subject, sink, true);
  }
}

bool Parser::at_verb() const {
  if (token().kind == TokenKind::variable || at_iri()) return true;
  if (token().kind == TokenKind::word && token().text == "a") return true;
  return paths_allowed_ && (at("^") || at("!") || at("("));
}

void Parser::property_list(Node const& subject, TripleSink const& sink, bool required) {
  if (!at_verb()) {
    if (required) fail_expecting("a predicate");
    return;
  }
  for (;;) {
    auto const predicate = verb();
    object_list(subject, predicate, sink);
    if (!at(";")) return;
    while (take(";")) {
    }
    if (!at_verb()) return;
  }
}

void Parser::object_list(Node const& subject, std::variant<Node, Path> const& predicate, TripleSink const& sink) {
  do {
    Node const object = graph_node(sink);
    sink({subject, predicate, object});
  } while (take(","));
}

std::variant<Node, Path> Parser::verb() {
  if (token().kind == TokenKind::variable) return Node(variable());
  if (paths_allowed_) {
    Path one = path();
    if (one.kind == Path::Kind::link) return Node(std::move(one.iri));
    return one;
  }
  if (token().kind == TokenKind::word && token().text == "a") {
    ++at_;
    return Node(rdf::iri(rdf::rdf_type));
  }
  return Node(iri());
}

Node Parser::graph_node(TripleSink const& sink) {
  if (at("[") && !at("]", 1)) return blank_property_list(sink);
  if (at("(") && !at(")", 1)) return collection(sink);
  return variable_or_term();
}

Node Parser::variable_or_term() {
  if (token().kind == TokenKind::variable) return variable();
  if (at_iri()) return iri();
  if (at_literal()) return literal();
  if (token().kind == TokenKind::blank_label) {
    Node node = labelled(token().text, token().begin);
    ++at_;
    return node;
  }
  if (take("(")) {
    expect(")");
    return rdf::iri(rdf::rdf_nil);
  }
  if (at("[")) {
    Node node = anonymous();
    ++at_;
    expect("]");
    return node;
  }
  fail_expecting("a variable, an IRI, a literal or a blank node");
}

Node Parser::blank_property_list(TripleSink const& sink) {
  Nesting const nesting(*this);
  Node const node = anonymous();
  expect("[");
  property_list(node, sink, true);
  expect("]");
  return node;
}

Node Parser::collection(TripleSink const& sink) {
  Nesting const nesting(*this);
  expect("(");
  Node const head = anonymous();
  Node current = head;
  for (;;) {
    Node const member = graph_node(sink);
    sink({current, Node(rdf::iri(rdf::rdf_first)), member});
    if (take(")")) {
      sink({current, Node(rdf::iri(rdf::rdf_rest)), Node(rdf::iri(rdf::rdf_nil))});
      return head;
    }
    Node const next = anonymous();
    sink({current, Node(rdf::iri(rdf::rdf_rest)), next});
    current = next;
  }
}

Node Parser::anonymous() {
  if (blanks_ == Blanks::forbidden) fail("a blank node may not stand in what is deleted");
  if (blanks_ == Blanks::variables) return variables_.fresh();
  return rdf::blank(fmt::format(".{}", ++generated_));
}

/// §4.1.4: a label means one node within one basic graph pattern.
Node Parser::labelled(std::string const& label, std::size_t offset) {
  if (blanks_ == Blanks::forbidden) fail("a blank node may not stand in what is deleted");
  if (blanks_ == Blanks::terms) {
    if (data_labels_.contains(label)) {
      fail_at(text_, offset, "this blank node label belongs to an earlier INSERT DATA");
    }
    current_data_labels_.insert(label);
    return rdf::blank(label);
  }
  auto const found = labels_.find(label);
  if (found == labels_.end()) {
    Variable const fresh = variables_.fresh();
    labels_.emplace(label, std::pair(pattern_, fresh));
    return fresh;
  }
  if (found->second.first != pattern_) {
    fail_at(text_, offset, "this blank node label belongs to another basic graph pattern");
  }
  return found->second.second;
}

std::vector<TriplePattern> Parser::triples_template() {
  std::vector<TriplePattern> out;
  bool const outer = std::exchange(paths_allowed_, false);
  while (at_triples()) {
    triples_same_subject([&](PathPattern triple) {
      out.push_back({std::move(triple.subject), std::get<Node>(std::move(triple.predicate)), std::move(triple.object)});
    });
    if (!take(".")) break;
  }
  paths_allowed_ = outer;
  return out;
}

Path Parser::path() {
  Nesting const nesting(*this);
  Path left = path_sequence();
  while (take("|")) {
    count_element();
    Path both;
    both.kind = Path::Kind::alternative;
    both.parts.push_back(std::move(left));
    both.parts.push_back(path_sequence());
    left = std::move(both);
  }
  return left;
}

Path Parser::path_sequence() {
  Path left = path_element_or_inverse();
  while (take("/")) {
    count_element();
    Path both;
    both.kind = Path::Kind::sequence;
    both.parts.push_back(std::move(left));
    both.parts.push_back(path_element_or_inverse());
    left = std::move(both);
  }
  return left;
}

Path Parser::path_element_or_inverse() {
  bool const inverse = take("^");
  Path element = path_primary();
  if (!at_number() && (at("?") || at("*") || at("+"))) {
    Path repeated;
    repeated.kind = at("?") ? Path::Kind::zero_or_one : at("*") ? Path::Kind::zero_or_more : Path::Kind::one_or_more;
    ++at_;
    repeated.parts.push_back(std::move(element));
    element = std::move(repeated);
  }
  if (!inverse) return element;
  Path inverted;
  inverted.kind = Path::Kind::inverse;
  inverted.parts.push_back(std::move(element));
  return inverted;
}

Path Parser::path_primary() {
  if (take("!")) return negated_set();
  if (take("(")) {
    Path inner = path();
    expect(")");
    return inner;
  }
  Path link;
  if (token().kind == TokenKind::word && token().text == "a") {
    ++at_;
    link.iri = rdf::iri(rdf::rdf_type);
  } else {
    link.iri = iri();
  }
  return link;
}

Path Parser::negated_set() {
  Path out;
  out.kind = Path::Kind::negated;
  auto const one = [&] {
    bool const backward = take("^");
    rdf::Term name;
    if (token().kind == TokenKind::word && token().text == "a") {
      ++at_;
      name = rdf::iri(rdf::rdf_type);
    } else {
      name = iri();
    }
    (backward ? out.backward : out.forward).push_back(std::move(name));
  };
  if (!take("(")) {
    one();
    return out;
  }
  if (take(")")) return out;
  do {
    one();
  } while (take("|"));
  expect(")");
  return out;
}

}  // namespace lepton::sparql
