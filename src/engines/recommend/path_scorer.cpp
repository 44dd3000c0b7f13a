#include "recommend/path_scorer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "base/error.h"
#include "recommend/recommendation.h"

namespace lepton::recommend {
namespace {

constexpr std::uint32_t most_users_counted = 5'000;
constexpr double prior_pairs = 5;  // a kind with little to tell from is taken for chance

/// How often the same people took both items of pairs, and how often they would by chance.
struct PairCounts {
  double seen = 0, expected = 0;
};

/// Counts pairs of items by the users that took both.
class PairCounter {
 public:
  explicit PairCounter(Interactions const& interactions)
      : users_(interactions), holders_(interactions.transposed()), together_(interactions.items()) {
    double sum = 0, pairs = 0;
    stride_ = 1 + interactions.users() / most_users_counted;
    counts_.resize(interactions.items());
    for (std::uint32_t user = 0; user < interactions.users(); user += stride_) {
      auto const taken = interactions.of(user);
      auto const size = static_cast<double>(taken.size());
      sum += size;
      pairs += size * (size - 1);
      for (auto const& one : taken) counts_[one.item] += 1;
    }
    chance_ = sum > 0 ? pairs / (sum * sum) : 0;
  }

  [[nodiscard]] bool counts(std::uint32_t item) const { return counts_[item] > 0; }
  void begin(std::uint32_t item) {
    item_ = item;
    std::fill(together_.begin(), together_.end(), 0.0f);
    for (auto const& holder : holders_.of(item))
      if (holder.item % stride_ == 0)
        for (auto const& taken : users_.of(holder.item)) together_[taken.item] += 1;
  }
  [[nodiscard]] PairCounts with(std::uint32_t other) const {
    return {static_cast<double>(together_[other]), chance_ * counts_[item_] * counts_[other]};
  }

 private:
  Interactions const& users_;
  Interactions holders_;
  std::vector<float> together_;
  std::vector<double> counts_;
  std::uint32_t stride_ = 1, item_ = 0;
  double chance_ = 0;
};

void weigh_kinds(Call const& call, FactGraph const& graph, Interactions const& interactions, PathTable& table) {
  std::unordered_map<std::uint64_t, PairCounts> of_kind;
  PairCounter pairs(interactions);
  for (std::uint32_t item = 0; item < graph.items(); ++item) {
    if (!pairs.counts(item) || graph.of(item).empty()) continue;
    if (item % 16 == 0) call.proceed();
    pairs.begin(item);
    graph.for_each_path(item, table.steps, [&](FactPath const& path) {
      if (!pairs.counts(path.end())) return;
      auto const pair = pairs.with(path.end());
      auto& sums = of_kind[path.kind()];
      sums.seen += pair.seen;
      sums.expected += pair.expected;
    });
  }
  for (auto const& [kind, sums] : of_kind)
    if (sums.seen > sums.expected) table.kinds.push_back(kind);
  std::sort(table.kinds.begin(), table.kinds.end());
  for (auto const kind : table.kinds) {
    auto const& sums = of_kind.at(kind);
    table.weights.push_back(static_cast<float>(std::log((sums.seen + prior_pairs) / (sums.expected + prior_pairs))));
  }
}

void lead_to_items(Call const& call, FactGraph const& graph, PathTable& table) {
  std::vector<float> sums(graph.items());
  for (std::uint32_t item = 0; item < graph.items(); ++item) {
    if (item % 16 == 0) call.proceed();
    std::fill(sums.begin(), sums.end(), 0.0f);
    if (!graph.of(item).empty())
      graph.for_each_path(item, table.steps, [&](FactPath const& path) {
        sums[path.end()] += table.weight(path.kind()) * static_cast<float>(path.rarity);
      });
    auto led_to = best_items(sums, {}, most_led_to);
    std::erase_if(led_to, [&](auto other) { return !(sums[other] > 0); });
    std::sort(led_to.begin(), led_to.end());
    for (auto const other : led_to) {
      table.items.push_back(other);
      table.parts.push_back(sums[other]);
    }
    table.ends.push_back(table.items.size());
  }
}

}  // namespace

void PathTable::require_sound(std::uint32_t item_count) const {
  auto const positive = [](float value) { return std::isfinite(value) && value >= 0; };
  bool const sound = steps >= 1 && steps <= FactPath::longest && kinds.size() == weights.size() &&
                     std::is_sorted(kinds.begin(), kinds.end()) && ends.size() == item_count &&
                     std::is_sorted(ends.begin(), ends.end()) && (ends.empty() || ends.back() == items.size()) &&
                     items.size() == parts.size() && std::all_of(weights.begin(), weights.end(), positive) &&
                     std::all_of(parts.begin(), parts.end(), positive) &&
                     std::all_of(items.begin(), items.end(), [&](auto item) { return item < item_count; });
  if (!sound) throw invalid("the model file is damaged: its paths do not fit together");
}

float PathTable::weight(std::uint64_t kind) const {
  auto const found = std::lower_bound(kinds.begin(), kinds.end(), kind);
  return found != kinds.end() && *found == kind ? weights[static_cast<std::size_t>(found - kinds.begin())] : 0;
}

PathTable learn_paths(Call const& call, FactGraph const& graph, Interactions const& interactions, std::size_t steps) {
  if (graph.items() != interactions.items() || steps < 1 || steps > FactPath::longest)
    throw invalid(
        fmt::format("facts about {} items cannot be weighed by interactions with {} over {} steps, expected "
                    "as many items and 1 to {} steps",
                    graph.items(), interactions.items(), steps, FactPath::longest));
  PathTable table;
  table.steps = steps;
  weigh_kinds(call, graph, interactions, table);
  lead_to_items(call, graph, table);
  return table;
}

PathScorer::Row PathScorer::row(std::uint32_t item) const {
  auto const begin = item == 0 ? 0 : table_.ends[item - 1], size = table_.ends[item] - begin;
  return {std::span(table_.items).subspan(begin, size), std::span(table_.parts).subspan(begin, size)};
}

float PathScorer::part(std::uint32_t from, std::uint32_t to) const {
  auto const [items, parts] = row(from);
  auto const found = std::lower_bound(items.begin(), items.end(), to);
  return found != items.end() && *found == to ? parts[static_cast<std::size_t>(found - items.begin())] : 0;
}

void PathScorer::score(std::span<Taken const> history, std::span<float> scores) const {
  std::fill(scores.begin(), scores.end(), 0.0f);
  float const unit = unit_share(history);
  for (auto const& [item, value] : history) {
    auto const [items, parts] = row(item);
    for (std::size_t i = 0; i < items.size(); ++i) scores[items[i]] += unit * value * parts[i];
  }
}

void PathScorer::count(std::span<Taken const> history, std::span<float> counts) const {
  for (auto const& taken : history)
    for (auto const item : row(taken.item).items) counts[item] += 1;
}

std::vector<Reason> PathScorer::reasons(std::span<Taken const> history, std::uint32_t item) const {
  float const unit = unit_share(history);
  std::vector<Reason> reasons;
  for (auto const& taken : history)
    reasons.push_back({taken.item, static_cast<double>(unit * taken.value * part(taken.item, item))});
  return reasons;
}

std::vector<TellingPath> PathScorer::paths(std::span<Taken const> history, std::uint32_t item, std::size_t most) const {
  float const unit = unit_share(history);
  std::vector<TellingPath> found;
  graph_.for_each_path(item, table_.steps, [&](FactPath const& path) {
    auto const taken = std::lower_bound(history.begin(), history.end(), path.end(),
                                        [](Taken const& one, std::uint32_t end) { return one.item < end; });
    if (taken == history.end() || taken->item != path.end()) return;
    auto const weight = table_.weight(path.kind());
    if (!(weight > 0) || !(part(taken->item, item) > 0)) return;
    found.push_back(
        {taken->item, path.reversed(item), static_cast<double>(unit * taken->value * weight) * path.rarity});
  });
  std::stable_sort(found.begin(), found.end(), [](auto const& a, auto const& b) { return a.part > b.part; });
  if (found.size() > most) found.resize(most);
  return found;
}

}  // namespace lepton::recommend
