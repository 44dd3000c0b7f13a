#include "reason/shacl_queries.h"

#include <algorithm>

#include "base/error.h"
#include "reason/shacl_prebinding.h"
#include "sparql/engine.h"

namespace lepton::reason {

namespace {

/// §5.3.2: {?name} and {$name} stand for what is bound to the name.
std::string filled(std::string const& text, std::map<std::string, rdf::Term> const& bindings) {
  std::string out;
  std::size_t at = 0;
  while (at < text.size()) {
    auto const open = text.find('{', at);
    auto const close = open == std::string::npos ? open : text.find('}', open);
    bool const is_variable =
        close != std::string::npos && close > open + 2 && (text[open + 1] == '?' || text[open + 1] == '$');
    if (!is_variable) {
      auto const end = open == std::string::npos ? text.size() : open + 1;
      out.append(text, at, end - at);
      at = end;
      continue;
    }
    auto const found = bindings.find(text.substr(open + 2, close - open - 2));
    out.append(text, at, open - at);
    out += found == bindings.end() ? text.substr(open, close - open + 1) : found->second.value;
    at = close + 1;
  }
  return out;
}

rdf::TermId id_of(GraphView const& data, sparql::Row const& row, std::vector<std::string> const& names,
                  std::string_view name) {
  auto const found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) return {};
  auto const& term = row[static_cast<std::size_t>(found - names.begin())];
  return term ? data.id(*term) : rdf::TermId();
}

/// Two parts at a time, as SPARQL's syntax has them.
sparql::Path folded(sparql::Path::Kind kind, std::vector<sparql::Path> parts) {
  sparql::Path path = std::move(parts.back());
  for (std::size_t i = parts.size() - 1; i-- > 0;) path = {kind, {}, {std::move(parts[i]), std::move(path)}, {}, {}};
  return path;
}

}  // namespace

std::vector<ShaclQueries::Finding> ShaclQueries::run(SparqlConstraint const& constraint, Shape const& shape,
                                                     rdf::TermId focus, std::vector<rdf::TermId> const& values) const {
  Bindings bindings = constraint.arguments;
  bindings["this"] = data_.term(focus);
  bindings["currentShape"] = data_.term(shape.id);
  if (auto const graph = shapes_.graph(); graph.defined() && graph != rdf::TermId::default_graph()) {
    bindings["shapesGraph"] = data_.term(graph);
  }
  if (constraint.validator->query.form == sparql::QueryForm::select) return select(constraint, shape, focus, bindings);
  std::vector<Finding> found;
  for (auto const value : values) {
    bindings["value"] = data_.term(value);
    if (ask(constraint, shape, bindings)) continue;
    auto const& messages = constraint.validator->messages;
    found.push_back({value, {}, messages.empty() ? "" : filled(messages.front(), bindings)});
  }
  return found;
}

std::vector<ShaclQueries::Finding> ShaclQueries::select(SparqlConstraint const& constraint, Shape const& shape,
                                                        rdf::TermId focus, Bindings const& bindings) const {
  sparql::ResultCollector results;
  execute(constraint, shape, bindings, results);
  std::vector<Finding> found;
  for (auto const& row : results.rows) {
    Bindings bound = bindings;
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (row[i]) bound.insert_or_assign(results.names[i], *row[i]);
    }
    if (auto const failure = bound.find("failure"); failure != bound.end() && failure->second.value == "true") {
      throw invalid(fmt::format("a query of the shape {} answers ?failure for {}", data_.term(shape.id).value,
                                data_.term(focus).value))
          .with_reason("shape_failure");
    }
    Finding finding;
    finding.value = id_of(data_, row, results.names, "value");
    if (!finding.value.defined() && !shape.path) finding.value = focus;
    finding.path = id_of(data_, row, results.names, "path");
    if (finding.path.defined() && finding.path.kind() != rdf::IdKind::iri) finding.path = {};
    auto const message = bound.find("message");
    auto const& messages = constraint.validator->messages;
    finding.message = message != bound.end() && message->second.kind == rdf::TermKind::literal ? message->second.value
                      : messages.empty()                                                       ? ""
                                         : filled(messages.front(), bound);
    found.push_back(std::move(finding));
  }
  return found;
}

bool ShaclQueries::ask(SparqlConstraint const& constraint, Shape const& shape, Bindings const& bindings) const {
  sparql::ResultCollector results;
  execute(constraint, shape, bindings, results);
  return results.truth == true;
}

void ShaclQueries::execute(SparqlConstraint const& constraint, Shape const& shape, Bindings const& bindings,
                           sparql::ResultSink& sink) const {
  std::optional<sparql::Path> path;
  if (shape.path) path = path_of(*shape.path);
  auto query = prebind(constraint.validator->query, bindings, path);
  if (query.form == sparql::QueryForm::select) {
    query.body.limit = std::min<std::uint64_t>(query.body.limit.value_or(options_.results), options_.results);
  }
  sparql::EngineOptions options;
  options.limits.memory = options_.query_memory;
  auto const graph = data_.graph();
  auto const shapes_graph = shapes_.graph();
  options.layers = data_.layers();
  if (!graph.defined()) {
    options.union_default_graph = true;
    options.restricted = !data_.graphs().empty();
    options.graphs = data_.graphs();
  } else {
    options.restricted = true;
    options.graphs = {graph};
    if (shapes_graph.defined() && shapes_graph != graph) options.graphs.push_back(shapes_graph);
    std::sort(options.graphs.begin(), options.graphs.end());
    if (graph != rdf::TermId::default_graph()) {
      options.dataset.defaults = {data_.term(graph)};
      if (shapes_graph.defined() && shapes_graph != rdf::TermId::default_graph()) {
        options.dataset.named = {data_.term(shapes_graph)};
      }
    }
  }
  rdf::QuadCollector none;
  sparql::run_query(call_, query, data_.snapshot(), sink, none, options);
}

sparql::Path ShaclQueries::path_of(ShaclPath const& path) const {
  using Kind = sparql::Path::Kind;
  std::vector<sparql::Path> parts;
  for (auto const& part : path.parts) parts.push_back(path_of(part));
  switch (path.kind) {
    case ShaclPath::Kind::predicate:
      return {Kind::link, data_.term(path.predicate), {}, {}, {}};
    case ShaclPath::Kind::sequence:
      return folded(Kind::sequence, std::move(parts));
    case ShaclPath::Kind::alternative:
      return folded(Kind::alternative, std::move(parts));
    case ShaclPath::Kind::inverse:
      return {Kind::inverse, {}, std::move(parts), {}, {}};
    case ShaclPath::Kind::zero_or_more:
      return {Kind::zero_or_more, {}, std::move(parts), {}, {}};
    case ShaclPath::Kind::one_or_more:
      return {Kind::one_or_more, {}, std::move(parts), {}, {}};
    case ShaclPath::Kind::zero_or_one:
      return {Kind::zero_or_one, {}, std::move(parts), {}, {}};
  }
  return {};
}

}  // namespace lepton::reason
