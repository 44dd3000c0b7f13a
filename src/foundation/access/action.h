#pragma once

#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/fields.h"

namespace lepton::access {

/// What may be done with an asset (design.md §4). Each of them lets the asset be discovered; none of the others implies
/// another.
enum class Action { discover, read, write, label, train, serve, share, admin };

/// Whether the action shows rows to the caller or lets it work on them: what purposes, approvals, row filters and masks
/// are about.
[[nodiscard]] bool touches_data(Action action);

/// The roles of a department, each holding what the ones before it hold: "viewer" discovers and reads; "contributor"
/// also writes, labels, trains and serves; "steward" also shares (grants, approves, sets policies, manages service
/// accounts); "admin" also administers (roles, groups, removal).
[[nodiscard]] bool role_holds(std::string_view role, Action action);
/// Whether `held` is `wanted` or a role above it. Platform roles ("admin", "auditor" of department "") are not ordered.
[[nodiscard]] bool role_reaches(std::string_view held, std::string_view wanted);
[[nodiscard]] bool is_department_role(std::string_view role);

/// Glob over a whole path: '*' stands for any characters, '/' included.
[[nodiscard]] bool path_matches(std::string_view pattern, std::string_view path);

/// A credential's scope is "<action>" or "<action>:<path pattern>", the action may be '*': "serve:risk/loan-score",
/// "read:banking/*", "write". An empty list limits nothing.
[[nodiscard]] bool scopes_allow(std::vector<std::string> const& scopes, Action action, std::string_view path);
/// What is wrong with the scope, empty when nothing.
[[nodiscard]] std::string problem_with_scope(std::string_view scope);

}  // namespace lepton::access

template <>
struct lepton::EnumNames<lepton::access::Action> {
  using A = lepton::access::Action;
  static constexpr std::array<std::pair<A, std::string_view>, 8> values{{{A::discover, "discover"},
                                                                         {A::read, "read"},
                                                                         {A::write, "write"},
                                                                         {A::label, "label"},
                                                                         {A::train, "train"},
                                                                         {A::serve, "serve"},
                                                                         {A::share, "share"},
                                                                         {A::admin, "admin"}}};
};
