#include "learn/text_calibration.h"

#include <algorithm>
#include <cmath>

namespace lepton::learn {
namespace {

constexpr std::size_t least_own = 20;  // texts of a class that has a threshold of its own

bool holds(std::vector<std::uint32_t> const& classes, std::size_t one) {
  return std::find(classes.begin(), classes.end(), one) != classes.end();
}

double softplus(double x) {
  return std::max(x, 0.0) + std::log1p(std::exp(-std::abs(x)));
}

/// −log probability of the class, of which a share `doubt` is given to all classes alike.
double doubtful_loss(std::vector<float> const& margins, std::uint32_t actual, double slope, double doubt) {
  float const most = *std::max_element(margins.begin(), margins.end());
  double total = 0, mean = 0;
  for (auto const margin : margins) {
    total += std::exp(slope * (margin - most));
    mean += slope * (margin - most) / static_cast<double>(margins.size());
  }
  return std::log(total) - (1 - doubt) * slope * (margins[actual] - most) - doubt * mean;
}

/// A margin, and the F1 of what reaches it.
struct Cut {
  double threshold = 0, f1 = -1;
};

Cut best_cut(std::vector<std::pair<float, bool>> scored) {
  std::sort(scored.begin(), scored.end(), [](auto& a, auto& b) { return a.first > b.first; });
  auto const positive =
      static_cast<double>(std::count_if(scored.begin(), scored.end(), [](auto& s) { return s.second; }));
  double right = 0;
  Cut best;
  for (std::size_t i = 0; i < scored.size(); ++i) {
    right += scored[i].second;
    double const f1 = 2 * right / (positive + static_cast<double>(i + 1));
    if (f1 > best.f1) {
      best.f1 = f1;
      best.threshold = i + 1 < scored.size() ? (scored[i].first + scored[i + 1].first) / 2.0 : scored[i].first;
    }
  }
  return best;
}

Cut shared_cut(HeldOut const& held) {
  std::vector<std::pair<float, bool>> all;
  for (std::size_t i = 0; i < held.margins.size(); ++i)
    for (std::size_t j = 0; j < held.margins[i].size(); ++j)
      all.emplace_back(held.margins[i][j], holds(held.classes[i], j));
  return best_cut(std::move(all));
}

/// The slope (and for `several` the shift) with the highest likelihood, by trying finer and finer steps. As Platt
/// (1999) does, outcomes count as certain only as far as so many texts can tell: else a few that are all right would
/// make the model sure of everything.
void fit_slope(HeldOut const& held, runtime::LinearTextSettings& settings) {
  double const doubt = 1 / (static_cast<double>(held.margins.size()) + 2);
  auto const loss = [&](double slope, double shift) {
    double sum = 0;
    for (std::size_t i = 0; i < held.margins.size(); ++i) {
      if (!settings.several) {
        if (!held.classes[i].empty()) sum += doubtful_loss(held.margins[i], held.classes[i][0], slope, doubt);
        continue;
      }
      for (std::size_t j = 0; j < held.margins[i].size(); ++j) {
        double const line = slope * held.margins[i][j] + shift;
        double const target = holds(held.classes[i], j) ? 1 - doubt : doubt;
        sum += target * softplus(-line) + (1 - target) * softplus(line);
      }
    }
    return sum;
  };
  double best = loss(settings.slope, 0);
  for (double step = 1; step > 0.01; step /= 2)
    for (bool better = true; better;) {
      better = false;
      for (auto const& [factor, move] : {std::pair{1 + step, 0.0}, {1 / (1 + step), 0.0}, {1.0, step}, {1.0, -step}}) {
        if (move != 0 && !settings.several) continue;
        double const slope = settings.slope * factor, shift = settings.shift + move;
        double const found = loss(slope, shift);
        if (slope > 1e3 || !(found < best - 1e-9)) continue;
        best = found;
        settings.slope = slope;
        settings.shift = shift;
        better = true;
      }
    }
}

/// For each class the margin with the best F1; classes with few examples share the one that is best over all.
void choose_thresholds(HeldOut const& held, runtime::LinearTextSettings& settings) {
  double const shared = shared_cut(held).threshold;
  for (std::size_t j = 0; j < settings.classes.size(); ++j) {
    std::vector<std::pair<float, bool>> own;
    std::size_t positive = 0;
    for (std::size_t i = 0; i < held.margins.size(); ++i) {
      own.emplace_back(held.margins[i][j], holds(held.classes[i], j));
      positive += own.back().second;
    }
    settings.thresholds[j] = positive < least_own ? shared : best_cut(std::move(own)).threshold;
  }
}

}  // namespace

void HeldOut::add(runtime::LinearText const& model, std::string_view text, std::vector<std::uint32_t> const& of) {
  scopes.push_back(model.margins(text, margins.emplace_back()));
  classes.push_back(of);
}

std::vector<bool> right_of(HeldOut const& held) {
  std::vector<bool> right;
  for (std::size_t i = 0; i < held.margins.size(); ++i) {
    auto const& margins = held.margins[i];
    auto const best = std::max_element(margins.begin(), margins.end()) - margins.begin();
    right.push_back(holds(held.classes[i], static_cast<std::size_t>(best)));
  }
  return right;
}

double best_f1(HeldOut const& held) {
  return shared_cut(held).f1;
}

void calibrate(HeldOut const& held, double reject, runtime::LinearTextSettings& settings) {
  if (settings.several) choose_thresholds(held, settings);
  fit_slope(held, settings);
  if (settings.several || reject <= 0) return;
  auto scopes = held.scopes;
  std::sort(scopes.begin(), scopes.end());
  auto const at = static_cast<std::size_t>(reject * static_cast<double>(scopes.size()));
  settings.reject_below = scopes[std::min(at, scopes.size() - 1)];
}

}  // namespace lepton::learn
