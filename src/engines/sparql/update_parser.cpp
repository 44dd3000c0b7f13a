// SPARQL 1.1 Update: §19.8 [29] to [51].
#include <fmt/format.h>

#include "sparql/parser_state.h"

namespace lepton::sparql {

using Kind = UpdateOperation::Kind;

void Parser::update(Update& out) {
  for (;;) {
    prologue();
    if (token().kind == TokenKind::end) break;
    labels_.clear();
    out.operations.push_back(operation());
    if (token().kind == TokenKind::end) break;
    expect(";");
  }
  out.base = base_text();
}

UpdateOperation Parser::operation() {
  count_element();
  if (at_word("INSERT") || at_word("DELETE") || at_word("WITH")) return insert_or_delete();
  if (take_word("LOAD")) return load();
  if (take_word("CLEAR")) return clear(Kind::clear);
  if (take_word("DROP")) return clear(Kind::drop);
  if (take_word("ADD")) return transfer(Kind::add);
  if (take_word("MOVE")) return transfer(Kind::move);
  if (take_word("COPY")) return transfer(Kind::copy);
  if (take_word("CREATE")) {
    UpdateOperation out;
    out.kind = Kind::create;
    out.silent = take_word("SILENT");
    expect_word("GRAPH");
    out.destination.iri = iri();
    return out;
  }
  fail_expecting("INSERT, DELETE, WITH, LOAD, CLEAR, DROP, CREATE, ADD, MOVE or COPY");
}

UpdateOperation Parser::insert_or_delete() {
  UpdateOperation out;
  std::size_t const begin = token().begin;
  if (at_word("INSERT") && at_word("DATA", 1)) {
    at_ += 2;
    out.kind = Kind::insert_data;
    blanks_ = Blanks::terms;
    current_data_labels_.clear();
    out.insertions = quads();
    data_labels_.merge(current_data_labels_);
    check_data(out.insertions, begin);
  } else if (at_word("DELETE") && at_word("DATA", 1)) {
    at_ += 2;
    out.kind = Kind::delete_data;
    blanks_ = Blanks::forbidden;
    out.deletions = quads();
    check_data(out.deletions, begin);
  } else if (at_word("DELETE") && at_word("WHERE", 1)) {
    at_ += 2;
    out.kind = Kind::modify;
    blanks_ = Blanks::forbidden;
    out.deletions = quads();
    for (auto const& quad : out.deletions) {
      GroupElement triples;
      triples.triples.push_back({quad.triple.subject, quad.triple.predicate, quad.triple.object});
      if (!quad.graph) {
        out.where.elements.push_back(std::move(triples));
        continue;
      }
      count_element();
      GroupElement graph;
      graph.kind = GroupElement::Kind::graph;
      graph.name = *quad.graph;
      graph.groups.emplace_back().elements.push_back(std::move(triples));
      out.where.elements.push_back(std::move(graph));
    }
  } else {
    modify(out);
  }
  blanks_ = Blanks::variables;
  return out;
}

void Parser::modify(UpdateOperation& out) {
  out.kind = Kind::modify;
  if (take_word("WITH")) out.with = iri();
  bool const deletes = take_word("DELETE");
  if (deletes) {
    blanks_ = Blanks::forbidden;
    out.deletions = quads();
  }
  if (take_word("INSERT")) {
    blanks_ = Blanks::terms;
    std::set<std::string> const data_labels = std::exchange(data_labels_, {});
    out.insertions = quads();
    data_labels_ = data_labels;
  } else if (!deletes) {
    fail_expecting("DELETE or INSERT");
  }
  blanks_ = Blanks::variables;
  dataset_clauses(out.dataset, "USING");
  expect_word("WHERE");
  out.where = group();
}

UpdateOperation Parser::load() {
  UpdateOperation out;
  out.kind = Kind::load;
  out.silent = take_word("SILENT");
  out.source.iri = iri();
  out.destination.kind = GraphTarget::Kind::default_graph;
  if (take_word("INTO")) {
    expect_word("GRAPH");
    out.destination = {GraphTarget::Kind::graph, iri()};
  }
  return out;
}

UpdateOperation Parser::clear(Kind kind) {
  UpdateOperation out;
  out.kind = kind;
  out.silent = take_word("SILENT");
  out.destination = graph_target(true);
  return out;
}

UpdateOperation Parser::transfer(Kind kind) {
  UpdateOperation out;
  out.kind = kind;
  out.silent = take_word("SILENT");
  out.source = graph_target(false);
  expect_word("TO");
  out.destination = graph_target(false);
  return out;
}

/// GraphRefAll with `groups`, else GraphOrDefault, where the word GRAPH may be left out.
GraphTarget Parser::graph_target(bool groups) {
  if (take_word("DEFAULT")) return {GraphTarget::Kind::default_graph, {}};
  if (groups && take_word("NAMED")) return {GraphTarget::Kind::named, {}};
  if (groups && take_word("ALL")) return {GraphTarget::Kind::all, {}};
  if (!take_word("GRAPH") && (groups || !at_iri())) {
    fail_expecting(groups ? "GRAPH, DEFAULT, NAMED or ALL" : "a graph's IRI or DEFAULT");
  }
  return {GraphTarget::Kind::graph, iri()};
}

std::vector<QuadTemplate> Parser::quads() {
  std::vector<QuadTemplate> out;
  auto const add = [&](std::optional<Node> const& graph) {
    for (auto& triple : triples_template()) out.push_back({std::move(triple), graph});
  };
  expect("{");
  add(std::nullopt);
  while (take_word("GRAPH")) {
    Node const name = variable_or_iri();
    expect("{");
    add(name);
    expect("}");
    (void)take(".");
    add(std::nullopt);
  }
  expect("}");
  return out;
}

void Parser::check_data(std::vector<QuadTemplate> const& quads, std::size_t begin) const {
  auto const check = [&](Node const& node) {
    if (auto const* const variable = std::get_if<Variable>(&node)) {
      fail_at(text_, begin, fmt::format("data has no variables: ?{}", variables_.name(*variable)));
    }
  };
  for (auto const& quad : quads) {
    check(quad.triple.subject);
    check(quad.triple.predicate);
    check(quad.triple.object);
    if (quad.graph) check(*quad.graph);
  }
}

}  // namespace lepton::sparql
