#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "base/error.h"
#include "db/durability.h"
#include "graphs/document_sink.h"
#include "graphs/graphs.h"
#include "graphs/remote_catalog.h"
#include "rdf/iri.h"

namespace lepton::graphs {
namespace {

void require_expected(std::optional<std::int64_t> expected, rdf::Snapshot const& snapshot, std::string const& graph) {
  auto const current = static_cast<std::int64_t>(snapshot.version());
  if (!expected || *expected == current) return;
  throw conflict(
      fmt::format("{} is at commit {} now, not at {}: read it again and decide on that", graph, current, *expected))
      .with_reason("revision_mismatch");
}

rdf::TermId graph_id(rdf::Dictionary& dictionary, Place const& place) {
  return place.kind == Place::Kind::named ? dictionary.intern(rdf::iri_view(place.iri)) : rdf::TermId::default_graph();
}

void parse_into(Call const& call, Place const& place, Document const& document, rdf::Transaction& transaction) {
  rdf::ParseOptions options;
  options.base = document.base;
  DocumentSink sink(transaction, graph_id(transaction.dictionary(), place));
  rdf::parse(call, document.syntax, document.source, sink, options);
}

std::optional<std::int64_t> unless_zero(std::size_t count) {
  return count == 0 ? std::nullopt : std::optional(static_cast<std::int64_t>(count));
}

/// A document that names graphs says itself where its statements go.
void require_fit(Place const& place, rdf::Syntax syntax) {
  if (place.kind == Place::Kind::named && rdf::holds_graphs(syntax)) {
    throw invalid(
        fmt::format("{} can name graphs, so it cannot be put into the one graph {}: use Turtle, or leave the "
                    "graph out",
                    rdf::to_string(syntax), place.iri));
  }
}

}  // namespace

Place Place::named(std::string iri) {
  if (!rdf::is_absolute_iri(iri) || !rdf::has_iri_characters(iri))
    throw invalid(fmt::format("'{}' is not an absolute IRI", iri), {{"/graph", "is not an absolute IRI"}});
  return {Kind::named, std::move(iri)};
}

access::Authority::Permit Graphs::permit_change(Call const& call, access::Address const& address,
                                                access::Action needs) const {
  require_changeable(address);
  if (address.version) throw invalid("a published version never changes: leave out the @…");
  return parts_.database.read(call, [&](db::Transaction& tx) {
    auto permit = parts_.authority.require(tx, call, needs, address, kGraph);
    require_kept_here(tx, permit.asset);
    return permit;
  });
}

void Graphs::require_may_change(Call const& call, access::Address const& address) const {
  (void)permit_change(call, address);
}

Graphs::Opened Graphs::open_for_change(Call const& call, access::Address const& address, access::Action needs) {
  auto permit = permit_change(call, address, needs);
  auto store = stores_.live(permit.asset.id);
  return {std::move(permit), std::move(store)};
}

Commit Graphs::load(Call const& call, access::Address const& address, Place const& place, Document const& document,
                    std::optional<std::int64_t> expected) {
  return load(call, address, place, std::span(&document, 1), expected);
}

Commit Graphs::load(Call const& call, access::Address const& address, Place const& place,
                    std::span<Document const> documents, std::optional<std::int64_t> expected) {
  for (auto const& document : documents) require_fit(place, document.syntax);
  return change(call, address, "load", expected, [&](rdf::Transaction& transaction) {
    for (auto const& document : documents) parse_into(call, place, document, transaction);
  });
}

Commit Graphs::replace(Call const& call, access::Address const& address, Place const& place, Document const& document,
                       std::optional<std::int64_t> expected) {
  require_fit(place, document.syntax);
  return change(call, address, "replace", expected, [&](rdf::Transaction& transaction) {
    rdf::QuadPattern pattern;
    if (place.kind != Place::Kind::everything) pattern.graph = graph_id(transaction.dictionary(), place);
    transaction.clear(pattern);
    parse_into(call, place, document, transaction);
  });
}

Commit Graphs::clear(Call const& call, access::Address const& address, Place const& place,
                     std::optional<std::int64_t> expected) {
  return change(call, address, "clear", expected, [&](rdf::Transaction& transaction) {
    rdf::QuadPattern pattern;
    if (place.kind != Place::Kind::everything) pattern.graph = graph_id(transaction.dictionary(), place);
    transaction.clear(pattern);
  });
}

Commit Graphs::change(Call const& call, access::Address const& address, std::string const& action,
                      std::optional<std::int64_t> expected, std::function<void(rdf::Transaction&)> const& change) {
  auto const opened = open_for_change(call, address);
  auto transaction = opened.store->begin(call);
  require_expected(expected, transaction.base(), address.str());
  change(transaction);
  return commit(call, opened, transaction, action);
}

Commit Graphs::change_sources(Call const& call, access::Address const& address, std::string const& action,
                              std::function<void(rdf::Transaction&)> const& change, Also const& also) {
  auto const opened = open_for_change(call, address);
  auto transaction = opened.store->begin(call);
  change(transaction);
  return commit(call, opened, transaction, action, nullptr, also);
}

Commit Graphs::commit(Call const& call, Opened const& opened, rdf::Transaction& transaction, std::string action,
                      UpkeepChange const* upkeep, Also const& also) {
  auto const& asset = opened.permit.asset;
  auto const changes = transaction.changes(rdf::Layer::stated);
  auto const work = parts_.database.read(call, [&](db::Transaction& tx) {
    require_own_parts(tx, call, asset, transaction, changes, also != nullptr);
    return upkeeping_.begin(tx, call, asset.id, opened.store, transaction, upkeep ? upkeep->apply : nullptr,
                            upkeep ? upkeep->derive : Upkeeping::Derive::changes);
  });
  work->derive();
  auto const results = work->validate();
  require_conformity(call, asset, work->upkeep(), results);
  auto const inferred = transaction.changes(rdf::Layer::inferred);
  auto const before = static_cast<std::int64_t>(transaction.base().version());
  bool const changed =
      !changes.added.empty() || !changes.removed.empty() || !inferred.added.empty() || !inferred.removed.empty();
  Commit commit{.number = changed ? before + 1 : before,
                .action = std::move(action),
                .added = static_cast<std::int64_t>(changes.added.size()),
                .removed = static_cast<std::int64_t>(changes.removed.size()),
                .inferred_added = unless_zero(inferred.added.size()),
                .inferred_removed = unless_zero(inferred.removed.size()),
                .violations = unless_zero(results.size()),
                .made_by = call.principal.name,
                .made_at = call.now()};
  auto const subject = asset.address().str();
  auto const begin = [&](db::Transaction& tx) {
    auto const needs = upkeep ? upkeep->needs : access::Action::write;
    auto const permit = parts_.authority.require(tx, call, needs, asset.address(), kGraph);
    if (changed) begin_commit(tx, asset.id, commit);
    if (also) also(tx, commit);
    if (!changed) record_sources(tx, parts_.lineage, asset, commit.number);
    json::Object details{{"commit", commit.number}, {"added", commit.added}, {"removed", commit.removed}};
    if (upkeep) {
      for (auto const& [key, value] : upkeep->record(tx, permit)) details[key] = value;
    }
    work->record(tx, call, commit.number);
    parts_.audit.append(tx, call,
                        {.action = "graph." + commit.action,
                         .subject = subject,
                         .grounds = permit.decision.grounds,
                         .details = std::move(details)});
  };
  if (changed) {
    // The store sees to it that this is on the disk before the commit is, for all who commit at the same time.
    db::DurableLater const later;
    parts_.database.write(call, begin);
  } else {
    parts_.database.write(call, begin);
  }
  if (call.validate_only) return commit;
  if (changed) store_commit(call, asset, transaction, commit);
  work->keep(commit.number);
  return commit;
}

void Graphs::store_commit(Call const& call, access::Asset const& asset, rdf::Transaction& transaction,
                          Commit const& commit) {
  // Whether there is a commit is the store's to say from here on; a caller who goes away leaves it settled.
  auto settling = call;
  settling.deadline = std::chrono::steady_clock::time_point::max();
  settling.stop = {};
  try {
    rdf::BeforeDurable const first(database_first_);
    (void)transaction.commit();
  } catch (Error const&) {
    undo(settling, asset.id, asset.address().str(), commit.number);
    throw;
  }
  db::DurableLater const later;  // recover() does it again, were it lost
  parts_.database.write(settling, [&](db::Transaction& tx) {
    finish_commit(tx, asset.id, commit.number);
    record_sources(tx, parts_.lineage, asset, commit.number);
  });
}

/// A named graph with grants of its own is changed by those alone who may write it, and what a mapping makes by mapping
/// alone. For all others it is not there, so that even its name may not be told.
void Graphs::require_own_parts(db::Transaction& tx, Call const& call, access::Asset const& graph,
                               rdf::Transaction& transaction, rdf::Changes const& changes, bool maps) const {
  std::vector<rdf::TermId> closed;
  auto const close = [&](std::string const& iri) {
    if (auto const id = transaction.dictionary().find(rdf::iri_view(iri))) closed.push_back(*id);
  };
  for (auto const& part : parts_of(tx, graph.id)) {
    auto const asset = parts_.assets.find(tx, part.part);
    if (!asset || !parts_.authority.decide(call, access::Action::write, *asset).allowed) close(part.iri);
  }
  if (!maps) {
    for (auto const& source : sources_at(tx, graph.id, std::numeric_limits<std::int64_t>::max())) close(source.iri);
  }
  auto const touches = [&](rdf::IdQuad const& quad) { return std::ranges::find(closed, quad.graph) != closed.end(); };
  if (std::ranges::any_of(changes.added, touches) || std::ranges::any_of(changes.removed, touches))
    throw denied(
        "the change touches a named graph that you may not write, or that a mapping makes: name the graphs that you "
        "mean");
}

void Graphs::undo(Call const& call, access::AssetId const& graph, std::string const& subject, std::int64_t number) {
  parts_.database.write(call, [&](db::Transaction& tx) {
    undo_commit(tx, graph, number);
    undo_sources(tx, graph, number);
    parts_.audit.append(
        tx, call,
        {.action = "graph.undo", .subject = subject, .allowed = true, .grounds = {}, .details = {{"commit", number}}});
  });
}

}  // namespace lepton::graphs
