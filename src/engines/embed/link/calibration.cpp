#include "embed/link/calibration.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"

namespace lepton::embed {
namespace {

struct Group {
  double scores = 0, held = 0, count = 0;

  [[nodiscard]] double rate() const { return held / count; }
  void add(Group const& other) {
    scores += other.scores;
    held += other.held;
    count += other.count;
  }
};

/// Pool adjacent violators.
std::vector<Group> pooled(std::vector<Group> const& groups) {
  std::vector<Group> out;
  for (auto const& group : groups) {
    out.push_back(group);
    while (out.size() > 1 && out[out.size() - 2].rate() >= out.back().rate()) {
      auto const last = out.back();
      out.pop_back();
      out.back().add(last);
    }
  }
  return out;
}

}  // namespace

double Calibration::probability(double score) const {
  if (scores.empty()) return 0.5;
  auto const above = std::lower_bound(scores.begin(), scores.end(), score);
  if (above == scores.begin() || std::isnan(score)) return probabilities.front();
  if (above == scores.end()) return probabilities.back();
  auto const i = static_cast<std::size_t>(above - scores.begin());
  double const part = (score - scores[i - 1]) / (scores[i] - scores[i - 1]);
  return probabilities[i - 1] + part * (probabilities[i] - probabilities[i - 1]);
}

Calibration calibrate(std::vector<Outcome> outcomes) {
  std::erase_if(outcomes, [](Outcome const& o) { return !std::isfinite(o.score); });
  std::sort(outcomes.begin(), outcomes.end(), [](auto const& a, auto const& b) { return a.score < b.score; });
  std::size_t const size = std::max<std::size_t>(20, (outcomes.size() + 63) / 64);
  std::vector<Group> groups;
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    // Equal scores stay together, and what is left at the end joins the last group.
    bool const full = groups.empty() || (groups.back().count >= static_cast<double>(size) &&
                                         outcomes[i].score != outcomes[i - 1].score && outcomes.size() - i >= size);
    if (full) groups.emplace_back();
    groups.back().add({outcomes[i].score, outcomes[i].held ? 1.0 : 0.0, 1});
  }
  Calibration out;
  for (auto const& group : pooled(groups)) {
    double const score = group.scores / group.count;
    if (!out.scores.empty() && score <= out.scores.back()) continue;
    out.scores.push_back(score);
    out.probabilities.push_back((group.held + 0.5) / (group.count + 1));
    if (out.probabilities.size() > 1)
      out.probabilities.back() = std::max(out.probabilities.back(), out.probabilities[out.probabilities.size() - 2]);
  }
  return out;
}

void check_calibration(Calibration const& calibration) {
  auto const& [scores, probabilities] = calibration;
  bool good = scores.size() == probabilities.size() && std::is_sorted(probabilities.begin(), probabilities.end());
  for (std::size_t i = 0; good && i < scores.size(); ++i)
    good = std::isfinite(scores[i]) && (i == 0 || scores[i] > scores[i - 1]) && probabilities[i] >= 0 &&
           probabilities[i] <= 1;
  if (!good) throw invalid("the model file is damaged: its calibration is no rising line");
}

CalibrationReport judge_calibration(Calibration const& calibration, std::span<Outcome const> outcomes) {
  CalibrationReport report;
  report.outcomes = outcomes.size();
  if (outcomes.empty()) return report;
  std::vector<std::pair<double, bool>> sorted;
  for (auto const& outcome : outcomes) {
    double const p = calibration.probability(outcome.score);
    double const held = outcome.held ? 1 : 0;
    report.brier += (p - held) * (p - held);
    report.base_rate += held;
    sorted.emplace_back(p, outcome.held);
  }
  std::sort(sorted.begin(), sorted.end());
  auto const n = static_cast<double>(sorted.size());
  for (std::size_t group = 0; group < 10; ++group) {
    std::size_t const from = sorted.size() * group / 10, to = sorted.size() * (group + 1) / 10;
    double difference = 0;
    for (auto i = from; i < to; ++i) difference += sorted[i].first - (sorted[i].second ? 1 : 0);
    report.error += std::abs(difference) / n;
  }
  report.brier /= n;
  report.base_rate /= n;
  return report;
}

}  // namespace lepton::embed
