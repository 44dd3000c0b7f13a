// A graph as one file, and a graph from such a file.
#include <fmt/format.h>

#include "base/error.h"
#include "graphs/graphs.h"

namespace lepton::graphs {
namespace {

void require_whole(View const& view) {
  if (view.is_part)
    throw invalid(fmt::format("{} is a part of a graph: back the graph up", view.version)).with_reason("graph_part");
  view.require_all_sources();
  if (view.restricted)
    throw denied(fmt::format("{} has parts that may not be read with these rights", view.version)).with_reason("parts");
}

}  // namespace

BackupSource Graphs::begin_backup(Call const& call, access::Address const& address) {
  require_changeable(address);  // the one that is not has no store of its own
  BackupSource source{.view = open(call, address), .header = {}};
  auto const& view = source.view;
  require_whole(view);
  source.header = parts_.database.write(call, [&](db::Transaction& tx) {
    auto const asset = *parts_.assets.find(tx, view.asset);
    auto const upkeep = find_upkeep(tx, asset.id, view.commit);
    parts_.audit.append(tx, call,
                        {.action = "graph.backup",
                         .subject = view.version,
                         .grounds = view.grounds,
                         .details = {{"commit", view.commit}}});
    return BackupHeader{.graph = asset.address().str(),
                        .commit = view.commit,
                        .description = asset.description,
                        .tags = asset.tags,
                        .rules = upkeep.rules,
                        .regime = upkeep.regime,
                        .shapes = upkeep.shapes,
                        .on_commit = std::string(enum_name(upkeep.on_commit)),
                        .made_by = call.principal.name,
                        .made_at = call.now()};
  });
  return source;
}

void Graphs::write_backup(Call const& call, BackupSource const& source, rdf::ByteSink& sink) const {
  BackupWriter writer(sink, source.header);
  (void)read(call, source.view, Place::whole(), writer);
  writer.finish();
}

access::Asset Graphs::create_restored(db::Transaction& tx, Call const& call, access::Address const& address,
                                      BackupHeader const& backup) const {
  return parts_.assets.create(tx, call, kGraph, address, backup.description, backup.tags);
}

void Graphs::require_may_restore(Call const& call, access::Address const& address) const {
  if (address.version) throw invalid("a backup becomes a graph, not a version of one: leave out the @…");
  require_changeable(address);
  parts_.authority.require_role(call, address.department, "contributor");
  auto rehearsal = call;
  rehearsal.validate_only = true;
  parts_.database.write(rehearsal, [&](db::Transaction& tx) { (void)create_restored(tx, call, address, {}); });
}

Restored Graphs::restore(Call const& call, access::Address const& address, std::filesystem::path const& file) {
  require_may_restore(call, address);
  BackupReader const backup(file);
  auto incoming = stores_.incoming();
  auto const loaded = [&] {
    auto const store = rdf::Store::open(incoming.store(), parts_.store);
    return store->load(call, [&](rdf::QuadSink& sink) { backup.read(call, sink); },
                       {.layer = rdf::Layer::stated, .graph = {}, .fresh_blank_nodes = false});
  }();
  auto const number = static_cast<std::int64_t>(loaded.version);
  parts_.database.write(call, [&](db::Transaction& tx) {
    auto const asset = create_restored(tx, call, address, backup.header());
    Commit const commit{.number = number,
                        .action = "restore",
                        .added = static_cast<std::int64_t>(loaded.added),
                        .inferred_added = {},
                        .inferred_removed = {},
                        .violations = {},
                        .made_by = call.principal.name,
                        .made_at = call.now()};
    if (number > 0) {
      begin_commit(tx, asset.id, commit);
      finish_commit(tx, asset.id, commit.number);
    }
    parts_.audit.append(tx, call,
                        {.action = "graph.restore",
                         .subject = address.str(),
                         .details = {{"commit", number},
                                     {"statements", commit.added},
                                     {"backup_of", backup.header().graph},
                                     {"backup_commit", backup.header().commit}}});
    if (!call.validate_only) incoming.move_to(asset.id);
  });
  if (!call.validate_only) incoming.keep();
  return {.address = address.str(),
          .commit = number,
          .statements = static_cast<std::int64_t>(loaded.added),
          .backup = backup.header()};
}

}  // namespace lepton::graphs
