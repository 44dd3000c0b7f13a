// SPARQL 1.1 Update §3: operations on one transaction.
#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "base/error.h"
#include "sparql/execution.h"
#include "sparql/scope.h"

namespace lepton::sparql {

namespace {

using Kind = UpdateOperation::Kind;

/// Makes quads of ids from templates, solution by solution.
class Instantiation {
 public:
  Instantiation(Execution& execution, rdf::Dictionary& dictionary, rdf::TermId default_graph)
      : execution_(execution), dictionary_(dictionary), default_graph_(default_graph) {}

  /// A blank node of the template is a new one for each solution (§3.1.3).
  void next_solution() { blanks_.clear(); }

  /// Empty for what would be no statement.
  std::optional<rdf::IdQuad> make(QuadTemplate const& quad, Table const& table, std::size_t row) {
    rdf::IdQuad out;
    out.subject = resolve(quad.triple.subject, table, row);
    out.predicate = resolve(quad.triple.predicate, table, row);
    out.object = resolve(quad.triple.object, table, row);
    out.graph = quad.graph ? resolve(*quad.graph, table, row) : default_graph_;
    bool const defined =
        out.subject.defined() && out.predicate.defined() && out.object.defined() && out.graph.defined();
    if (!defined || out.subject.is_literal() || out.predicate.kind() != rdf::IdKind::iri) return std::nullopt;
    if (quad.graph && out.graph.is_literal()) return std::nullopt;
    return out;
  }

 private:
  rdf::TermId resolve(Node const& node, Table const& table, std::size_t row) {
    if (auto const* const term = std::get_if<rdf::Term>(&node)) {
      if (term->kind != rdf::TermKind::blank) return dictionary_.intern(term->view());
      auto const [place, is_new] = blanks_.try_emplace(term->value);
      if (is_new) place->second = dictionary_.fresh_blank();
      return place->second;
    }
    int const place = table.find(std::get<Variable>(node));
    if (place < 0) return {};
    rdf::TermId const id = table.at(row, static_cast<std::size_t>(place));
    if (id.kind() != rdf::IdKind::local) return id;
    // Computed here, so not yet a term of the store; a computed blank node keeps its identity over solutions.
    auto const [known, is_new] = interned_.try_emplace(id);
    if (is_new) {
      rdf::Term const term = execution_.terms().term(id);
      known->second = term.kind == rdf::TermKind::blank ? dictionary_.fresh_blank() : dictionary_.intern(term.view());
    }
    return known->second;
  }

  Execution& execution_;
  rdf::Dictionary& dictionary_;
  rdf::TermId default_graph_;
  std::unordered_map<std::string, rdf::TermId> blanks_;
  std::unordered_map<rdf::TermId, rdf::TermId> interned_;
};

/// Puts the statements of a document into one graph, blank nodes made new.
class DocumentSink : public rdf::QuadSink {
 public:
  DocumentSink(Call const& call, rdf::Transaction& transaction, rdf::TermId graph)
      : call_(call), transaction_(transaction), graph_(graph) {}
  void quad(rdf::QuadView const& quad) override {
    call_.proceed();
    // A document that names graphs keeps them where it is loaded into the default graph.
    rdf::TermId const graph = quad.graph && graph_ == rdf::TermId::default_graph() ? id(*quad.graph) : graph_;
    transaction_.insert({id(quad.subject), id(quad.predicate), id(quad.object), graph});
  }

 private:
  rdf::TermId id(rdf::TermView const& term) {
    if (!term.is_blank()) return transaction_.dictionary().intern(term);
    auto const [place, is_new] = blanks_.try_emplace(std::string(term.value));
    if (is_new) place->second = transaction_.dictionary().fresh_blank();
    return place->second;
  }

  Call const& call_;
  rdf::Transaction& transaction_;
  rdf::TermId graph_;
  std::unordered_map<std::string, rdf::TermId> blanks_;
};

class UpdateRun {
 public:
  UpdateRun(Call const& call, Update const& update, rdf::Transaction& transaction, EngineOptions const& options)
      : call_(call), update_(update), transaction_(transaction), options_(options), variables_(update.variables) {}

  void run(UpdateOperation const& operation) {
    call_.proceed();
    if (!operation.silent) return apply(operation);
    try {
      apply(operation);
    } catch (Error const& error) {
      // SILENT hides that a graph or document is missing, not that the caller is gone or may not.
      if (error.code() == Code::cancelled || error.code() == Code::exhausted || error.code() == Code::internal) throw;
    }
  }

 private:
  void apply(UpdateOperation const& operation) {
    switch (operation.kind) {
      case Kind::insert_data:
      case Kind::delete_data:
      case Kind::modify:
        return modify(operation);
      case Kind::load:
        return load(operation);
      case Kind::clear:
      case Kind::drop:
        for (rdf::TermId const graph : graphs_of(operation.destination)) clear(graph);
        return;
      case Kind::create:
        if (exists(id_of(operation.destination))) {
          throw conflict(fmt::format("the graph <{}> exists already", operation.destination.iri.value));
        }
        return;  // a graph is there as soon as it has a statement
      case Kind::add:
      case Kind::move:
      case Kind::copy:
        return transfer(operation);
    }
  }

  /// §3.1.1 to §3.1.3: all solutions first, then what is deleted, then what is inserted.
  void modify(UpdateOperation const& operation) {
    DatasetClause dataset = operation.dataset;
    EngineOptions own = options_;
    rdf::TermId target = rdf::TermId::default_graph();
    auto const before = transaction_.view();
    if (operation.with) {
      target = transaction_.dictionary().intern(operation.with->view());
      if (dataset.empty()) {
        // WITH changes the default graph alone: all named graphs stay in reach.
        dataset.defaults.push_back(*operation.with);
        for (rdf::TermId const graph : before.named_graphs(options_.layers)) {
          dataset.named.push_back(before.dictionary().term(graph));
        }
      }
    }
    Variables names = variables_;
    Algebra const algebra = translate(operation.where, names);
    Execution execution(call_, before, own, dataset, names, update_.base);
    Table const table = execution.evaluate(algebra);
    Instantiation instantiation(execution, transaction_.dictionary(), target);
    std::vector<rdf::IdQuad> deleted;
    std::vector<rdf::IdQuad> inserted;
    auto const collect = [&](std::vector<QuadTemplate> const& quads, std::size_t row, std::vector<rdf::IdQuad>& out) {
      for (auto const& quad : quads) {
        if (auto const made = instantiation.make(quad, table, row)) {
          check_writable(made->graph);
          out.push_back(*made);
        }
      }
      if ((row & 1023) == 0) call_.proceed();
    };
    for (std::size_t row = 0; row < table.rows(); ++row) {
      instantiation.next_solution();
      collect(operation.deletions, row, deleted);
      collect(operation.insertions, row, inserted);
    }
    for (auto const& quad : deleted) transaction_.remove(quad);
    for (auto const& quad : inserted) transaction_.insert(quad);
  }

  /// §3.1.4.
  void load(UpdateOperation const& operation) {
    if (options_.documents == nullptr) throw denied("this update may not load documents");
    rdf::TermId const graph = id_of(operation.destination);
    check_writable(graph);
    // Whole or not at all, though SILENT may go on after it.
    rdf::QuadCollector collected;
    options_.documents->load(call_, operation.source.iri.value, collected);
    DocumentSink sink(call_, transaction_, graph);
    for (auto const& quad : collected.quads) sink.quad(quad.view());
  }

  /// §3.2.3 to §3.2.5, ADD, MOVE and COPY.
  void transfer(UpdateOperation const& operation) {
    rdf::TermId const source = id_of(operation.source);
    rdf::TermId const destination = id_of(operation.destination);
    bool const is_named = operation.source.kind == GraphTarget::Kind::graph;
    if (is_named && !exists(source)) {
      throw not_found(fmt::format("there is no graph <{}>", operation.source.iri.value));
    }
    if (source == destination) return;
    check_writable(destination);
    if (operation.kind == Kind::move) check_writable(source);
    auto const before = transaction_.view();
    if (operation.kind != Kind::add) clear(destination);
    rdf::QuadPattern pattern;
    pattern.graph = source;
    rdf::ScanOptions options;
    options.layers = rdf::Layers::stated;
    for (auto scan = before.scan(pattern, rdf::Order::gspo, options); scan.next();) {
      call_.proceed();
      auto const& block = scan.block();
      for (std::size_t row = 0; row < block.rows; ++row) {
        transaction_.insert({block.column(rdf::Part::subject)[row], block.column(rdf::Part::predicate)[row],
                             block.column(rdf::Part::object)[row], destination});
      }
    }
    if (operation.kind == Kind::move) clear(source);
  }

  void clear(rdf::TermId graph) {
    check_writable(graph);
    rdf::QuadPattern pattern;
    pattern.graph = graph;
    transaction_.clear(pattern);
  }

  [[nodiscard]] bool exists(rdf::TermId graph) {
    rdf::QuadPattern pattern;
    pattern.graph = graph;
    return transaction_.view().scan(pattern, rdf::Order::gspo).next();
  }

  [[nodiscard]] rdf::TermId id_of(GraphTarget const& target) {
    return target.kind == GraphTarget::Kind::graph ? transaction_.dictionary().intern(target.iri.view())
                                                   : rdf::TermId::default_graph();
  }

  [[nodiscard]] std::vector<rdf::TermId> graphs_of(GraphTarget const& target) {
    if (target.kind == GraphTarget::Kind::graph) {
      rdf::TermId const graph = id_of(target);
      if (!exists(graph)) throw not_found(fmt::format("there is no graph <{}>", target.iri.value));
      return {graph};
    }
    std::vector<rdf::TermId> out;
    if (target.kind != GraphTarget::Kind::default_graph) out = transaction_.view().named_graphs(rdf::Layers::stated);
    if (target.kind != GraphTarget::Kind::named) out.push_back(rdf::TermId::default_graph());
    return out;
  }

  void check_writable(rdf::TermId graph) const {
    if (!options_.restricted || std::ranges::binary_search(options_.graphs, graph)) return;
    throw denied("this update may not change one of the graphs that it names");
  }

  Call const& call_;
  Update const& update_;
  rdf::Transaction& transaction_;
  EngineOptions const& options_;
  Variables variables_;
};

}  // namespace

void run_update(Call const& call, Update const& update, rdf::Transaction& transaction, EngineOptions const& options) {
  UpdateRun run(call, update, transaction, options);
  for (auto const& operation : update.operations) run.run(operation);
}

}  // namespace lepton::sparql
