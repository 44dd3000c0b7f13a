#include "runtime/scorecard.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "base/json.h"

namespace lepton::runtime {
namespace {

constexpr std::int64_t most_points = 1'000'000;

void require(bool good, std::string const& problem) {
  if (!good) throw invalid("the scorecard is damaged: " + problem);
}

bool within(double points) {
  return std::abs(points) <= static_cast<double>(most_points);
}

void require_sound(ScorecardFeature const& feature) {
  auto const& name = feature.name;
  bool const ascending =
      std::adjacent_find(feature.cuts.begin(), feature.cuts.end(), std::greater_equal<>()) == feature.cuts.end();
  bool const finite = std::all_of(feature.cuts.begin(), feature.cuts.end(), [](double x) { return std::isfinite(x); });
  require(ascending && finite, fmt::format("the cuts of '{}' do not ascend", name));
  require(feature.points.size() == feature.cuts.size() + 1, fmt::format("'{}' needs points for each range", name));
  require(feature.rows.size() == feature.points.size() + 1 && feature.rates.size() == feature.rows.size(),
          fmt::format("'{}' needs rows and rates for each range", name));
  bool const bounded = std::all_of(feature.points.begin(), feature.points.end(),
                                   [](std::int64_t p) { return within(static_cast<double>(p)); });
  require(bounded && within(static_cast<double>(feature.missing)) && within(feature.neutral),
          fmt::format("the points of '{}' are beyond {}", name, most_points));
}

}  // namespace

std::vector<std::string> ScorecardContent::feature_names() const {
  std::vector<std::string> names;
  for (auto const& feature : features) names.push_back(feature.name);
  return names;
}

Scorecard::Scorecard(ScorecardContent content) : content_(std::move(content)) {
  auto const& c = content_;
  require(c.kind == kind && c.version == 1, "it is of another kind or version");
  require(c.double_odds > 0 && c.base_odds > 0 && std::isfinite(c.double_odds) && std::isfinite(c.base_odds) &&
              within(c.base_points),
          "odds are numbers above 0");
  require(!c.features.empty(), "it has no features");
  for (auto const& feature : c.features) require_sound(feature);
}

Scorecard Scorecard::parse(std::string_view artifact) {
  return Scorecard(from_json<ScorecardContent>(json::parse(artifact)));
}

std::string Scorecard::write() const {
  return json::write(to_json(content_));
}

bool Scorecard::is(std::string_view artifact) {
  return artifact.starts_with(R"({"kind":"scorecard")");
}

std::int64_t Scorecard::points_of(ScorecardFeature const& feature, float value) {
  if (std::isnan(value)) return feature.missing;
  auto const range = std::upper_bound(feature.cuts.begin(), feature.cuts.end(), static_cast<double>(value));
  return feature.points[static_cast<std::size_t>(range - feature.cuts.begin())];
}

std::int64_t Scorecard::points(std::span<float const> row) const {
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < content_.features.size(); ++i) sum += points_of(content_.features[i], row[i]);
  return sum;
}

double Scorecard::probability(std::int64_t points) const {
  double const doublings = (static_cast<double>(points) - content_.base_points) / content_.double_odds;
  return 1 / (1 + content_.base_odds * std::exp2(doublings));
}

double Scorecard::reference(std::size_t feature) const {
  auto const& line = content_.features[feature];
  if (content_.reasons == ReasonReference::neutral) return line.neutral;
  return static_cast<double>(*std::max_element(line.points.begin(), line.points.end()));
}

}  // namespace lepton::runtime
