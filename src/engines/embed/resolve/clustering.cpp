#include "embed/resolve/clustering.h"

#include <algorithm>
#include <map>
#include <numeric>

namespace lepton::embed {
namespace {

std::vector<std::size_t> by_falling_odds(LearntMatches const& matches, std::span<CandidatePair const> pairs) {
  std::vector<std::size_t> order(pairs.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    if (matches.log_odds[a] != matches.log_odds[b]) return matches.log_odds[a] > matches.log_odds[b];
    return pairs[a] < pairs[b];
  });
  return order;
}

double sum_of(std::vector<double> const& values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}

/// Cuts the list where 2·TP / (taken + all matches) is highest, as the probabilities promise.
void cut_for_f1(Assignment& assignment, LearntMatches const& matches) {
  double const all = sum_of(matches.probability);
  double right = 0, best = 0;
  std::size_t keep = 0;
  for (std::size_t i = 0; i < assignment.merged.size(); ++i) {
    right += matches.probability[assignment.merged[i]];
    double const f1 = 2 * right / (static_cast<double>(i + 1) + all);
    if (f1 <= best) continue;
    best = f1;
    keep = i + 1;
    assignment.expected_precision = right / static_cast<double>(keep);
    assignment.expected_recall = right / all;
    assignment.least_probability = matches.probability[assignment.merged[i]];
  }
  assignment.merged.resize(keep);
}

class Clusters {
 public:
  explicit Clusters(std::size_t records) : parent_(records) { std::iota(parent_.begin(), parent_.end(), 0u); }
  std::uint32_t find(std::uint32_t record) {
    while (parent_[record] != record) record = parent_[record] = parent_[parent_[record]];
    return record;
  }
  /// The smaller number becomes the root.
  void join(std::uint32_t a, std::uint32_t b) { parent_[std::max(a, b)] = std::min(a, b); }

 private:
  std::vector<std::uint32_t> parent_;
};

}  // namespace

Assignment assign_one_to_one(LearntMatches const& matches, std::span<CandidatePair const> pairs, std::size_t records) {
  Assignment assignment;
  std::vector<bool> taken(records);
  for (auto const i : by_falling_odds(matches, pairs)) {
    auto const [left, right] = pairs[i];
    if (taken[left] || taken[right]) continue;
    taken[left] = taken[right] = true;
    assignment.merged.push_back(i);
  }
  cut_for_f1(assignment, matches);
  return assignment;
}

Assignment assign_clusters(LearntMatches const& matches, std::span<CandidatePair const> pairs, std::size_t records) {
  Assignment assignment;
  Clusters clusters(records);
  std::map<std::uint32_t, std::vector<std::uint32_t>> members;  // of clusters of more than one
  auto const members_of = [&](std::uint32_t root) -> std::vector<std::uint32_t>& {
    auto& list = members[root];
    if (list.empty()) list.push_back(root);
    return list;
  };
  double right = 0;
  for (auto const i : by_falling_odds(matches, pairs)) {
    if (matches.log_odds[i] < 0) break;
    auto const a = clusters.find(pairs[i].left), b = clusters.find(pairs[i].right);
    if (a == b) continue;
    auto &in_a = members_of(a), &in_b = members_of(b);
    if (in_a.size() + in_b.size() > largest_cluster) continue;
    double sum = 0;
    for (auto const x : in_a)
      for (auto const y : in_b) {
        CandidatePair const pair{std::min(x, y), std::max(x, y)};
        auto const found = std::lower_bound(pairs.begin(), pairs.end(), pair);
        bool const compared = found != pairs.end() && *found == pair;
        sum += compared ? matches.log_odds[static_cast<std::size_t>(found - pairs.begin())] : not_compared;
      }
    if (sum < 0) continue;
    auto& into = a < b ? in_a : in_b;
    auto const& from = a < b ? in_b : in_a;
    into.insert(into.end(), from.begin(), from.end());
    members.erase(std::max(a, b));
    clusters.join(a, b);
    assignment.merged.push_back(i);
    right += matches.probability[i];
    assignment.least_probability = matches.probability[i];
  }
  if (!assignment.merged.empty()) {
    assignment.expected_precision = right / static_cast<double>(assignment.merged.size());
    assignment.expected_recall = std::min(1.0, right / sum_of(matches.probability));
  }
  return assignment;
}

std::vector<std::uint32_t> clusters_of(std::span<std::size_t const> merged, std::span<CandidatePair const> pairs,
                                       std::size_t records) {
  Clusters clusters(records);
  for (auto const i : merged) {
    auto const a = clusters.find(pairs[i].left), b = clusters.find(pairs[i].right);
    if (a != b) clusters.join(a, b);
  }
  std::vector<std::uint32_t> out(records);
  for (std::uint32_t i = 0; i < records; ++i) out[i] = clusters.find(i);
  return out;
}

}  // namespace lepton::embed
