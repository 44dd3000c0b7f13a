#include "access/survey.h"
#include "platform_graph/sources.h"

namespace lepton::platform_graph {

void read_grants(Reading const& reading) {
  for (auto const& grant : access::all_grants(reading.tx)) {
    auto thing = reading.facts.about(record_iri("grant", grant.id.str()), {Gate::Kind::grant, grant.id.str()});
    thing.is_a({lep::space, "Grant"})
        .link({lep::space, "to"}, subject_iri(grant.subject))
        .text({lep::space, "purpose"}, grant.purpose)
        .at({dct::space, "created"}, grant.granted_at)
        .at({lep::space, "validFrom"}, grant.not_before)
        .at({lep::space, "validUntil"}, grant.expires_at)
        .at({lep::space, "revoked"}, grant.revoked_at);
    if (grant.active(reading.now)) thing.is_a({lep::space, "InForce"});
    for (auto const action : grant.actions) thing.text({lep::space, "action"}, enum_name(action));
    for (auto const& granter : grant.granted_by) thing.link({lep::space, "grantedBy"}, principal_iri(granter));
    if (grant.asset.empty()) {
      thing.link({lep::space, "on"}, department_iri(grant.department));
    } else if (auto const* const asset = reading.assets.find(grant.asset)) {
      thing.link({lep::space, "on"}, asset_iri(asset->address()));
    }
  }
}

}  // namespace lepton::platform_graph
