#include "learn/ranker_training.h"

#include <fmt/format.h>

#include <cmath>

#include "learn/boosting.h"
#include "learn/xgboost_library.h"

namespace lepton::learn {
namespace {

using namespace recommend;

constexpr std::uint32_t most_users_ranked = 3'000;
constexpr std::size_t fewest_lists = 20;

/// Lists that somebody chose from, one after the other.
struct RankedLists {
  Examples examples;
  std::vector<unsigned> lengths;
  std::vector<float> scores;  ///< of the blend
  double spread = 0;          ///< standard deviation of these within a list, in the mean
};

double spread_of(std::vector<float> const& scores) {
  double sum = 0, squares = 0;
  for (float const score : scores) {
    sum += static_cast<double>(score);
    squares += static_cast<double>(score) * static_cast<double>(score);
  }
  auto const count = static_cast<double>(scores.size());
  return std::sqrt(std::max(0.0, squares / count - sum / count * sum / count));
}

RankedLists lists_of(Call const& call, CandidateReader const& reader, Interactions const& history,
                     Interactions const& held_out) {
  RankedLists lists;
  std::vector<float> values;
  std::uint32_t const stride = 1 + history.users() / most_users_ranked;
  for (std::uint32_t user = 0; user < history.users(); user += stride) {
    if (user / stride % 16 == 0) call.proceed();
    auto const wanted = held_out.of(user);
    if (wanted.empty() || history.of(user).empty()) continue;
    auto const candidates = reader.read(history.of(user));
    std::size_t found = 0;
    for (auto const item : candidates.items) found += holds(wanted, item) ? 1 : 0;
    if (found == 0 || found == candidates.items.size()) continue;
    for (std::size_t i = 0; i < candidates.items.size(); ++i) {
      auto const row = candidates.rows.row(i);
      values.insert(values.end(), row.begin(), row.end());
      lists.examples.target.push_back(holds(wanted, candidates.items[i]) ? 1.0f : 0.0f);
      lists.scores.push_back(candidates.scores[i]);
    }
    lists.lengths.push_back(static_cast<unsigned>(candidates.items.size()));
    lists.spread += spread_of(candidates.scores);
  }
  lists.examples.features = reader.names();
  lists.examples.values = runtime::Matrix(reader.names().size(), std::move(values));
  if (!lists.lengths.empty()) lists.spread /= static_cast<double>(lists.lengths.size());
  return lists;
}

void configure(Booster& booster, RankerOptions const& options) {
  booster.set("objective", "rank:ndcg");
  booster.set("tree_method", "hist");
  booster.set("max_bin", "64");
  booster.set("base_score", "0");
  booster.set("max_depth", std::to_string(options.depth));
  booster.set("learning_rate", fmt::format("{}", options.rate));
  booster.set("min_child_weight", fmt::format("{}", options.least_weight));
  booster.set("reg_lambda", fmt::format("{}", options.penalty));
  booster.set("nthread", "1");
  booster.set("seed", std::to_string(options.seed));
  booster.set("verbosity", "0");
}

}  // namespace

std::vector<GrownRanker> grow_rankers(Call const& call, RankerView const& view, Interactions const& history,
                                      Interactions const& held_out, RankerOptions const& options,
                                      std::vector<int> const& rounds) {
  CandidateReader const reader(view);
  auto lists = lists_of(call, reader, history, held_out);
  if (lists.lengths.size() < fewest_lists || !(lists.spread > 1e-9)) return {};
  double const unit = lists.spread / options.sharpness;
  for (auto& score : lists.scores) score = static_cast<float>(static_cast<double>(score) / unit);
  BoosterData data(lists.examples, 1);
  data.group(lists.lengths);
  data.begin_with(lists.scores);
  Booster booster(std::vector<BoosterData const*>{&data});
  configure(booster, options);
  booster.name_features(reader.names());
  for (int round = 0; round < rounds.back(); ++round) {
    call.proceed();
    booster.update(round, data);
  }
  std::vector<GrownRanker> grown;
  for (int const kept : rounds) {
    auto some = booster.first(kept);
    some.name_features(reader.names());
    grown.push_back({some.save(), unit, importance_of(some, reader.names())});
  }
  return grown;
}

}  // namespace lepton::learn
