#include "recommend/ranker.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/check.h"
#include "base/error.h"
#include "recommend/recommendation.h"

namespace lepton::recommend {
namespace {

constexpr std::size_t least_pool = 100;      // candidates by the blend
constexpr std::size_t pool_for_a_place = 4;  // as many as diversity chooses from
constexpr std::size_t pool_of_each = 20;     // candidates by each scorer

std::vector<std::uint32_t> items_of(std::span<Taken const> history) {
  std::vector<std::uint32_t> items;
  for (auto const& taken : history) items.push_back(taken.item);
  std::sort(items.begin(), items.end());
  return items;
}

/// Writes a column of distances from the mean in standard deviations, and behind it one of the places' logarithms.
void write_standing(std::span<float const> scores, runtime::Matrix& rows, std::size_t column) {
  double sum = 0, squares = 0;
  for (float const score : scores) sum += static_cast<double>(score);
  double const mean = sum / static_cast<double>(scores.size());
  for (float const score : scores) squares += std::pow(static_cast<double>(score) - mean, 2);
  double const spread = std::sqrt(squares / static_cast<double>(scores.size()));
  std::vector<std::uint32_t> order(scores.size());
  std::iota(order.begin(), order.end(), 0U);
  std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return scores[a] > scores[b]; });
  for (std::size_t place = 0; place < order.size(); ++place) {
    auto const score = static_cast<double>(scores[order[place]]);
    rows.at(order[place], column) = spread > 1e-12 ? static_cast<float>((score - mean) / spread) : 0;
    rows.at(order[place], column + 1) = static_cast<float>(std::log1p(static_cast<double>(place)));
  }
}

}  // namespace

std::vector<std::pair<std::string_view, ItemScorer const*>> RankerView::scorers() const {
  std::vector<std::pair<std::string_view, ItemScorer const*>> all{{"popularity", popularity},
                                                                  {"taken together", weights},
                                                                  {"vectors", factors},
                                                                  {"features", features},
                                                                  {"paths", paths}};
  std::erase_if(all, [](auto const& one) { return one.second == nullptr; });
  return all;
}

CandidateReader::CandidateReader(RankerView view) : view_(std::move(view)), scorers_(view_.scorers()) {
  check(view_.popularity != nullptr && view_.counts.size() == scorers_.size(), "each scorer counts something");
  auto const add_standing = [&](std::string_view of) {
    names_.push_back(fmt::format("score by {}", of));
    names_.push_back(fmt::format("place by {}", of));
  };
  add_standing("all");
  for (auto const& [name, scorer] : scorers_) add_standing(name);
  for (auto const* name : {"popularity", "length of the history", "popularity of the history"})
    names_.emplace_back(name);
  if (view_.weights != nullptr) names_.emplace_back("strongest item of the history");
  if (view_.features != nullptr) names_.emplace_back("features shared");
  if (view_.paths != nullptr) names_.emplace_back("items with paths to it");
}

Candidates CandidateReader::read(std::span<Taken const> history) const {
  auto const known = items_of(history);
  auto const items = view_.popularity->items();
  std::vector<std::vector<float>> scores(scorers_.size(), std::vector<float>(items));
  std::vector<float> blend(items);
  Candidates out;
  auto const add_best = [&](std::span<float const> by, std::size_t pool) {
    auto const best = best_items(by, known, pool);
    out.items.insert(out.items.end(), best.begin(), best.end());
  };
  for (std::size_t s = 0; s < scorers_.size(); ++s) {
    scorers_[s].second->score(history, scores[s]);
    add_best(scores[s], pool_of_each);
    auto const count = static_cast<float>(view_.counts[s]);
    for (std::size_t item = 0; item < items; ++item) blend[item] += count * scores[s][item];
  }
  add_best(blend, std::max(least_pool, view_.most * pool_for_a_place));
  std::sort(out.items.begin(), out.items.end());
  out.items.erase(std::unique(out.items.begin(), out.items.end()), out.items.end());
  for (auto const item : out.items) out.scores.push_back(blend[item]);
  out.rows = runtime::Matrix(out.items.size(), names_.size());
  if (!out.items.empty()) describe(history, out, scores);
  return out;
}

void CandidateReader::describe(std::span<Taken const> history, Candidates& out,
                               std::vector<std::vector<float>> const& scores) const {
  std::size_t column = 0;
  write_standing(out.scores, out.rows, column);
  std::vector<float> of_one(out.items.size());
  for (auto const& all : scores) {
    for (std::size_t i = 0; i < of_one.size(); ++i)
      of_one[i] = std::isfinite(all[out.items[i]]) ? all[out.items[i]] : 0;
    write_standing(of_one, out.rows, column += 2);
  }
  column += 2;
  float popularity = 0;
  for (auto const& taken : history) popularity += view_.logarithms[taken.item];
  popularity /= static_cast<float>(std::max<std::size_t>(history.size(), 1));
  std::vector<float> tied(view_.paths != nullptr ? view_.popularity->items() : 0);
  if (view_.paths != nullptr) view_.paths->count(history, tied);
  for (std::size_t i = 0; i < out.items.size(); ++i) {
    auto const item = out.items[i];
    auto at = column;
    out.rows.at(i, at++) = view_.logarithms[item];
    out.rows.at(i, at++) = std::log1p(static_cast<float>(history.size()));
    out.rows.at(i, at++) = popularity;
    if (view_.weights != nullptr) {
      double strongest = 0;
      for (auto const& reason : view_.weights->reasons(history, item)) strongest = std::max(strongest, reason.part);
      out.rows.at(i, at++) = static_cast<float>(strongest);
    }
    if (view_.features != nullptr)
      out.rows.at(i, at++) = static_cast<float>(view_.features->shared(history, item).size());
    if (view_.paths != nullptr) out.rows.at(i, at++) = tied[item];
  }
}

RankedScorer::RankedScorer(RankerView view, runtime::BoostedTrees trees, double unit)
    : reader_(std::move(view)), trees_(std::move(trees)), unit_(unit) {
  if (trees_.features() != reader_.names().size() || trees_.outputs() != 1 || !std::isfinite(unit_) ||
      (!trees_.feature_names().empty() && trees_.feature_names() != reader_.names()))
    throw invalid(fmt::format("the ranker reads {}, expected {}", fmt::join(trees_.feature_names(), ", "),
                              fmt::join(reader_.names(), ", ")));
}

std::vector<float> RankedScorer::sums(Candidates const& candidates) const {
  std::vector<float> sums(candidates.items.size());
  trees_.evaluate(candidates.rows.view(), sums.data());
  return sums;
}

void RankedScorer::score(std::span<Taken const> history, std::span<float> scores) const {
  std::fill(scores.begin(), scores.end(), -std::numeric_limits<float>::infinity());
  auto const candidates = reader_.read(history);
  auto const corrections = sums(candidates);
  for (std::size_t i = 0; i < corrections.size(); ++i)
    scores[candidates.items[i]] = candidates.scores[i] + static_cast<float>(unit_) * corrections[i];
}

std::vector<Reason> RankedScorer::reasons(std::span<Taken const> history, std::uint32_t item) const {
  std::vector<Reason> sums;
  for (auto const& taken : history) sums.push_back({taken.item, 0});
  auto const scorers = view().scorers();
  for (std::size_t s = 0; s < scorers.size(); ++s) {
    auto const parts = scorers[s].second->reasons(history, item);
    for (std::size_t i = 0; i < parts.size(); ++i) sums[i].part += view().counts[s] * parts[i].part;
  }
  return sums;
}

std::vector<RankedScorer::Correction> RankedScorer::corrections(std::span<Taken const> history) const {
  auto const candidates = reader_.read(history);
  auto const parts = sums(candidates);
  std::vector<Correction> out;
  for (std::size_t i = 0; i < parts.size(); ++i)
    out.push_back({candidates.items[i], unit_ * static_cast<double>(parts[i])});
  return out;
}

}  // namespace lepton::recommend
