#include "platform_graph/platform_graph.h"

#include "access/action.h"
#include "base/error.h"
#include "graphs/graphs.h"

namespace lepton::platform_graph {

graphs::Graph PlatformGraph::about(Call const& call) {
  graphs::Graph graph{.address = address_.str(),
                      .description =
                          "the platform itself: assets, people, grants, runs and lineage, as far as you may "
                          "discover them",
                      .tags = {},
                      .commit = 0,
                      .latest = {},
                      .created_at = {}};
  database_.read(call, [&](db::Transaction& tx) {
    if (auto const row =
            tx.find("SELECT applied_at FROM lepton_schema WHERE module = 'platform_graph' AND version = 1"))
      graph.created_at = row->timestamp(0);
  });
  return graph;
}

std::shared_ptr<Edition const> PlatformGraph::edition(Call const& call, Timestamp now) {
  std::lock_guard const lock(making_);
  auto const ours = system_call(clock_);  // an edition is for all: the caller who came first does not end it
  return database_.read(call, [&](db::Transaction& tx) {
    if (world_ && world_->is_stale()) world_.reset();
    if (!world_) world_.emplace(ours);
    try {
      return world_->edition(ours, tx, snapshots_, now);
    } catch (...) {
      world_.reset();  // it may be between two editions
      throw;
    }
  });
}

graphs::View PlatformGraph::open(Call const& call) {
  auto const& scopes = call.principal.scopes;
  if (!access::scopes_allow(scopes, access::Action::read, address_.str()))
    throw denied("the key's scopes do not include 'read' on " + address_.str());
  auto const now = snapshots_.now(call.now());
  auto const sight = sights_.sight(edition(call, now), call, now);
  return {.store = sight,
          .snapshot = sight->snapshot(),
          .restricted = false,
          .graphs = {},
          .union_default_graph = true,
          .read_only = true,
          .version = address_.str(),
          .commit = 0,
          .grounds = {{"platform", "discover", "everybody may ask the platform about what they may discover"}}};
}

}  // namespace lepton::platform_graph
