#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/digest.h"
#include "base/error.h"
#include "graphs/graphs.h"
#include "graphs/remote_catalog.h"
#include "graphs/unrestricted.h"
#include "graphs/version_number.h"
#include "rdf/nquads_text.h"

namespace lepton::graphs {
namespace {

constexpr char kPartKind[] = "graph_part";

/// Hands out views of terms that live until the next statement.
class Statement {
 public:
  explicit Statement(rdf::Dictionary const& dictionary) : dictionary_(dictionary) {}

  [[nodiscard]] rdf::QuadView of(rdf::Block const& block, std::size_t row) {
    auto const read = [&](rdf::Part part) -> rdf::TermView {
      auto const id = block.column(part)[row];
      auto& [known, term] = terms_[static_cast<std::size_t>(part)];
      if (known != id) {
        term = dictionary_.term(id);
        known = id;
      }
      return term.view();
    };
    rdf::QuadView quad{read(rdf::Part::subject), read(rdf::Part::predicate), read(rdf::Part::object), {}};
    if (block.column(rdf::Part::graph)[row] != rdf::TermId::default_graph()) quad.graph = read(rdf::Part::graph);
    return quad;
  }

 private:
  rdf::Dictionary const& dictionary_;
  std::array<std::pair<rdf::TermId, rdf::Term>, 4> terms_;
};

}  // namespace

void View::require_all_sources() const {
  if (hides_source)
    throw denied(fmt::format("not all that {} is made from may be read with these rights", version))
        .with_reason("sources");
}

std::optional<rdf::Layers> View::layers(Inferred inferred) const {
  if (inferred == Inferred::exclude) return rdf::Layers::stated;
  if (inferred == Inferred::include) return shows_inferred ? rdf::Layers::both : rdf::Layers::stated;
  return shows_inferred ? std::optional(rdf::Layers::inferred) : std::nullopt;
}

std::optional<rdf::ScanOptions> View::scan_options(Inferred inferred) const {
  rdf::ScanOptions options;
  auto const wanted = layers(inferred);
  if (!wanted || (restricted && graphs.empty())) return std::nullopt;
  options.layers = *wanted;
  if (restricted) options.graphs = graphs;
  return options;
}

View Graphs::open(Call const& call, access::Address const& address) {
  if (is_built_in(address)) {
    if (address.version) throw not_found(fmt::format("there is no version {}", address.str()));
    return parts_.built_in->open(call);
  }
  auto const opened = parts_.database.read(call, [&](db::Transaction& tx) {
    auto const asset = parts_.assets.find(tx, address.asset());
    bool const is_part = asset && asset->kind == kPartKind;
    auto const permit =
        parts_.authority.require(tx, call, access::Action::read, address.asset(), is_part ? kPartKind : kGraph);
    require_unrestricted(permit.decision, address.asset().str());
    if (!is_part) require_kept_here(tx, permit.asset);
    return is_part ? open_part(tx, permit) : open_graph(tx, permit, address);
  });
  // A commit's sources are written down before the store shows it: what this transaction sees is of the snapshot.
  return parts_.database.read(call, [&](db::Transaction& tx) {
    auto view = opened.view;  // a copy, as it may be tried again
    restrict(tx, call, opened.graph, view);
    return view;
  });
}

Graphs::OpenedView Graphs::open_graph(db::Transaction& tx, access::Authority::Permit const& permit,
                                      access::Address const& address) {
  std::int64_t const number = address.version ? version_number(*address.version, address.str()) : 0;
  auto const published = address.version ? find_version(tx, permit.asset, number) : std::nullopt;
  if (address.version && !published) throw not_found(fmt::format("there is no version {}", address.str()));
  auto store = number == 0 ? stores_.live(permit.asset.id) : stores_.version(permit.asset.id, number);
  View view{.store = store,
            .snapshot = store->snapshot(),
            .restricted = false,
            .graphs = {},
            .union_default_graph = false,
            .read_only = number != 0,
            .version = address.str(),
            .commit = 0,
            .grounds = permit.decision.grounds,
            .asset = permit.asset.id,
            .sources = {}};
  view.commit = published ? published->commit : static_cast<std::int64_t>(view.snapshot.version());
  return {std::move(view), permit.asset.id};
}

/// What a mapping made is seen by those alone to whom its dataset shows as much as it showed the mapper.
std::vector<rdf::TermId> Graphs::hide_sources(db::Transaction& tx, Call const& call, access::AssetId const& graph,
                                              View& view) const {
  std::vector<rdf::TermId> hidden;
  for (auto& source : sources_at(tx, graph, view.commit)) {
    auto const id = view.snapshot.dictionary().find(rdf::iri_view(source.iri));
    if (view.is_part && (!id || std::ranges::find(view.graphs, *id) == view.graphs.end())) continue;
    if (auto grounds = readable(tx, call, parts_.authority, parts_.assets, source.source)) {
      view.grounds.insert(view.grounds.end(), grounds->begin(), grounds->end());
      view.sources.push_back(std::move(source));
      continue;
    }
    view.hides_source = true;
    view.shows_inferred = false;  // it may stand on any of them
    if (id) hidden.push_back(*id);
  }
  return hidden;
}

/// Parts that have an owner's rules of their own are seen by those alone who may read them.
void Graphs::restrict(db::Transaction& tx, Call const& call, access::AssetId const& graph, View& view) const {
  auto hidden = hide_sources(tx, call, graph, view);
  auto const parts = view.is_part ? std::vector<StoredPart>() : parts_of(tx, graph);
  if (!parts.empty()) {
    // Until a commit derives without it, what follows may stand on what is in a new part; in an old version it stays
    // so.
    auto const closed = find_upkeep(tx, graph, view.commit).closed;
    view.shows_inferred = view.shows_inferred && std::ranges::all_of(parts, [&](StoredPart const& part) {
                            return std::ranges::count(closed, part.iri) > 0;
                          });
  }
  for (auto const& part : parts) {
    auto const asset = parts_.assets.find(tx, part.part);
    if (!asset) continue;
    auto const decision = parts_.authority.decide(call, access::Action::read, *asset);
    if (decision.allowed && decision.obligations.none()) {
      view.grounds.insert(view.grounds.end(), decision.grounds.begin(), decision.grounds.end());
    } else if (auto const id = view.snapshot.dictionary().find(rdf::iri_view(part.iri))) {
      hidden.push_back(*id);
    }
  }
  if (hidden.empty()) return;
  if (!view.is_part) {
    view.restricted = true;
    view.graphs = view.snapshot.named_graphs();
    view.graphs.push_back(rdf::TermId::default_graph());
    std::ranges::sort(view.graphs);
  }
  std::erase_if(view.graphs, [&](rdf::TermId id) { return std::ranges::find(hidden, id) != hidden.end(); });
}

Graphs::OpenedView Graphs::open_part(db::Transaction& tx, access::Authority::Permit const& permit) {
  auto const part = find_part(tx, permit.asset.id);
  if (!part) throw not_found(fmt::format("there is no graph {}", permit.asset.address().str()));
  auto store = stores_.live(part->graph);
  View view{.store = store,
            .snapshot = store->snapshot(),
            .restricted = true,
            .graphs = {},
            // A part is a graph of its own: what it holds is its default graph.
            .union_default_graph = true,
            .read_only = true,
            .version = permit.asset.address().str(),
            .commit = 0,
            .grounds = permit.decision.grounds,
            .asset = permit.asset.id,
            .sources = {},
            .is_part = true,
            .shows_inferred = false};
  view.commit = static_cast<std::int64_t>(view.snapshot.version());
  if (auto const id = view.snapshot.dictionary().find(rdf::iri_view(part->iri))) view.graphs.push_back(*id);
  return {std::move(view), part->graph};
}

bool Graphs::read(Call const& call, View const& view, Place const& place, rdf::QuadSink& sink,
                  Inferred inferred) const {
  auto const options = view.scan_options(inferred);
  if (!options) return place.kind != Place::Kind::named;
  rdf::QuadPattern pattern;
  if (place.kind == Place::Kind::default_graph) pattern.graph = rdf::TermId::default_graph();
  if (place.kind == Place::Kind::named) {
    auto const id = view.snapshot.dictionary().find(rdf::iri_view(place.iri));
    if (!id) return false;
    pattern.graph = *id;
  }
  auto scan = view.snapshot.scan(pattern, rdf::Order::gspo, *options);
  Statement statement(view.snapshot.dictionary());
  bool found = false;
  while (scan.next()) {
    call.proceed();
    for (std::size_t row = 0; row < scan.block().rows; ++row) {
      auto quad = statement.of(scan.block(), row);
      if (place.kind == Place::Kind::named) quad.graph.reset();
      sink.quad(quad);
      found = true;
    }
  }
  return found || place.kind != Place::Kind::named;
}

bool Graphs::shows_named_graphs(View const& view) const {
  auto const named = view.snapshot.named_graphs(rdf::Layers::stated);
  if (!view.restricted) return !named.empty();
  return std::ranges::any_of(named, [&](rdf::TermId graph) { return std::ranges::binary_search(view.graphs, graph); });
}

/// Ids, and so the order of a scan, differ between stores: the statements' own digests are sorted instead. Takes 32
/// bytes of memory a statement.
std::string Graphs::digest(Call const& call, rdf::Snapshot const& snapshot) const {
  std::vector<std::array<std::uint8_t, 32>> statements;
  auto scan = snapshot.scan({}, rdf::Order::gspo, {.layers = rdf::Layers::stated});
  Statement statement(snapshot.dictionary());
  std::string line;
  while (scan.next()) {
    call.proceed();
    for (std::size_t row = 0; row < scan.block().rows; ++row) {
      line.clear();
      rdf::append_quad(line, statement.of(scan.block(), row));
      statements.push_back(sha256(line).bytes);
    }
  }
  std::ranges::sort(statements);
  Sha256 hash;
  for (auto const& one : statements) hash.update({reinterpret_cast<char const*>(one.data()), one.size()});
  return hash.finish().hex();
}

}  // namespace lepton::graphs
