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
  if (auto view = find_kept_here(call, address)) return *std::move(view);
  parts_.database.read(call, [&](db::Transaction& tx) {
    auto const permit = parts_.authority.require(tx, call, access::Action::read, address.asset(), kGraph);
    require_unrestricted(permit.decision, address.asset().str());
    require_kept_here(tx, permit.asset);
  });
  throw conflict(fmt::format("{} was made anew meanwhile: ask again", address.str()));
}

/// A commit's sources are written down before the store shows it: a transaction that begins after the snapshot was
/// taken sees all that the snapshot is made from. Which store that is, is known from the last time; when that is not
/// true any more, the transaction tells, and it is done again.
std::optional<View> Graphs::find_kept_here(Call const& call, access::Address const& address) {
  if (is_built_in(address)) {
    if (address.version) throw not_found(fmt::format("there is no version {}", address.str()));
    return parts_.built_in->open(call);
  }
  for (;;) {
    auto taken = take(address);
    if (!taken) taken = look_for(call, address);
    if (!taken) return std::nullopt;
    auto view = parts_.database.read(call, [&](db::Transaction& tx) { return open_taken(tx, call, *taken, address); });
    if (view) return view;
    known_.lock()->erase(address.str());
  }
}

/// Of what was opened before; nullopt when that is not known.
std::optional<Graphs::Taken> Graphs::take(access::Address const& address) const {
  Known known;
  {
    auto const all = known_.read();
    auto const found = all->find(address.str());
    if (found == all->end()) return std::nullopt;
    known = found->second;
  }
  auto store = known.store.lock();
  if (!store) return std::nullopt;
  auto snapshot = store->snapshot();
  return Taken{{known.asset, known.is_part, std::move(store)}, std::move(snapshot)};
}

/// nullopt for a remote graph.
std::optional<Graphs::Taken> Graphs::look_for(Call const& call, access::Address const& address) {
  constexpr std::size_t most_known = 10'000;
  auto found = parts_.database.read(call, [&](db::Transaction& tx) -> std::optional<Found> {
    auto const there = parts_.assets.find(tx, address.asset());
    if (there && there->kind == kGraph && find_remote(tx, there->id)) return std::nullopt;
    bool const is_part = there && there->kind == kPartKind;
    auto const permit =
        parts_.authority.require(tx, call, access::Action::read, address.asset(), is_part ? kPartKind : kGraph);
    if (is_part) {
      auto const part = find_part(tx, permit.asset.id);
      if (!part) throw not_found(fmt::format("there is no graph {}", address.asset().str()));
      return Found{permit.asset.id, true, stores_.live(part->graph)};
    }
    if (!address.version) return Found{permit.asset.id, false, stores_.live(permit.asset.id)};
    auto const number = version_number(*address.version, address.str());
    if (!find_version(tx, permit.asset, number)) throw not_found(fmt::format("there is no version {}", address.str()));
    return Found{permit.asset.id, false, stores_.version(permit.asset.id, number)};
  });
  if (!found) return std::nullopt;
  {
    auto known = known_.lock();
    if (known->size() >= most_known) known->clear();
    known->insert_or_assign(address.str(), Known{found->asset, found->is_part, found->store});
  }
  auto snapshot = found->store->snapshot();
  return Taken{*std::move(found), std::move(snapshot)};
}

/// nullopt when the address stands for another asset by now.
std::optional<View> Graphs::open_taken(db::Transaction& tx, Call const& call, Taken const& taken,
                                       access::Address const& address) const {
  auto const there = parts_.assets.find(tx, address.asset());
  if (!there || there->id != taken.asset) return std::nullopt;
  auto const permit = parts_.authority.require(tx, call, access::Action::read, address.asset(), there->kind);
  require_unrestricted(permit.decision, address.asset().str());
  auto const part = taken.is_part ? find_part(tx, permit.asset.id) : std::nullopt;
  if (taken.is_part && !part) return std::nullopt;
  auto view = taken.is_part ? view_of_part(taken, permit, part->iri) : view_of_graph(tx, taken, permit, address);
  restrict(tx, call, part ? part->graph : permit.asset.id, view);
  return view;
}

View Graphs::view_of_graph(db::Transaction& tx, Taken const& taken, access::Authority::Permit const& permit,
                           access::Address const& address) const {
  View view{.store = taken.store,
            .snapshot = taken.snapshot,
            .restricted = false,
            .graphs = {},
            .union_default_graph = false,
            .read_only = address.version.has_value(),
            .version = address.str(),
            .commit = static_cast<std::int64_t>(taken.snapshot.version()),
            .grounds = permit.decision.grounds,
            .asset = permit.asset.id,
            .sources = {}};
  if (address.version) {
    auto const published = find_version(tx, permit.asset, version_number(*address.version, address.str()));
    if (!published) throw not_found(fmt::format("there is no version {}", address.str()));
    view.commit = published->commit;
  }
  return view;
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

View Graphs::view_of_part(Taken const& taken, access::Authority::Permit const& permit, std::string const& iri) {
  View view{.store = taken.store,
            .snapshot = taken.snapshot,
            .restricted = true,
            .graphs = {},
            // A part is a graph of its own: what it holds is its default graph.
            .union_default_graph = true,
            .read_only = true,
            .version = permit.asset.address().str(),
            .commit = static_cast<std::int64_t>(taken.snapshot.version()),
            .grounds = permit.decision.grounds,
            .asset = permit.asset.id,
            .sources = {},
            .is_part = true,
            .shows_inferred = false};
  if (auto const id = view.snapshot.dictionary().find(rdf::iri_view(iri))) view.graphs.push_back(*id);
  return view;
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
