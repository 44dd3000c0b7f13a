// What is kept with every commit of a graph: how it is set, asked, and validated on demand.
#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "base/error.h"
#include "graphs/graphs.h"
#include "graphs/version_number.h"

namespace lepton::graphs {
namespace {

constexpr std::size_t most_named = 20;        ///< results that a refusal names
constexpr std::size_t most_results = 10'000;  ///< of a validation on demand

}  // namespace

Upkeep Graphs::upkeep(Call const& call, access::Address const& address) const {
  return parts_.database.read(call, [&](db::Transaction& tx) {
    auto const permit = parts_.authority.require(tx, call, access::Action::read, address.asset(), kGraph);
    return find_upkeep(tx, permit.asset.id, get_graph(tx, permit.asset).commit);
  });
}

std::int64_t Graphs::count_inferred(Call const& call, access::Address const& address) {
  auto const view = open(call, address);
  if (!view.shows_inferred) return 0;
  return static_cast<std::int64_t>(view.snapshot.count({}, rdf::Layers::both) -
                                   view.snapshot.count({}, rdf::Layers::stated));
}

Commit Graphs::change_upkeep(Call const& call, access::Address const& address, UpkeepChange const& change) {
  auto const opened = open_for_change(call, address, change.needs);
  auto transaction = opened.store->begin(call);
  return commit(call, opened, transaction, change.action, &change);
}

/// The graph, and each table that it was mapped from.
bool Graphs::may_read_all(Call const& call, access::Asset const& graph) const {
  return parts_.database.read(call, [&](db::Transaction& tx) {
    auto const sources = sources_at(tx, graph.id, std::numeric_limits<std::int64_t>::max());
    return parts_.authority.decide(call, access::Action::read, graph).allowed &&
           std::ranges::all_of(sources, [&](NamedSource const& one) {
             return readable(tx, call, parts_.authority, parts_.assets, one.source).has_value();
           });
  });
}

/// Results are told to those who may read all that they may stand on; others learn how many there are.
void Graphs::require_conformity(Call const& call, access::Asset const& graph, Upkeep const& upkeep,
                                std::vector<ValidationResult> const& results) const {
  if (upkeep.on_commit != OnCommit::reject) return;
  auto const count = std::ranges::count_if(results, is_violation);
  if (count == 0) return;
  Details details;
  if (may_read_all(call, graph)) {
    for (auto const& result : results) {
      if (!is_violation(result) || details.size() == most_named) continue;
      details.emplace(fmt::format("/results/{}", details.size()), sentence_of(result));
    }
  }
  throw invalid(fmt::format("{} would violate its shapes ({}) in {} place{}, so nothing was changed",
                            graph.address().str(), fmt::join(upkeep.shapes, ", "), count, count == 1 ? "" : "s"),
                std::move(details))
      .with_reason("shapes_violated");
}

void Graphs::record_upkeep(db::Transaction& tx, Call const& call, access::Asset const& graph,
                           GraphVersion const& version) const {
  auto const record = [&](Texts const& texts, std::string const& text, std::string const& verb) {
    parts_.lineage.record(tx, call, {texts.node_kind(), text}, {"graph_version", version.address}, verb);
  };
  auto const upkeep = find_upkeep(tx, graph.id, version.commit);
  for (auto const& one : upkeep.rules) record(rules_, one, "derived");
  if (upkeep.on_commit != OnCommit::reject) return;
  for (auto const& one : upkeep.shapes) record(shapes_, one, "validated");
}

void Graphs::explain(Call const& call, access::Address const& address,
                     std::function<void(View const&, reason::StoreReasoner&)> const& use) {
  if (address.version) throw invalid("a proof is of what a graph holds now: leave out the @…");
  auto const graph = parts_.database.write(call, [&](db::Transaction& tx) {
    auto const permit = parts_.authority.require(tx, call, access::Action::read, address, kGraph);
    parts_.audit.append(
        tx, call,
        {.action = "graph.explain", .subject = address.str(), .grounds = permit.decision.grounds, .details = {}});
    return permit.asset.id;
  });
  auto const store = stores_.live(graph);
  auto const transaction = store->begin(call);
  auto const view = open(call, address);
  view.require_all_sources();
  upkeeping_.lend(call, graph, store, transaction.base(),
                  [&](reason::StoreReasoner& reasoner) { use(view, reasoner); });
}

Validation Graphs::validate(Call const& call, access::Address const& address, std::vector<std::string> const& shapes,
                            ReportReader const& report) {
  if (shapes.empty()) throw invalid("say by which shapes", {{"/shapes", "expected at least one department/shapes"}});
  auto const view = open(call, address);
  view.require_all_sources();
  Validation validation{.conforms = true, .commit = view.commit, .shapes = {}, .results = {}, .truncated = false};
  std::vector<TextVersion> texts;
  std::vector<std::string> closed;
  std::shared_ptr<rdf::Store> store;
  parts_.database.write(call, [&](db::Transaction& tx) {
    for (auto const& one : shapes) {
      texts.push_back(shapes_.require(tx, call, access::parse_address(one)).version);
      validation.shapes.push_back(texts.back().address);
    }
    auto const permit = parts_.authority.require(tx, call, access::Action::read, address.asset(), kGraph);
    closed = closed_graphs(tx, permit.asset.id);
    store = address.version ? stores_.version(permit.asset.id, version_number(*address.version, address.str()))
                            : stores_.live(permit.asset.id);
    parts_.audit.append(tx, call,
                        {.action = "graph.validate",
                         .subject = view.version,
                         .grounds = permit.decision.grounds,
                         .details = {{"commit", view.commit}, {"shapes", to_json(validation.shapes)}}});
  });
  auto const loaded = [&] {
    auto transaction = store->begin(call);
    return upkeeping_.load_shapes(call, store, transaction, texts);
  }();
  auto const layers = view.layers(Inferred::include).value_or(rdf::Layers::stated);
  auto const data = open_graphs(view.snapshot, store->dictionary(), closed, layers);
  reason::ShaclOptions options;
  options.results = most_results;
  auto const found = reason::validate(call, data, *loaded, options);
  validation.conforms = found.conforms();
  validation.results = results_of(data, *loaded, found);
  validation.truncated = found.results.size() >= most_results;
  if (report) report(data, *loaded, found);
  return validation;
}

}  // namespace lepton::graphs
