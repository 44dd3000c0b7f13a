#include "learn/ranking_report.h"

#include <algorithm>
#include <cmath>

#include "base/check.h"

namespace lepton::learn {
namespace {

double gain(std::span<float const> relevances, std::size_t most) {
  double sum = 0;
  for (std::size_t i = 0; i < std::min(most, relevances.size()); ++i)
    sum += (std::exp2(relevances[i]) - 1) / std::log2(static_cast<double>(i) + 2);
  return sum;
}

double average_precision(std::span<float const> relevances, std::size_t most) {
  double sum = 0, found = 0;
  auto const relevant = static_cast<std::size_t>(
      std::count_if(relevances.begin(), relevances.end(), [](float relevance) { return relevance > 0; }));
  for (std::size_t i = 0; i < std::min(most, relevances.size()); ++i)
    if (relevances[i] > 0) sum += ++found / static_cast<double>(i + 1);
  return sum / static_cast<double>(std::min(relevant, most));
}

/// Adds up one query; `relevances` stand in the order of the scores. False: it has no relevant row.
bool add_query(std::vector<float> const& relevances, RankingReport& report) {
  auto const first = std::find_if(relevances.begin(), relevances.end(), [](float relevance) { return relevance > 0; });
  if (first == relevances.end()) return false;
  auto best = relevances;
  std::sort(best.begin(), best.end(), std::greater<>());
  auto const all = relevances.size();
  report.ndcg_5 += gain(relevances, 5) / gain(best, 5);
  report.ndcg_10 += gain(relevances, 10) / gain(best, 10);
  report.ndcg += gain(relevances, all) / gain(best, all);
  report.map_10 += average_precision(relevances, 10);
  report.map += average_precision(relevances, all);
  report.mrr += 1 / static_cast<double>(first - relevances.begin() + 1);
  return true;
}

}  // namespace

RankingReport evaluate_ranking(std::span<float const> scores, std::span<float const> relevances,
                               std::span<std::uint64_t const> keys) {
  check(!scores.empty() && scores.size() == relevances.size() && scores.size() == keys.size(), "one score per row");
  RankingReport report;
  report.rows = static_cast<std::int64_t>(scores.size());
  double counted = 0;
  for (std::size_t begin = 0, end = 0; begin < scores.size(); begin = end) {
    std::vector<std::pair<float, float>> query;
    for (; end < scores.size() && keys[end] == keys[begin]; ++end) query.emplace_back(scores[end], relevances[end]);
    std::stable_sort(query.begin(), query.end(), [](auto& a, auto& b) { return a.first > b.first; });
    std::vector<float> ordered;
    for (auto const& [score, relevance] : query) ordered.push_back(relevance);
    ++report.queries;
    if (add_query(ordered, report))
      counted += 1;
    else
      ++report.queries_without_relevant;
  }
  if (counted == 0) return report;
  for (auto* const sum : {&report.ndcg_5, &report.ndcg_10, &report.ndcg, &report.map_10, &report.map, &report.mrr})
    *sum /= counted;
  return report;
}

}  // namespace lepton::learn
