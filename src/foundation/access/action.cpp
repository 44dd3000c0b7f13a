#include "access/action.h"

#include <algorithm>
#include <array>

namespace lepton::access {
namespace {

constexpr std::array<std::string_view, 4> kRoles{"viewer", "contributor", "steward", "admin"};

/// 0 for what is not a role.
std::size_t rank(std::string_view role) {
  auto const found = std::find(kRoles.begin(), kRoles.end(), role);
  return found == kRoles.end() ? 0 : static_cast<std::size_t>(found - kRoles.begin()) + 1;
}

std::string_view least_role_for(Action action) {
  switch (action) {
    case Action::discover:
    case Action::read:
      return "viewer";
    case Action::write:
    case Action::label:
    case Action::train:
    case Action::serve:
      return "contributor";
    case Action::share:
      return "steward";
    case Action::admin:
      return "admin";
  }
  return "admin";
}

}  // namespace

bool touches_data(Action action) {
  return action != Action::discover && action != Action::share && action != Action::admin;
}

bool is_department_role(std::string_view role) {
  return rank(role) > 0;
}

bool role_holds(std::string_view role, Action action) {
  return role_reaches(role, least_role_for(action));
}

bool role_reaches(std::string_view held, std::string_view wanted) {
  return rank(wanted) > 0 && rank(held) >= rank(wanted);
}

bool path_matches(std::string_view pattern, std::string_view path) {
  // Greedy with one point of return: linear in practice, quadratic at worst.
  std::size_t p = 0, t = 0, star = std::string_view::npos, resume = 0;
  while (t < path.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.size() && pattern[p] == path[t]) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

bool scopes_allow(std::vector<std::string> const& scopes, Action action, std::string_view path) {
  if (scopes.empty()) return true;
  return std::any_of(scopes.begin(), scopes.end(), [&](std::string_view scope) {
    auto const colon = scope.find(':');
    std::string_view const verb = scope.substr(0, colon);
    // Whoever may do anything with an asset knows that it exists.
    bool const verb_fits = verb == "*" || verb == enum_name(action) || action == Action::discover;
    return verb_fits && (colon == std::string_view::npos || path_matches(scope.substr(colon + 1), path));
  });
}

std::string problem_with_scope(std::string_view scope) {
  auto const colon = scope.find(':');
  std::string_view const verb = scope.substr(0, colon);
  if (verb != "*" && !find_enum<Action>(verb))
    return "'" + std::string(scope) +
           "' is not a scope: expected an action (discover, read, write, label, train, serve, share, admin or *), "
           "alone or with a path, such as serve:risk/loan-score";
  if (colon != std::string_view::npos && scope.substr(colon + 1).find('/') == std::string_view::npos &&
      scope.substr(colon + 1) != "*")
    return "'" + std::string(scope) + "' has a path that is not department/name (with '*' for any characters)";
  return "";
}

}  // namespace lepton::access
