#include "access/survey.h"
#include "platform_graph/sources.h"

namespace lepton::platform_graph {
namespace {

constexpr Word kMemberOf{org::space, "memberOf"};

Word type_of(PrincipalType type) {
  if (type == PrincipalType::group) return {foaf::space, "Group"};
  return type == PrincipalType::user ? Word{foaf::space, "Person"} : Word{prov::space, "SoftwareAgent"};
}

void say_role(Facts& facts, access::RoleAssignment const& role) {
  auto who = facts.about(principal_iri(role.principal));
  if (role.department.empty()) {
    who.text({lep::space, "platformRole"}, role.role);
    return;
  }
  // Roles make their holders the department's, as they do for grants to a department.
  who.link(kMemberOf, department_iri(role.department));
  for (auto const* name : {"viewer", "contributor", "steward", "admin"})
    if (role.role == name) who.link({lep::space, std::string_view(name)}, department_iri(role.department));
}

}  // namespace

// Whoever may log in may list departments, people, groups with their members, and roles.
void read_people(Reading const& reading) {
  auto& facts = reading.facts;
  (void)facts.about("urn:lepton:everyone", Gate::everyone()).is_a({foaf::space, "Group"});
  for (auto const& department : access::all_departments(reading.tx)) {
    facts.about(department_iri(department.name), Gate::everyone())
        .is_a({org::space, "OrganizationalUnit"})
        .text({dct::space, "identifier"}, department.name)
        .text({foaf::space, "name"}, department.title)
        .text({dct::space, "description"}, department.description)
        .at({dct::space, "created"}, department.created_at);
  }
  for (auto const& member : access::all_members(reading.tx)) {
    auto who = facts.about(principal_iri(member.name), Gate::everyone());
    who.is_a(type_of(member.type))
        .text({foaf::space, "accountName"}, member.name)
        .text({foaf::space, "name"}, member.title)
        .flag({lep::space, "disabled"}, member.disabled)
        .at({dct::space, "created"}, member.created_at);
    if (!member.department.empty()) who.link(kMemberOf, department_iri(member.department));
  }
  for (auto const& membership : access::all_memberships(reading.tx))
    facts.about(principal_iri(membership.group)).link({foaf::space, "member"}, principal_iri(membership.member));
  for (auto const& role : access::all_roles(reading.tx)) say_role(facts, role);
}

}  // namespace lepton::platform_graph
