#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "anomaly/detector.h"
#include "base/call.h"
#include "base/fields.h"
#include "learn/dated_table.h"
#include "learn/split.h"

namespace lepton::learn {

struct AnomalyOptions {
  anomaly::DetectorSettings settings;  ///< the last period is set here
  std::optional<std::size_t> season;   ///< in periods; nullopt: the usual one or none, chosen on the validation part
};

/// A surge that was found, in names.
struct FoundEpisode {
  std::string series, begin, end, peak;
  std::uint64_t count = 0;  ///< at the peak
  double expected = 0, p_value = 1;
  bool held_out = false;  ///< began in the part that is tested

  static constexpr auto fields() {
    using E = FoundEpisode;
    return std::tuple{required("series", &E::series, "column: value"),
                      required("begin", &E::begin, "first period"),
                      required("end", &E::end, "last period"),
                      required("peak", &E::peak, "least likely period"),
                      required("count", &E::count, "at the peak"),
                      required("expected", &E::expected, "at the peak"),
                      required("p_value", &E::p_value, "at the peak"),
                      required("held_out", &E::held_out, "whether it began in the held-out part")};
  }
};

/// One period of a series that is drawn.
struct DrawnPeriod {
  std::string period;
  double count = 0;
  std::optional<double> expected, low, high;  ///< one period ahead, where that was forecast
  bool burst = false;

  static constexpr auto fields() {
    using D = DrawnPeriod;
    return std::tuple{required("period", &D::period, "when it begins"),
                      required("count", &D::count, "what was counted"),
                      optional("expected", &D::expected, "one period ahead"),
                      optional("low", &D::low, "bound"),
                      optional("high", &D::high, "bound"),
                      required("burst", &D::burst, "whether it is one")};
  }
};

struct DrawnSeries {
  std::string series;
  std::vector<DrawnPeriod> periods;

  static constexpr auto fields() {
    return std::tuple{required("series", &DrawnSeries::series, "total, or column: value"),
                      required("periods", &DrawnSeries::periods, "in order")};
  }
};

/// What was found, and how well totals are foretold on periods that no choice has seen.
struct AnomalyReport {
  std::int64_t periods = 0, series = 0;
  std::string first_held_out;  ///< period
  std::size_t season = 1;      ///< that was chosen, in periods
  double mase = 0;             ///< mean absolute error one period ahead, over that of the seasonal naive in training
  double naive_mase = 0;       ///< the same of the seasonal naive: the value a season before
  double beyond_high = 0, beyond_low = 0;  ///< share of held-out totals beyond each bound
  double false_alarm_rate = 0;             ///< that was asked for, to one side
  std::int64_t held_out_episodes = 0;
  std::vector<FoundEpisode> episodes;  ///< by rising p-value, fifty of the held-out part and fifty from before
  std::vector<DrawnSeries> drawn;      ///< the total, and series with the least likely surges

  static constexpr auto fields() {
    using R = AnomalyReport;
    return std::tuple{required("periods", &R::periods, "from the first row to the last"),
                      required("series", &R::series, "watched"),
                      required("first_held_out", &R::first_held_out, "period"),
                      required("season", &R::season, "in periods; 1: none"),
                      required("mase", &R::mase, "of totals one period ahead, over the seasonal naive in training"),
                      required("naive_mase", &R::naive_mase, "of the value a season before"),
                      required("beyond_high", &R::beyond_high, "share of held-out totals above their bound"),
                      required("beyond_low", &R::beyond_low, "share of held-out totals below their bound"),
                      required("false_alarm_rate", &R::false_alarm_rate, "that was asked for"),
                      required("held_out_episodes", &R::held_out_episodes, "surges that began in the held-out part"),
                      required("episodes", &R::episodes, "surges, the least likely first"),
                      required("drawn", &R::drawn, "series as they went")};
  }
};

struct TrainedDetector {
  std::string artifact;  ///< of anomaly::Detector, which has taken in every period
  AnomalyReport report;
  std::int64_t train_rows = 0, validation_rows = 0, test_rows = 0;
};

using AnomalySink = std::function<void(std::size_t done, std::size_t periods)>;

/// Walks through the periods: judges each by those before it, then takes it in. The first periods train, those after
/// them choose the season, the last ones test, by the shares of `split`; what is served has taken in all of them. Heeds
/// the call. Throws Error{invalid} for too few periods.
[[nodiscard]] TrainedDetector train_detector(Call const& call, DatedTable const& table, AnomalyOptions const& options,
                                             SplitOptions const& split, AnomalySink const& sink = {});

}  // namespace lepton::learn
