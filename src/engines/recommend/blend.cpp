#include "recommend/blend.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "recommend/evaluation.h"
#include "recommend/recommendation.h"

namespace lepton::recommend {
namespace {

constexpr std::size_t most_candidates = 100;  // of each scorer
constexpr std::size_t most_users_learnt = 3'000;

/// What one user chose from: scores of candidates, a row each, and which were held out.
struct Choice {
  std::vector<float> rows;
  std::vector<std::uint32_t> taken;
};

class Candidates {
 public:
  explicit Candidates(std::span<ItemScorer const* const> scorers)
      : scorers_(scorers), scores_(scorers.size(), std::vector<float>(scorers.front()->items())) {}

  [[nodiscard]] Choice of(std::span<Taken const> history, std::span<Taken const> held_out) {
    std::vector<std::uint32_t> known, items;
    for (auto const& taken : history) known.push_back(taken.item);
    for (std::size_t s = 0; s < scorers_.size(); ++s) {
      scorers_[s]->score(history, scores_[s]);
      auto const best = best_items(scores_[s], known, most_candidates);
      items.insert(items.end(), best.begin(), best.end());
    }
    std::sort(items.begin(), items.end());
    items.erase(std::unique(items.begin(), items.end()), items.end());
    Choice choice;
    for (auto const item : items) {
      if (holds(held_out, item))
        choice.taken.push_back(static_cast<std::uint32_t>(choice.rows.size() / scorers_.size()));
      for (auto const& of_one : scores_) choice.rows.push_back(of_one[item]);
    }
    return choice;
  }

 private:
  std::span<ItemScorer const* const> scorers_;
  std::vector<std::vector<float>> scores_;
};

/// NDCG of the first few of each choice, in the mean, by weighted scores.
class Judge {
 public:
  Judge(std::vector<Choice> const& choices, std::size_t width, std::size_t most)
      : choices_(choices), width_(width), most_(most) {}

  [[nodiscard]] double operator()(std::span<double const> weights) {
    double sum = 0;
    for (auto const& choice : choices_) sum += ndcg(choice, weights);
    return sum / static_cast<double>(choices_.size());
  }

 private:
  [[nodiscard]] double ndcg(Choice const& choice, std::span<double const> weights) {
    scores_.assign(choice.rows.size() / width_, 0);
    for (std::size_t i = 0; i < scores_.size(); ++i)
      for (std::size_t d = 0; d < width_; ++d)
        scores_[i] += weights[d] * static_cast<double>(choice.rows[i * width_ + d]);
    double gain = 0, best = 0;
    for (std::size_t n = 0; n < choice.taken.size(); ++n) {
      auto const taken = choice.taken[n];
      std::size_t place = 0;  // of the item: how many are before it, ties by number
      for (std::size_t i = 0; i < scores_.size(); ++i)
        place += scores_[i] > scores_[taken] || (scores_[i] == scores_[taken] && i < taken) ? 1 : 0;
      if (place < most_) gain += discount(place);
      if (n < most_) best += discount(n);
    }
    return gain / best;
  }

  std::vector<Choice> const& choices_;
  std::size_t width_, most_;
  std::vector<double> scores_;
};

/// Standard deviation of each scorer's scores about their mean among a user's candidates, in the mean.
std::vector<double> spreads_of(std::vector<Choice> const& choices, std::size_t width) {
  std::vector<double> variances(width);
  for (auto const& choice : choices) {
    auto const rows = static_cast<double>(choice.rows.size() / width);
    for (std::size_t d = 0; d < width; ++d) {
      double sum = 0, squares = 0;
      for (std::size_t i = d; i < choice.rows.size(); i += width) {
        auto const value = static_cast<double>(choice.rows[i]);
        sum += value;
        squares += value * value;
      }
      variances[d] += std::max(0.0, squares / rows - sum / rows * sum / rows) / static_cast<double>(choices.size());
    }
  }
  for (auto& variance : variances) variance = variance > 1e-18 ? std::sqrt(variance) : 1;
  return variances;
}

/// Multiples of the first scorer's spread that another may count for.
constexpr std::array steps_tried{-0.4, -0.2, -0.1, -0.05, 0.0, 0.05, 0.1, 0.2, 0.35, 0.5, 0.7, 1.0, 1.4, 2.0, 4.0};
constexpr int sweeps = 2;

}  // namespace

void BlendScorer::score(std::span<Taken const> history, std::span<float> scores) const {
  std::fill(scores.begin(), scores.end(), 0.0f);
  std::vector<float> one(scores.size());
  for (auto const& part : parts_) {
    part.scorer->score(history, one);
    auto const weight = static_cast<float>(part.weight);
    for (std::size_t item = 0; item < scores.size(); ++item) scores[item] += weight * one[item];
  }
}

std::vector<Reason> BlendScorer::reasons(std::span<Taken const> history, std::uint32_t item) const {
  std::vector<Reason> sums;
  for (auto const& taken : history) sums.push_back({taken.item, 0});
  for (auto const& part : parts_) {
    auto const of_part = part.scorer->reasons(history, item);
    for (std::size_t i = 0; i < of_part.size(); ++i) sums[i].part += part.weight * of_part[i].part;
  }
  return sums;
}

std::optional<std::vector<double>> learn_blend(Call const& call, std::span<ItemScorer const* const> scorers,
                                               Interactions const& history, Interactions const& held_out,
                                               std::size_t most) {
  auto const width = scorers.size();
  Candidates candidates(scorers);
  std::vector<Choice> choices;
  std::uint32_t const stride = 1 + history.users() / most_users_learnt;
  for (std::uint32_t user = 0; user < history.users(); user += stride) {
    if (user / stride % 64 == 0) call.proceed();
    if (held_out.of(user).empty() || history.of(user).empty()) continue;
    auto choice = candidates.of(history.of(user), held_out.of(user));
    if (!choice.taken.empty()) choices.push_back(std::move(choice));
  }
  if (choices.empty()) return std::nullopt;
  auto const spreads = spreads_of(choices, width);
  Judge judge(choices, width, most);
  std::vector<double> best(width);
  double greatest = -1;
  auto const keep_if_better = [&](std::vector<double> const& weights) {
    call.proceed();
    double const ndcg = judge(weights);
    if (ndcg > greatest) std::tie(greatest, best) = std::pair(ndcg, weights);
  };
  for (std::size_t d = 0; d < width; ++d) {
    std::vector<double> alone(width);
    alone[d] = 1 / spreads[d];
    keep_if_better(alone);
  }
  for (int sweep = 0; sweep < sweeps; ++sweep)
    for (std::size_t d = 0; d < width; ++d)
      for (double const step : steps_tried) {
        auto weights = best;
        weights[d] = step / spreads[d];
        keep_if_better(weights);
      }
  return best;
}

}  // namespace lepton::recommend
