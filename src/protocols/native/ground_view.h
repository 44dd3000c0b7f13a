#pragma once

#include <string>
#include <vector>

#include "access/authority.h"
#include "base/fields.h"

namespace lepton::native {

/// Why something was allowed.
struct GroundView {
  std::string kind, id, text;
  static constexpr auto fields() {
    return std::tuple{required("kind", &GroundView::kind, "grant, role, owner, policy or platform_role"),
                      optional("id", &GroundView::id, "of the grant or policy"),
                      required("text", &GroundView::text, "in words")};
  }
};

[[nodiscard]] inline std::vector<GroundView> views_of(std::vector<access::Ground> const& grounds) {
  std::vector<GroundView> views;
  for (auto const& ground : grounds) views.push_back({ground.kind, ground.id, ground.text});
  return views;
}

}  // namespace lepton::native
