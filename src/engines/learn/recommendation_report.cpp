#include "learn/recommendation_report.h"

#include <algorithm>
#include <random>

#include "learn/bootstrap.h"
#include "recommend/evaluation.h"

namespace lepton::learn {
namespace {

using recommend::Interactions;
using recommend::TopReport;

ListFigures figures_of(std::string method, TopReport const& report, std::uint64_t seed) {
  return {std::move(method), bootstrap_mean(report.recalls, seed), bootstrap_mean(report.ndcgs, seed), report.hit_rate,
          report.coverage};
}

std::optional<ColdFigures> evaluate_cold(Call const& call, recommend::Recommender const& model,
                                         Interactions const& history, std::vector<recommend::Interaction> const& test,
                                         std::size_t most) {
  auto const counts = recommend::popularity(history);
  std::vector<char> cold(counts.size());
  for (std::size_t item = 0; item < cold.size(); ++item) cold[item] = counts[item] == 0 ? 1 : 0;
  std::vector<recommend::Interaction> held_out;
  std::copy_if(test.begin(), test.end(), std::back_inserter(held_out), [&](auto const& one) { return cold[one.item]; });
  if (held_out.empty() || model.content() == nullptr) return std::nullopt;
  auto const report = judge_top(call, *model.content(), history,
                                Interactions(held_out, history.users(), history.items(), "cold items"), most, cold);
  auto const items = std::count(cold.begin(), cold.end(), 1);
  return ColdFigures{items, static_cast<std::int64_t>(report.users), report.recall,
                     std::min(1.0, static_cast<double>(most) / static_cast<double>(items))};
}

}  // namespace

MeanInterval bootstrap_mean(std::span<float const> values, std::uint64_t seed) {
  if (values.empty()) return {};
  std::mt19937_64 random(seed);
  std::vector<double> means(bootstrap_samples(values.size()));
  for (auto& mean : means) {
    for (std::size_t i = 0; i < values.size(); ++i)
      mean += static_cast<double>(values[draw_below(random, values.size())]);
    mean /= static_cast<double>(values.size());
  }
  double sum = 0;
  for (float const value : values) sum += static_cast<double>(value);
  auto const [low, high] = percentile_interval(std::move(means));
  return {sum / static_cast<double>(values.size()), low, high};
}

RecommendationReport evaluate_recommender(Call const& call, recommend::Recommender const& model,
                                          TrainedRecommender const& trained, InteractionTable const& table,
                                          InteractionParts const& parts, std::uint64_t seed) {
  auto const items = static_cast<std::uint32_t>(table.items.size());
  Interactions const history(parts.before_test(), table.users, items, "what was learnt from");
  Interactions const held_out(parts.test, table.users, items, "test part");
  auto const shortlist = [&](std::span<recommend::Taken const> taken) {
    std::vector<std::uint32_t> list;
    for (auto const& one : model.recommend(taken)) list.push_back(one.item);
    return list;
  };
  auto const judged = judge_lists(call, shortlist, history, held_out, model.most());
  auto const counts = recommend::popularity(history);
  auto const popular = judge_top(call, recommend::PopularityScorer(counts), history, held_out, model.most());
  std::vector<float> above;
  for (std::size_t i = 0; i < judged.ndcgs.size(); ++i) above.push_back(judged.ndcgs[i] - popular.ndcgs[i]);

  RecommendationReport report;
  report.most = static_cast<std::int64_t>(model.most());
  report.users = static_cast<std::int64_t>(judged.users);
  report.items = items;
  report.features = static_cast<std::int64_t>(table.features.size());
  report.recall = judged.recall;
  report.ndcg = judged.ndcg;
  report.hit_rate = judged.hit_rate;
  report.coverage = judged.coverage;
  report.method = trained.method;
  report.methods = {figures_of(trained.method, judged, seed), figures_of("popularity", popular, seed)};
  report.above_popularity = bootstrap_mean(above, seed);
  report.tried = trained.tried;
  report.ranker = trained.ranker;
  if (table.facts)
    report.facts = {static_cast<std::int64_t>(table.facts->list.size()), table.facts->items,
                    static_cast<std::int64_t>(table.facts->relations.size()),
                    static_cast<std::int64_t>(model.path_kinds())};
  report.cold = evaluate_cold(call, model, history, parts.test, model.most());
  return report;
}

}  // namespace lepton::learn
