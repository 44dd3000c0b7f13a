#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/fields.h"

namespace lepton::runtime {

/// One line of the card: the points for each range of a feature.
struct ScorecardFeature {
  std::string name;
  std::vector<double> cuts;          ///< ascending; a value belongs to the range behind the last cut that it reaches
  std::vector<std::int64_t> points;  ///< of each range, one more than cuts
  std::int64_t missing = 0;          ///< points of a missing value
  double neutral = 0;                ///< points of the mean row that was learnt from
  std::vector<std::int64_t> rows;    ///< rows of each range that were learnt from, and behind them those without value
  std::vector<double> rates;         ///< share of them with the event

  static constexpr auto fields() {
    using F = ScorecardFeature;
    return std::tuple{required("name", &F::name, "column"),
                      required("cuts", &F::cuts, "where ranges begin, ascending"),
                      required("points", &F::points, "of each range, the first below every cut"),
                      required("missing", &F::missing, "points of a missing value"),
                      required("neutral", &F::neutral, "points of the mean row"),
                      required("rows", &F::rows, "learnt from, by range; the last: missing values"),
                      required("rates", &F::rates, "share of them with the event")};
  }
};

/// What points a row loses are told against.
enum class ReasonReference {
  best,     ///< the range with most points
  neutral,  ///< the mean row
};

/// What the card holds. Its bytes are plain JSON that people can read and print.
struct ScorecardContent {
  std::string kind{"scorecard"};
  int version = 1;
  double base_points = 600;  ///< where the odds against the event are base_odds
  double base_odds = 50;
  double double_odds = 20;  ///< points that double the odds
  ReasonReference reasons = ReasonReference::best;
  std::vector<ScorecardFeature> features;

  [[nodiscard]] std::vector<std::string> feature_names() const;
  static constexpr auto fields();
};

/// A scorecard: whole points for each range of each feature, whose sum tells the odds against an event; more points,
/// less risk. Immutable: any number of threads ask at once.
class Scorecard {
 public:
  static constexpr std::string_view kind = "scorecard";

  /// Throws Error{invalid} that names what is wrong.
  explicit Scorecard(ScorecardContent content);
  [[nodiscard]] static Scorecard parse(std::string_view artifact);
  [[nodiscard]] std::string write() const;
  /// Whether these bytes begin as a scorecard's do.
  [[nodiscard]] static bool is(std::string_view artifact);

  /// Points of one feature at a value; NaN is missing.
  [[nodiscard]] static std::int64_t points_of(ScorecardFeature const& feature, float value);
  [[nodiscard]] std::int64_t points(std::span<float const> row) const;
  /// Probability of the event.
  [[nodiscard]] double probability(std::int64_t points) const;
  /// Points that a feature is measured against.
  [[nodiscard]] double reference(std::size_t feature) const;
  [[nodiscard]] ScorecardContent const& content() const { return content_; }

 private:
  ScorecardContent content_;
};

}  // namespace lepton::runtime

template <>
struct lepton::EnumNames<lepton::runtime::ReasonReference> {
  using enum lepton::runtime::ReasonReference;
  static constexpr std::array<std::pair<lepton::runtime::ReasonReference, std::string_view>, 2> values{
      {{best, "best"}, {neutral, "neutral"}}};
};

namespace lepton::runtime {

constexpr auto ScorecardContent::fields() {
  using C = ScorecardContent;
  return std::tuple{required("kind", &C::kind, "scorecard"),
                    required("version", &C::version, "of the format"),
                    required("base_points", &C::base_points, "points at the base odds"),
                    required("base_odds", &C::base_odds, "odds against the event at the base points"),
                    required("double_odds", &C::double_odds, "points that double the odds"),
                    required("reasons", &C::reasons, "what lost points are told against"),
                    required("features", &C::features, "lines of the card")};
}

}  // namespace lepton::runtime
