#include "platform_graph/sight.h"

#include "access/decision.h"
#include "rdf/store/selected_run.h"
#include "rdf/store/version.h"

namespace lepton::platform_graph {
namespace {

/// Beyond that many callers, or different views, all are made again.
constexpr std::size_t kMostCallers = 256;
constexpr std::size_t kMostViews = 16;

rdf::Snapshot snapshot_of(Edition const& edition, std::vector<bool> const& open) {
  rdf::IriSet seen(edition.gate_of.size());
  for (std::size_t i = 0; i < seen.size(); ++i) seen[i] = open[edition.gate_of[i]];
  std::vector<std::shared_ptr<rdf::Run const>> runs{std::make_shared<rdf::SelectedRun const>(edition.run, seen)};
  return {std::make_shared<rdf::Version const>(1, std::move(runs)), *edition.dictionary};
}

bool may_see_job(Edition const& edition, Call const& call, std::string const& key) {
  auto const space = key.find(' ');
  return call.principal.id.str() == key.substr(space + 1) ||
         access::has_role(*edition.access, call, key.substr(0, space), "viewer") ||
         access::has_role(*edition.access, call, "", "auditor");
}

bool is_open(Edition const& edition, Call const& call, Timestamp now, Gate const& gate) {
  auto const discovers = [&](access::Asset const* asset) {
    return asset != nullptr && access::decide(*edition.access, call, now, access::Action::discover, *asset).allowed;
  };
  switch (gate.kind) {
    case Gate::Kind::nobody:
      return false;
    case Gate::Kind::everyone:
      return true;
    case Gate::Kind::asset:
      return discovers(edition.assets.find(gate.key));
    case Gate::Kind::asset_id:
      return discovers(edition.assets.find(access::AssetId(gate.key)));
    case Gate::Kind::grant: {
      auto const grant = edition.grants.find(gate.key);
      return grant != edition.grants.end() && access::may_see(*edition.access, call, grant->second);
    }
    case Gate::Kind::job:
      return may_see_job(edition, call, gate.key);
  }
  return false;
}

/// All that decisions on what may be discovered know of a caller.
std::string key_of(Call const& call) {
  std::string key = call.principal.id.str();
  for (auto const& scope : call.principal.scopes) key += "\n" + scope;
  return key;
}

}  // namespace

Sight::Sight(std::shared_ptr<Edition const> edition, std::vector<bool> const& open)
    : edition_(std::move(edition)), snapshot_(snapshot_of(*edition_, open)) {}

std::vector<bool> open_gates(Edition const& edition, Call const& call, Timestamp now) {
  std::vector<bool> open(edition.gates.size());
  for (std::size_t i = 0; i < open.size(); ++i) {
    if ((i & 255) == 0) call.proceed();
    open[i] = is_open(edition, call, now, edition.gates[i]);
  }
  return open;
}

std::shared_ptr<Sight const> Sights::sight(std::shared_ptr<Edition const> const& edition, Call const& call,
                                           Timestamp now) {
  auto const caller = key_of(call);
  {
    auto kept = kept_.lock();
    if (kept->edition != edition) *kept = {edition, {}, {}};
    if (auto const found = kept->by_caller.find(caller); found != kept->by_caller.end()) return found->second;
  }
  auto const open = open_gates(*edition, call, now);
  std::shared_ptr<Sight const> sight;
  {
    auto const kept = kept_.read();
    auto const found = kept->by_gates.find(open);
    if (kept->edition == edition && found != kept->by_gates.end()) sight = found->second;
  }
  if (!sight) sight = std::make_shared<Sight const>(edition, open);
  auto kept = kept_.lock();
  if (kept->edition != edition) return sight;
  if (kept->by_caller.size() >= kMostCallers || kept->by_gates.size() >= kMostViews) *kept = {edition, {}, {}};
  kept->by_caller.insert_or_assign(caller, sight);
  kept->by_gates.insert_or_assign(open, sight);
  return sight;
}

}  // namespace lepton::platform_graph
