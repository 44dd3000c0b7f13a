#include "graphs/saved_queries.h"

#include <fmt/format.h>

#include "base/error.h"
#include "graphs/table_writer.h"
#include "sparql/parser.h"

namespace lepton::graphs {
namespace {

struct NoStatements : rdf::QuadSink {
  void quad(rdf::QuadView const&) override {}
};

}  // namespace

datasets::ImportResult SavedQueries::save(Call const& call, access::Address const& graph, Request const& request,
                                          std::filesystem::path const& scratch) {
  auto const query = sparql::parse_query(request.query);
  if (query.form != sparql::QueryForm::select)
    throw invalid("only the rows of a SELECT can be kept as a table", {{"/query", "expected a SELECT"}});
  parts_.datasets.require_may_add(call, request.target);
  TableWriter writer(scratch);
  NoStatements none;
  auto const view = parts_.queries.open(call, graph);
  (void)parts_.queries.run(call, view, query, {}, writer, none);
  writer.finish();

  datasets::ImportRequest import;
  import.file_name = graph.str();
  import.delimiter = ',';
  import.header = true;
  import.types = writer.types();
  import.allow_schema_change = request.allow_schema_change;
  import.description = request.description;
  import.key = request.key;
  datasets::Derivation derivation{.origin = json::Object{{"kind", "graph_query"},
                                                         {"graph", graph.str()},
                                                         {"commit", view.commit},
                                                         {"query", request.query},
                                                         {"purpose", call.purpose}},
                                  .action = "dataset.save_graph_query",
                                  .grounds = view.grounds,
                                  .tags = {},
                                  .from = {}};
  derivation.from = [&](db::Transaction& tx) {
    auto const permit =
        parts_.authority.require(tx, call, access::Action::read, graph.asset(), view.is_part ? "graph_part" : "graph");
    for (auto const& [iri, source] : view.sources)
      if (!readable(tx, call, parts_.authority, parts_.assets, source))
        throw conflict(fmt::format("what you may read of {} changed while the query ran: run it again", graph.str()))
            .with_reason("access_changed");
    derivation.tags = permit.asset.tags;
    if (view.is_part) return lineage::Node{"graph_part", graph.str()};
    if (graph.version) return lineage::Node{"graph_version", graph.str()};
    return record_state(tx, call, parts_.lineage, permit.asset, view.commit);
  };
  return parts_.datasets.derive(call, request.target, scratch, import, derivation);
}

}  // namespace lepton::graphs
