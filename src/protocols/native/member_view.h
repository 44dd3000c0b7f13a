#pragma once

#include <map>
#include <string>

#include "access/directory.h"
#include "base/fields.h"

namespace lepton::native {

/// A user, service account or group as the API shows it.
struct MemberView {
  std::string name;
  PrincipalType type = PrincipalType::user;
  std::string title;
  std::string department;
  std::map<std::string, std::string> attributes;
  bool disabled = false;
  Timestamp created_at;

  explicit MemberView(access::Member const& member)
      : name(member.name),
        type(member.type),
        title(member.title),
        department(member.department),
        attributes(member.attributes),
        disabled(member.disabled),
        created_at(member.created_at) {}
  MemberView() = default;

  static constexpr auto fields() {
    return std::tuple{required("name", &MemberView::name, "unique in the company"),
                      required("type", &MemberView::type, "what it is"),
                      optional("title", &MemberView::title, "for people"),
                      optional("department", &MemberView::department, "home department; empty: the platform's"),
                      optional("attributes", &MemberView::attributes, "what policies may ask, such as clearance"),
                      optional("disabled", &MemberView::disabled, "true: its keys and sessions fail"),
                      required("created_at", &MemberView::created_at, "when it was created")};
  }
};

[[nodiscard]] inline std::vector<MemberView> views_of(std::vector<access::Member> const& members,
                                                      std::optional<PrincipalType> type = std::nullopt) {
  std::vector<MemberView> views;
  for (auto const& member : members)
    if (!type || member.type == *type) views.emplace_back(member);
  return views;
}

}  // namespace lepton::native
