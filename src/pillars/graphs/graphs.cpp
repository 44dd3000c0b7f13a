#include "graphs/graphs.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "db/durability.h"
#include "graphs/remote_catalog.h"
#include "graphs/rule_sets.h"
#include "graphs/shape_sets.h"

namespace lepton::graphs {
namespace {

void require_no_version(access::Address const& address) {
  if (address.version) throw invalid("a published version never changes: leave out the @…");
}

}  // namespace

Graphs::Graphs(Parts parts)
    : parts_(std::move(parts)),
      stores_(parts_.directory, parts_.store),
      rules_({parts_.database, parts_.authority, parts_.assets, parts_.audit, parts_.lineage}, rule_set_kind()),
      shapes_({parts_.database, parts_.authority, parts_.assets, parts_.audit, parts_.lineage}, shape_set_kind()),
      upkeeping_(parts_.database, rules_, shapes_, parts_.derivation),
      database_first_(std::make_shared<std::function<void()> const>(
          [&database = parts_.database] { db::make_durable(database); })) {}

void Graphs::recover(Call const& call) {
  stores_.remove_incoming();
  auto const begun = parts_.database.read(call, [](db::Transaction& tx) { return begun_commits(tx); });
  for (auto const& [graph, number] : begun) {
    auto const asset = parts_.database.read(call, [&](db::Transaction& tx) { return parts_.assets.find(tx, graph); });
    if (!asset) continue;
    bool const durable = static_cast<std::int64_t>(stores_.live(graph)->snapshot().version()) >= number;
    if (durable) {
      parts_.database.write(call, [&](db::Transaction& tx) {
        finish_commit(tx, graph, number);
        record_sources(tx, parts_.lineage, *asset, number);
      });
    } else {
      undo(call, graph, asset->address().str(), number);
    }
  }
}

bool Graphs::is_built_in(access::Address const& address) const {
  return parts_.built_in != nullptr && parts_.built_in->address() == address.asset();
}

void Graphs::require_changeable(access::Address const& address) const {
  if (!is_built_in(address)) return;
  throw denied(
      fmt::format("{} shows what the platform has recorded: it is asked, and changed by nobody", address.str()))
      .with_reason("read_only");
}

Graph Graphs::create(Call const& call, access::Address const& address, std::string const& description,
                     std::set<std::string> const& tags) {
  require_no_version(address);
  require_changeable(address);
  parts_.authority.require_role(call, address.department, "contributor");
  return parts_.database.write(call, [&](db::Transaction& tx) {
    auto const asset = parts_.assets.create(tx, call, kGraph, address, description, tags);
    parts_.audit.append(tx, call, {.action = "graph.create", .subject = address.str()});
    return get_graph(tx, asset);
  });
}

Graph Graphs::get(Call const& call, access::Address const& address) const {
  if (is_built_in(address)) return parts_.built_in->about(call);
  return parts_.database.read(call, [&](db::Transaction& tx) {
    auto const permit = parts_.authority.require(tx, call, access::Action::discover, address.asset(), kGraph);
    return get_graph(tx, permit.asset);
  });
}

std::vector<Graph> Graphs::list(Call const& call, std::string const& department) const {
  std::vector<Graph> found;
  parts_.database.read(call, [&](db::Transaction& tx) {
    found.clear();  // it may be tried again
    for (auto const& asset : parts_.assets.list(tx, kGraph, department))
      if (parts_.authority.may_discover(call, asset)) found.push_back(get_graph(tx, asset));
  });
  if (parts_.built_in != nullptr && (department.empty() || department == parts_.built_in->address().department)) {
    auto graph = parts_.built_in->about(call);
    auto const place = std::ranges::find_if(found, [&](Graph const& one) { return graph.address < one.address; });
    found.insert(place, std::move(graph));
  }
  return found;
}

/// Its own commits and versions are no others.
void Graphs::require_nothing_made(db::Transaction& tx, std::string const& graph) const {
  std::vector<lineage::Node> starts{graph_node(graph)};
  for (auto const* kind : {"graph_commit", "graph_version"})
    for (auto& node : parts_.lineage.versions(tx, kind, graph)) starts.push_back(std::move(node));
  for (auto const& step : parts_.lineage.downstream(tx, starts, {.depth = 1}).steps)
    if (!step.edge.to.kind.starts_with("graph"))
      throw conflict(
          fmt::format("something was made from {}: it stays, so that this can be traced", step.edge.from.key))
          .with_reason("referenced");
}

void Graphs::remove(Call const& call, access::Address const& address) {
  require_no_version(address);
  require_changeable(address);
  auto const removed = parts_.database.write(call, [&](db::Transaction& tx) {
    auto const permit = parts_.authority.require(tx, call, access::Action::admin, address, kGraph);
    require_nothing_made(tx, address.str());
    for (auto const& part : parts_of(tx, permit.asset.id)) parts_.assets.remove(tx, call, part.part);
    remove_sources(tx, permit.asset.id);
    remove_graph(tx, permit.asset.id);
    parts_.assets.remove(tx, call, permit.asset.id);
    parts_.audit.append(tx, call,
                        {.action = "graph.remove", .subject = address.str(), .grounds = permit.decision.grounds});
    return permit.asset.id;
  });
  if (call.validate_only) return;
  upkeeping_.forget(removed, stores_.live(removed));
  stores_.remove(removed);
}

std::vector<Commit> Graphs::commits(Call const& call, access::Address const& address, std::int64_t before,
                                    int limit) const {
  if (is_built_in(address)) return {};
  return parts_.database.read(call, [&](db::Transaction& tx) {
    auto const permit = parts_.authority.require(tx, call, access::Action::read, address.asset(), kGraph);
    return list_commits(tx, permit.asset.id, before, limit);
  });
}

GraphVersion Graphs::publish(Call const& call, access::Address const& address, std::string const& note) {
  auto const opened = open_for_change(call, address);
  auto const& asset = opened.permit.asset;
  // No commit may come between the snapshot that is counted and the files that are written.
  auto const transaction = opened.store->begin(call);
  auto const snapshot = transaction.base();
  GraphVersion version{
      .address = {},
      .number = parts_.database.read(call, [&](db::Transaction& tx) { return next_version(tx, asset.id); }),
      .commit = static_cast<std::int64_t>(snapshot.version()),
      .digest = digest(call, snapshot),
      .statements = static_cast<std::int64_t>(snapshot.count({}, rdf::Layers::stated)),
      .note = note,
      .rules = {},
      .regime = {},
      .shapes = {},
      .created_by = call.principal.name,
      .created_at = call.now()};
  version.address = fmt::format("{}@{}", address.str(), version.number);
  if (!call.validate_only) {
    auto const directory = stores_.version_directory(asset.id, version.number);
    std::filesystem::remove_all(directory);  // what a server left that died before the row
    std::filesystem::create_directories(directory.parent_path());
    opened.store->backup(call, directory);
  }
  parts_.database.write(call, [&](db::Transaction& tx) {
    auto const permit = parts_.authority.require(tx, call, access::Action::write, address, kGraph);
    insert_version(tx, asset.id, version);
    parts_.lineage.record(tx, call, record_state(tx, call, parts_.lineage, asset, version.commit),
                          {"graph_version", version.address}, "published");
    add_upkeep(version, find_upkeep(tx, asset.id, version.commit));
    record_upkeep(tx, call, asset, version);
    parts_.audit.append(tx, call,
                        {.action = "graph.publish",
                         .subject = version.address,
                         .grounds = permit.decision.grounds,
                         .details = {{"digest", version.digest}, {"statements", version.statements}}});
  });
  return version;
}

std::vector<GraphVersion> Graphs::versions(Call const& call, access::Address const& address) const {
  if (is_built_in(address)) return {};
  return parts_.database.read(call, [&](db::Transaction& tx) {
    auto const permit = parts_.authority.require(tx, call, access::Action::discover, address.asset(), kGraph);
    return list_versions(tx, permit.asset);
  });
}

GraphPart Graphs::share_part(Call const& call, access::Address const& graph, std::string const& iri,
                             access::Address const& part, std::string const& description) {
  require_no_version(part);
  require_changeable(graph);
  (void)Place::named(iri);
  if (part.department != graph.department)
    throw invalid("a part belongs to the department of its graph", {{"/part", "is of another department"}});
  // What follows must not stand on its statements any more, from the same commit on.
  (void)change_upkeep(call, graph.asset(),
                      {.action = "share_part",
                       .needs = access::Action::share,
                       .derive = Upkeeping::Derive::changes,
                       .apply = [&](db::Transaction&, Upkeep& upkeep) { upkeep.closed.push_back(iri); },
                       .record =
                           [&](db::Transaction& tx, access::Authority::Permit const& permit) {
                             auto const asset =
                                 parts_.assets.create(tx, call, "graph_part", part, description, permit.asset.tags);
                             insert_part(tx, {asset.id, permit.asset.id, iri});
                             return json::Object{{"part", part.str()}, {"iri", iri}};
                           }});
  return {part.str(), graph.str(), iri};
}

std::vector<GraphPart> Graphs::parts(Call const& call, access::Address const& address) const {
  if (is_built_in(address)) return {};
  return parts_.database.read(call, [&](db::Transaction& tx) {
    auto const permit = parts_.authority.require(tx, call, access::Action::discover, address.asset(), kGraph);
    std::vector<GraphPart> found;
    for (auto const& part : parts_of(tx, permit.asset.id)) {
      auto const asset = parts_.assets.find(tx, part.part);
      if (!asset || !parts_.authority.may_discover(call, *asset)) continue;
      found.push_back({asset->address().str(), permit.asset.address().str(), part.iri});
    }
    return found;
  });
}

}  // namespace lepton::graphs
