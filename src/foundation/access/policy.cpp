#include "access/policy.h"

#include <algorithm>

#include "access/row_filter.h"

namespace lepton::access {
namespace {

constexpr std::int64_t kMaxApprovals = 10;

void check_subjects(std::vector<std::string> const& subjects, std::string const& pointer, Details& problems) {
  for (std::size_t i = 0; i < subjects.size(); ++i) {
    try {
      (void)parse_subject(subjects[i]);
    } catch (Error const& error) {
      problems.emplace(json::pointer_to(pointer, i), error.what());
    }
  }
}

void check_effect(std::string const& department, Effect const& effect, Details& problems) {
  if (effect.row_filter) problems.merge(problems_of_row_filter(*effect.row_filter, "/effect/row_filter"));
  if (effect.require_approval < 0 || effect.require_approval > kMaxApprovals)
    problems.emplace("/effect/require_approval", "expected 0 to 10");
  if (effect.min_group_size < 0) problems.emplace("/effect/min_group_size", "expected 0 or more");
  if (effect.discover && department.empty())
    problems.emplace("/effect/discover", "a policy of the platform only restricts; a department opens its own assets");
  bool const nothing = !effect.discover && effect.deny.empty() && !effect.row_filter && effect.masks.empty() &&
                       !effect.require_purpose && effect.require_approval == 0 && effect.min_group_size == 0;
  if (nothing) problems.emplace("/effect", "does nothing: give at least one of its fields");
}

}  // namespace

bool Selector::matches(Asset const& asset) const {
  return path_matches(path, asset.department + "/" + asset.name) &&
         std::includes(asset.tags.begin(), asset.tags.end(), tags.begin(), tags.end());
}

bool Policy::applies_to(Principal const& principal) const {
  auto const covers = [&](Subject const& subject) { return subject.covers(principal); };
  return std::any_of(to.begin(), to.end(), covers) && std::none_of(except.begin(), except.end(), covers);
}

bool Policy::selects(Asset const& asset) const {
  return (department.empty() || department == asset.department) && document.selector.matches(asset);
}

std::string Policy::describe() const {
  std::string text = "policy " + (department.empty() ? "" : department + "/") + name;
  return document.description.empty() ? text : text + ": " + document.description;
}

PolicyDocument checked_policy(std::string const& department, PolicyDocument document) {
  if (document.selector.path.empty()) document.selector.path = department.empty() ? "*" : department + "/*";
  if (document.to.empty()) document.to = {"everyone"};
  Details problems;
  if (!department.empty() && !document.selector.path.starts_with(department + "/"))
    problems.emplace("/selector/path",
                     "must begin with " + department + "/: a department's policy selects its own assets");
  check_subjects(document.to, "/to", problems);
  check_subjects(document.except, "/except", problems);
  check_effect(department, document.effect, problems);
  if (!problems.empty()) {
    auto const& [pointer, problem] = *problems.begin();
    std::string message = problems.size() == 1 ? pointer + " " + problem
                                               : std::to_string(problems.size()) + " fields of the policy are wrong";
    throw invalid(message, std::move(problems));
  }
  return document;
}

}  // namespace lepton::access
