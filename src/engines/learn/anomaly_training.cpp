#include "learn/anomaly_training.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "base/error.h"

namespace lepton::learn {
namespace {

using namespace anomaly;

constexpr std::size_t most_drawn = 10, most_episodes = 50;  // of a part

/// Where the parts begin.
struct PeriodParts {
  std::size_t validation = 0, test = 0, end = 0;
};

PeriodParts parts_of(std::size_t periods, SplitOptions const& split) {
  auto const count = static_cast<double>(periods);
  auto const test = static_cast<std::size_t>(std::lround(count * split.test));
  auto const validation = static_cast<std::size_t>(std::lround(count * split.validation));
  if (test == 0 || validation == 0 || periods < test + validation + 5)
    throw invalid(
        fmt::format("there are {} periods from the first row to the last, too few to hold out {:g} % and to "
                    "choose by {:g} %: take a shorter unit or more rows",
                    periods, split.test * 100, split.validation * 100));
  return {periods - test - validation, periods - test, periods};
}

/// Forecasts of a stretch, each one period ahead by a model fitted on what lies before the stretch.
std::vector<Forecast> walk_ahead(std::span<double const> totals, std::size_t from, std::size_t to, std::size_t season,
                                 double beyond) {
  auto model = fit_seasonal(totals.first(from), season);
  std::vector<Forecast> out;
  for (auto t = from; t < to; ++t) {
    out.push_back(forecast(model, 1, beyond)[0]);
    advance(model, totals[t]);
  }
  return out;
}

/// Mean absolute difference from the value a season before.
double naive_error(std::span<double const> totals, std::size_t from, std::size_t to, std::size_t season) {
  double sum = 0;
  for (auto t = std::max(from, season); t < to; ++t) sum += std::abs(totals[t] - totals[t - season]);
  return sum / static_cast<double>(to - std::max(from, season));
}

double mean_error(std::span<Forecast const> steps, std::span<double const> actual) {
  double sum = 0;
  for (std::size_t i = 0; i < steps.size(); ++i) sum += std::abs(steps[i].mean - actual[i]);
  return sum / static_cast<double>(steps.size());
}

bool fits(std::size_t values, std::size_t season) {
  return values >= 2 * season + 3;
}

std::size_t choose_season(std::span<double const> totals, PeriodParts const& parts, AnomalyOptions const& options) {
  if (options.season) {
    if (!fits(parts.validation, *options.season))
      throw invalid(fmt::format("{} periods to train on are too few for seasons of {}: expected at least {}",
                                parts.validation, *options.season, 2 * *options.season + 3),
                    {{"/parameters/season", "is too long for the table"}});
    return *options.season;
  }
  auto const usual = usual_season(options.settings.unit);
  if (!fits(parts.validation, usual)) return 1;
  auto const error = [&](std::size_t season) {
    return mean_error(walk_ahead(totals, parts.validation, parts.test, season, options.settings.beyond),
                      totals.subspan(parts.validation));
  };
  return error(usual) < error(1) ? usual : 1;
}

/// What the walk through the periods found.
struct Walk {
  BurstPast past;
  BurstEpisodes episodes;
  std::map<std::size_t, std::set<std::size_t>> bursts;  ///< of a series, the periods
};

Walk walk(Call const& call, DatedTable const& table, DetectorSettings const& settings, AnomalySink const& sink) {
  Walk out;
  if (table.series.empty()) return out;
  BurstDetector detector(table.series.size(), {settings.false_discoveries, settings.memory});
  for (std::size_t i = 0; i < table.periods.size(); ++i) {
    call.proceed();
    if (sink) sink(i, table.periods.size());
    auto const total = table.periods[i].total;
    auto const bursts = detector.next(total, table.counts_of(i));
    if (total == 0) continue;  // nobody counted
    (void)out.episodes.next(table.first_period + static_cast<std::int64_t>(i), bursts);
    for (auto const& burst : bursts) out.bursts[burst.series].insert(i);
  }
  out.past = detector.past();
  return out;
}

class ReportWriter {
 public:
  ReportWriter(DatedTable const& table, Walk const& found, PeriodParts const& parts, AnomalyOptions const& options)
      : table_(table), found_(found), parts_(parts), options_(options) {}

  [[nodiscard]] AnomalyReport write(std::span<double const> totals, std::size_t season) {
    AnomalyReport report;
    report.periods = static_cast<std::int64_t>(table_.periods.size());
    report.series = static_cast<std::int64_t>(table_.series.size());
    report.first_held_out = name(parts_.test);
    report.season = season;
    report.false_alarm_rate = options_.settings.beyond;
    auto const steps = walk_ahead(totals, parts_.test, parts_.end, season, options_.settings.beyond);
    double const unit = std::max(naive_error(totals, 0, parts_.test, season), 1e-9);
    report.mase = mean_error(steps, totals.subspan(parts_.test)) / unit;
    report.naive_mase = naive_error(totals, parts_.test, parts_.end, season) / unit;
    auto const share = [&](auto const& beyond) {
      std::size_t count = 0;
      for (std::size_t i = 0; i < steps.size(); ++i) count += beyond(totals[parts_.test + i], steps[i]) ? 1 : 0;
      return static_cast<double>(count) / static_cast<double>(steps.size());
    };
    report.beyond_high = share([](double value, Forecast const& step) { return value > step.high; });
    report.beyond_low = share([](double value, Forecast const& step) { return value < step.low; });
    add_episodes(report);
    draw(report, totals, steps);
    return report;
  }

 private:
  [[nodiscard]] std::string name(std::size_t place) const {
    return name_of_period(options_.settings.unit, table_.first_period + static_cast<std::int64_t>(place));
  }

  void add_episodes(AnomalyReport& report) {
    auto all = found_.episodes.closed();
    auto const open = found_.episodes.open();
    all.insert(all.end(), open.begin(), open.end());
    std::stable_sort(all.begin(), all.end(),
                     [](Episode const& a, Episode const& b) { return a.at_peak.p_value < b.at_peak.p_value; });
    auto const held_out_from = table_.first_period + static_cast<std::int64_t>(parts_.test);
    std::size_t told[2] = {};
    for (auto const& one : all) {
      bool const held_out = one.begin >= held_out_from;
      report.held_out_episodes += held_out ? 1 : 0;
      if (told[held_out ? 1 : 0]++ >= most_episodes) continue;
      auto const unit = options_.settings.unit;
      report.episodes.push_back({table_.series[one.series], name_of_period(unit, one.begin),
                                 name_of_period(unit, one.end), name_of_period(unit, one.peak), one.at_peak.count,
                                 one.at_peak.expected, one.at_peak.p_value, held_out});
      if (drawn_.size() < most_drawn && std::find(drawn_.begin(), drawn_.end(), one.series) == drawn_.end())
        drawn_.push_back(one.series);
    }
  }

  void draw(AnomalyReport& report, std::span<double const> totals, std::span<Forecast const> steps) const {
    DrawnSeries all{"total", {}};
    for (std::size_t i = 0; i < totals.size(); ++i) {
      all.periods.push_back({name(i), totals[i], {}, {}, {}, false});
      if (i < parts_.test) continue;
      auto const& step = steps[i - parts_.test];
      auto& drawn = all.periods.back();
      drawn.expected = step.mean;
      drawn.low = step.low;
      drawn.high = step.high;
      drawn.burst = totals[i] > step.high;
    }
    report.drawn.push_back(std::move(all));
    for (auto const series : drawn_) {
      DrawnSeries one{table_.series[series], {}};
      auto const& bursts = found_.bursts.at(series);
      for (std::size_t i = 0; i < table_.periods.size(); ++i)
        one.periods.push_back({name(i), static_cast<double>(count_of(i, series)), {}, {}, {}, bursts.contains(i)});
      report.drawn.push_back(std::move(one));
    }
  }

  [[nodiscard]] std::uint64_t count_of(std::size_t period, std::size_t series) const {
    auto const& counts = table_.periods[period].counts;
    auto const found = std::lower_bound(counts.begin(), counts.end(), series,
                                        [](auto const& one, std::size_t wanted) { return one.first < wanted; });
    return found != counts.end() && found->first == series ? found->second : 0;
  }

  DatedTable const& table_;
  Walk const& found_;
  PeriodParts const& parts_;
  AnomalyOptions const& options_;
  std::vector<std::size_t> drawn_;
};

std::int64_t rows_between(DatedTable const& table, std::size_t from, std::size_t to) {
  std::size_t sum = 0;
  for (auto i = from; i < to; ++i) sum += table.periods[i].rows;
  return static_cast<std::int64_t>(sum);
}

}  // namespace

TrainedDetector train_detector(Call const& call, DatedTable const& table, AnomalyOptions const& options,
                               SplitOptions const& split, AnomalySink const& sink) {
  auto const parts = parts_of(table.periods.size(), split);
  std::vector<double> totals;
  for (auto const& period : table.periods) totals.push_back(static_cast<double>(period.total));
  auto const season = choose_season(totals, parts, options);
  auto const found = walk(call, table, options.settings, sink);
  TrainedDetector out;
  out.report = ReportWriter(table, found, parts, options).write(totals, season);
  out.train_rows = rows_between(table, 0, parts.validation);
  out.validation_rows = rows_between(table, parts.validation, parts.test);
  out.test_rows = rows_between(table, parts.test, parts.end);
  auto const model = fit_seasonal(totals, season);
  auto const open = found.episodes.open();
  DetectorParts written{.settings = options.settings, .series = table.series, .past = &found.past, .open = open};
  written.settings.last_period = table.first_period + static_cast<std::int64_t>(table.periods.size()) - 1;
  written.totals = &model;
  out.artifact = Detector::write(written);
  return out;
}

}  // namespace lepton::learn
