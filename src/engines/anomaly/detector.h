#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "anomaly/burst_detector.h"
#include "anomaly/burst_episodes.h"
#include "anomaly/calendar.h"
#include "anomaly/row_series.h"
#include "anomaly/seasonal_forecast.h"
#include "base/fields.h"
#include "embed/name_section.h"
#include "runtime/model_file.h"

namespace lepton::anomaly {

struct DetectorSettings {
  RowColumns columns;
  Unit unit = Unit::day;
  std::int64_t last_period = 0;  ///< the latest that was taken in
  double false_discoveries = 0.001, memory = 0.98;
  double beyond = 0.01;      ///< chance that a total leaves its bounds to one side
  std::int64_t horizon = 7;  ///< periods whose bounds are told ahead

  static constexpr auto fields() {
    using S = DetectorSettings;
    return std::tuple{required("columns", &S::columns, "of the rows"),
                      required("unit", &S::unit, "of time"),
                      required("last_period", &S::last_period, "taken in"),
                      required("false_discoveries", &S::false_discoveries, "share of bursts that may be none"),
                      required("memory", &S::memory, "worth of a count one period later"),
                      required("beyond", &S::beyond, "chance of a total beyond its bound"),
                      required("horizon", &S::horizon, "periods told ahead")};
  }
};

/// Something that a period has more of, or of all less, than the past explains.
struct Alert {
  std::string series;  ///< "total": everything
  std::uint64_t count = 0;
  double expected = 0;
  double p_value = 1;       ///< that as much, or of a low total as little, comes by chance
  std::string since, peak;  ///< periods: when the surge began, and when it was least likely

  static constexpr auto fields() {
    using A = Alert;
    return std::tuple{required("series", &A::series, "what: total, or column: value"),
                      required("count", &A::count, "in this period"),
                      required("expected", &A::expected, "by the past"),
                      required("p_value", &A::p_value, "that it comes by chance"),
                      required("since", &A::since, "period in which the surge began"),
                      required("peak", &A::peak, "its least likely period")};
  }
};

/// Within what a period's total stays with the chance that was asked for.
struct Threshold {
  std::string period;
  double expected = 0, low = 0, high = 0;

  static constexpr auto fields() {
    using T = Threshold;
    return std::tuple{required("period", &T::period, "when it begins"), required("expected", &T::expected, "total"),
                      required("low", &T::low, "bound"), required("high", &T::high, "bound")};
  }
};

/// What was counted in one period: all, and in each series by its name.
struct Observation {
  std::uint64_t total = 0;
  std::vector<std::pair<std::string, std::uint64_t>> counts;
};

/// What a detector is written from; views of what outlives the call.
struct DetectorParts {
  DetectorSettings settings;
  std::span<std::string const> series;
  BurstPast const* past = nullptr;
  std::span<Episode const> open;          ///< in the last period
  SeasonalModel const* totals = nullptr;  ///< nothing where the past was too short
};

/// Watches counts: knows the past of each series and judges the periods after it. Kept in one file. Immutable; any
/// thread.
class Detector {
 public:
  static constexpr std::string_view kind = "anomaly-detector";
  static constexpr std::uint32_t version = 1;

  [[nodiscard]] static std::string write(DetectorParts const& parts);
  /// Throws Error{invalid} for what write() did not write.
  [[nodiscard]] static Detector parse(std::string_view artifact);

  [[nodiscard]] DetectorSettings const& settings() const { return settings_; }
  [[nodiscard]] std::size_t bytes() const { return file_.bytes(); }

  /// The number of the period that a text names, a date or a time in it; the next one for an empty text. Throws
  /// Error{invalid} for what is no date, for a period that was taken in already, and for one that is more than a
  /// hundred horizons ahead.
  [[nodiscard]] std::int64_t period(std::string_view text) const;
  /// Alerts by rising p-value. Series that the past does not know are passed over. Throws Error{invalid} that names a
  /// series that counts more than all.
  [[nodiscard]] std::vector<Alert> judge(std::int64_t period, Observation const& observed) const;
  /// Bounds of `horizon` totals, the period first; none where the past was too short.
  [[nodiscard]] std::vector<Threshold> thresholds(std::int64_t period) const;

 private:
  explicit Detector(runtime::ModelFile file);
  void read_episodes();
  void read_totals();
  [[nodiscard]] std::optional<Alert> judge_total(std::int64_t period, std::uint64_t total) const;

  runtime::ModelFile file_;
  DetectorSettings settings_;
  embed::NameSection series_;
  std::optional<BurstDetector> bursts_;  // nothing where only totals are watched
  std::vector<Episode> open_;
  std::optional<SeasonalModel> totals_;
};

}  // namespace lepton::anomaly
