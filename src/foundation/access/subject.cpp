#include "access/subject.h"

#include <array>
#include <utility>

#include "base/error.h"

namespace lepton::access {
namespace {

using Kind = Subject::Kind;
constexpr std::array<std::pair<Kind, std::string_view>, 4> kPrefixes{{{Kind::user, "user:"},
                                                                      {Kind::service_account, "service_account:"},
                                                                      {Kind::group, "group:"},
                                                                      {Kind::department, "department:"}}};

}  // namespace

std::string Subject::str() const {
  for (auto const& [candidate, prefix] : kPrefixes)
    if (candidate == kind) return std::string(prefix) + name;
  return "everyone";
}

bool Subject::covers(Principal const& principal) const {
  switch (kind) {
    case Kind::everyone:
      return true;
    case Kind::user:
      return principal.type == PrincipalType::user && principal.name == name;
    case Kind::service_account:
      return principal.type == PrincipalType::service_account && principal.name == name;
    case Kind::group:
      return principal.groups.contains(name);
    case Kind::department:
      return principal.department == name || principal.roles.contains(name);
  }
  return false;
}

Subject parse_subject(std::string_view text) {
  if (text == "everyone") return {};
  for (auto const& [kind, prefix] : kPrefixes)
    if (text.starts_with(prefix) && text.size() > prefix.size()) return {kind, std::string(text.substr(prefix.size()))};
  throw invalid("'" + std::string(text) +
                "' is not a subject: expected everyone, user:NAME, service_account:DEPARTMENT/NAME, group:NAME or "
                "department:NAME");
}

}  // namespace lepton::access
