#include "recommend/evaluation.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/check.h"
#include "base/error.h"
#include "recommend/recommendation.h"

namespace lepton::recommend {

double discount(std::size_t place) {
  return 1 / std::log2(static_cast<double>(place) + 2);
}

TopReport judge_lists(Call const& call, Shortlist const& shortlist, Interactions const& history,
                      Interactions const& held_out, std::size_t k) {
  if (history.users() != held_out.users() || history.items() != held_out.items() || k == 0)
    throw invalid(
        fmt::format("cannot judge {} items of a history of {} users and {} items by {} and {}: expected equal numbers "
                    "and at least one item",
                    k, history.users(), history.items(), held_out.users(), held_out.items()));
  TopReport report;
  std::vector<char> shown(history.items());
  for (std::uint32_t user = 0; user < history.users(); ++user) {
    auto const wanted = held_out.of(user);
    if (wanted.empty()) continue;
    if (report.users++ % 64 == 0) call.proceed();
    double hits = 0, gain = 0, best = 0;
    auto const items = shortlist(history.of(user));
    for (std::size_t place = 0; place < items.size(); ++place) {
      shown[items[place]] = 1;
      if (!holds(wanted, items[place])) continue;
      ++hits;
      gain += discount(place);
    }
    for (std::size_t place = 0; place < std::min(k, wanted.size()); ++place) best += discount(place);
    report.recalls.push_back(static_cast<float>(hits / static_cast<double>(wanted.size())));
    report.ndcgs.push_back(static_cast<float>(gain / best));
    report.recall += hits / static_cast<double>(wanted.size());
    report.ndcg += gain / best;
    report.hit_rate += hits > 0 ? 1 : 0;
  }
  if (report.users == 0) return report;
  for (auto* const sum : {&report.recall, &report.ndcg, &report.hit_rate}) *sum /= static_cast<double>(report.users);
  report.coverage = static_cast<double>(std::count(shown.begin(), shown.end(), 1)) / static_cast<double>(shown.size());
  return report;
}

TopReport judge_top(Call const& call, ItemScorer const& scorer, Interactions const& history,
                    Interactions const& held_out, std::size_t k, std::span<char const> allowed) {
  if (history.items() != scorer.items())
    throw invalid(fmt::format("a model that knows {} items cannot be judged by a history of {}", scorer.items(),
                              history.items()));
  std::vector<float> scores(scorer.items());
  auto const shortlist = [&](std::span<Taken const> taken) {
    scorer.score(taken, scores);
    for (auto const& one : taken) scores[one.item] = -std::numeric_limits<float>::infinity();
    for (std::size_t item = 0; item < allowed.size(); ++item)
      if (!allowed[item]) scores[item] = -std::numeric_limits<float>::infinity();
    return best_items(scores, {}, k);
  };
  return judge_lists(call, shortlist, history, held_out, k);
}

double area_under_curve(std::span<float const> positive, std::span<float const> negative) {
  if (positive.empty() || negative.empty()) return 0.5;
  std::vector<float> sorted(negative.begin(), negative.end());
  std::sort(sorted.begin(), sorted.end());
  double sum = 0;
  for (float const score : positive) {
    auto const [low, high] = std::equal_range(sorted.begin(), sorted.end(), score);
    sum += static_cast<double>((low - sorted.begin()) + (high - sorted.begin())) / 2;
  }
  return sum / (static_cast<double>(positive.size()) * static_cast<double>(negative.size()));
}

double root_mean_square(std::span<float const> predicted, std::span<float const> actual) {
  check(predicted.size() == actual.size(), "predictions stand beside what was seen");
  double sum = 0;
  for (std::size_t i = 0; i < predicted.size(); ++i)
    sum += std::pow(static_cast<double>(predicted[i]) - static_cast<double>(actual[i]), 2);
  return predicted.empty() ? 0 : std::sqrt(sum / static_cast<double>(predicted.size()));
}

}  // namespace lepton::recommend
