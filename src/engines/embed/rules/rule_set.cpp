#include "embed/rules/rule_set.h"

#include <algorithm>
#include <unordered_map>

#include "base/error.h"
#include "embed/name_section.h"

namespace lepton::embed {
namespace {

/// Entities that the path leads to from `start`; a start is no answer to itself.
void follow(EdgeLists const& graph, std::uint32_t start, std::span<std::uint32_t const> path, bool backwards,
            std::size_t most, std::vector<std::uint32_t>& reached) {
  reached.assign(1, start);
  std::vector<std::uint32_t> next;
  for (std::size_t i = 0; i < path.size(); ++i) {
    auto const step = backwards ? graph.back(path[path.size() - 1 - i]) : path[i];
    next.clear();
    for (auto const at : reached) {
      for (auto const& edge : graph.of(at, step)) next.push_back(edge.to);
      if (next.size() > 4 * most) break;
    }
    std::sort(next.begin(), next.end());
    next.erase(std::unique(next.begin(), next.end()), next.end());
    next.resize(std::min(next.size(), most));
    std::swap(reached, next);
  }
  std::erase(reached, start);
}

/// A path that satisfies the steps from `at` on, depth first.
bool find_path(EdgeLists const& graph, std::span<std::uint32_t const> steps, Triple const& triple,
               std::vector<std::uint32_t>& path, std::size_t& budget) {
  auto const at = path.back();
  for (auto const& edge : graph.of(at, steps.front())) {
    if (budget == 0) return false;
    --budget;
    bool const itself =
        (edge.step == triple.relation && at == triple.head && edge.to == triple.tail) ||
        (edge.step == triple.relation + graph.relations() && at == triple.tail && edge.to == triple.head);
    if (itself || edge.to == triple.head || (steps.size() == 1) != (edge.to == triple.tail)) continue;
    path.push_back(edge.to);
    if (steps.size() == 1 || find_path(graph, steps.subspan(1), triple, path, budget)) return true;
    path.pop_back();
  }
  return false;
}

void check_rule(PathRule const& rule, std::size_t relations) {
  bool good = rule.target < relations && rule.length >= 1 && rule.length <= PathRule::longest && rule.confidence >= 0 &&
              rule.confidence <= 1;
  for (std::size_t i = 0; good && i < rule.length; ++i) good = rule.steps[i] < 2 * relations;
  if (!good) throw invalid("the rules are damaged: a rule names what is not there");
}

}  // namespace

std::string RuleSet::write(std::span<PathRule const> rules, std::span<std::string const> relations) {
  std::vector<PathRule> sorted(rules.begin(), rules.end());
  std::stable_sort(sorted.begin(), sorted.end(), [](PathRule const& a, PathRule const& b) {
    return a.target != b.target ? a.target < b.target : a.confidence > b.confidence;
  });
  runtime::ModelFileWriter writer{std::string(kind), version};
  writer.add("rules", sorted);
  write_names(writer, "relation", relations);
  return writer.finish();
}

RuleSet RuleSet::parse(std::string_view artifact) {
  return RuleSet(runtime::ModelFile::parse(artifact, kind, version));
}

RuleSet RuleSet::open(std::filesystem::path const& path) {
  return RuleSet(runtime::ModelFile::open(path, kind, version));
}

RuleSet::RuleSet(runtime::ModelFile file) : file_(std::move(file)), rules_(file_.array<PathRule>("rules")) {
  NameSection const names(file_, "relation");
  for (std::uint32_t i = 0; i < names.size(); ++i) relations_.emplace_back(names[i]);
  begin_.assign(relations_.size() + 1, 0);
  for (std::size_t i = 0; i < rules_.size(); ++i) {
    check_rule(rules_[i], relations_.size());
    if (i > 0 && rules_[i].target < rules_[i - 1].target) throw invalid("the rules are damaged: they are out of order");
    ++begin_[rules_[i].target + 1];
  }
  for (std::size_t i = 0; i < relations_.size(); ++i) begin_[i + 1] += begin_[i];
}

std::span<PathRule const> RuleSet::of(std::uint32_t relation) const {
  if (relation >= relations_.size()) return {};
  return rules_.subspan(begin_[relation], begin_[relation + 1] - begin_[relation]);
}

std::vector<RuleAnswer> RuleSet::answers(EdgeLists const& graph, Query query, std::span<std::uint32_t const> known,
                                         std::size_t most) const {
  bool const backwards = query.relation >= relations_.size();
  auto const relation = backwards ? query.relation - static_cast<std::uint32_t>(relations_.size()) : query.relation;
  std::unordered_map<std::uint32_t, std::size_t> places;
  std::vector<RuleAnswer> found;
  std::vector<std::uint32_t> reached;
  for (auto const& rule : of(relation)) {
    follow(graph, query.source, rule.path(), backwards, most, reached);
    for (auto const entity : reached) {
      if (std::binary_search(known.begin(), known.end(), entity)) continue;
      auto const [place, is_new] = places.emplace(entity, found.size());
      if (is_new) found.push_back({entity, {}});
      auto& confidences = found[place->second].confidences;
      if (confidences.size() < most_confidences) confidences.push_back(rule.confidence);
    }
  }
  std::sort(found.begin(), found.end(), [](RuleAnswer const& a, RuleAnswer const& b) {
    return a.confidences != b.confidences ? a.confidences > b.confidences : a.entity < b.entity;
  });
  return found;
}

std::vector<RuleGround> RuleSet::explain(EdgeLists const& graph, Triple const& triple, std::size_t most) const {
  std::vector<RuleGround> grounds;
  auto const candidates = of(triple.relation);
  for (std::size_t i = 0; i < candidates.size() && grounds.size() < most; ++i) {
    std::vector<std::uint32_t> path{triple.head};
    std::size_t budget = 20'000;
    if (find_path(graph, candidates[i].path(), triple, path, budget))
      grounds.push_back({static_cast<std::uint32_t>(begin_[triple.relation] + i), std::move(path)});
  }
  return grounds;
}

}  // namespace lepton::embed
