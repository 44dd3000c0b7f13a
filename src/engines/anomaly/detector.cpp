#include "anomaly/detector.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/check.h"
#include "base/error.h"

namespace lepton::anomaly {
namespace {

constexpr std::string_view total_name = "total";
constexpr std::int64_t most_ahead = 10'000, longest_season = 10'000, greatest_period = 1'000'000'000;

/// An open episode as it stands in the file.
struct StoredEpisode {
  std::uint64_t series;
  std::int64_t begin, end, peak;
  std::uint64_t count;
  double expected, p_value;
};

StoredEpisode stored(Episode const& episode) {
  return {episode.series,           episode.begin,          episode.end, episode.peak, episode.at_peak.count,
          episode.at_peak.expected, episode.at_peak.p_value};
}

std::vector<double> numbers_of(runtime::ModelFile const& file, std::string const& section) {
  auto const values = file.array<double>(section);
  return {values.begin(), values.end()};
}

}  // namespace

std::string Detector::write(DetectorParts const& parts) {
  check(parts.past != nullptr && parts.past->counts.size() == parts.series.size(),
        "every series has a name and a past");
  runtime::ModelFileWriter writer{std::string(kind), version};
  writer.add("settings", json::write(to_json(parts.settings)));
  embed::write_names(writer, "series", parts.series);
  writer.add("past", std::vector<double>{parts.past->total, static_cast<double>(parts.past->periods)});
  writer.add("counts", parts.past->counts);
  writer.add("excess", parts.past->excess);
  writer.add("weight", parts.past->weight);
  std::vector<StoredEpisode> open;
  for (auto const& episode : parts.open) open.push_back(stored(episode));
  writer.add("open", open);
  std::vector<double> totals;
  if (auto const* const model = parts.totals) {
    totals = {model->level_weight, model->trend_weight, model->season_weight,
              model->level,        model->trend,        model->deviation};
    totals.insert(totals.end(), model->season.begin(), model->season.end());
  }
  writer.add("totals", totals);
  return writer.finish();
}

Detector Detector::parse(std::string_view artifact) {
  return Detector(runtime::ModelFile::parse(artifact, kind, version));
}

Detector::Detector(runtime::ModelFile file)
    : file_(std::move(file)),
      settings_(from_json<DetectorSettings>(json::parse(file_.section("settings")))),
      series_(file_, "series") {
  auto const past = file_.array<double>("past");
  bool const timed = std::abs(settings_.last_period) <= greatest_period && settings_.horizon >= 1 &&
                     settings_.horizon <= most_ahead && settings_.beyond > 0 && settings_.beyond < 0.5;
  if (past.size() != 2 || !(past[1] >= 0 && past[1] < 1e15) || !timed)
    throw invalid("the model file is damaged: it does not say what it was taught");
  BurstPast of_series{past[0], static_cast<std::uint64_t>(past[1]), numbers_of(file_, "counts"),
                      numbers_of(file_, "excess"), numbers_of(file_, "weight")};
  if (of_series.counts.size() != series_.size())
    throw invalid("the model file is damaged: its series do not have one past each");
  if (series_.size() > 0)
    bursts_.emplace(std::move(of_series), BurstOptions{settings_.false_discoveries, settings_.memory});
  read_episodes();
  read_totals();
}

void Detector::read_episodes() {
  for (auto const& one : file_.array<StoredEpisode>("open")) {
    bool const placed = one.series < series_.size() && one.begin <= one.peak && one.peak <= one.end &&
                        one.end <= settings_.last_period && one.begin >= -greatest_period;
    if (!placed || !(one.p_value >= 0 && one.p_value <= 1))
      throw invalid("the model file is damaged: a surge has no place in time");
    open_.push_back({one.series, one.begin, one.end, one.peak, {one.series, one.count, one.expected, one.p_value}});
  }
}

void Detector::read_totals() {
  auto const values = file_.array<double>("totals");
  if (values.empty()) return;
  bool const finite = std::all_of(values.begin(), values.end(), [](double value) { return std::abs(value) < 1e15; });
  if (values.size() < 7 || values.size() > 6 + longest_season || !finite)
    throw invalid("the model file is damaged: its forecast is none");
  totals_ = SeasonalModel{values[0], values[1], values[2], values[3], values[4], {values.begin() + 6, values.end()},
                          values[5]};
}

std::int64_t Detector::period(std::string_view text) const {
  if (text.empty()) return settings_.last_period + 1;
  auto const moment = find_timestamp(text);
  if (!moment)
    throw invalid(fmt::format("'{}' is no period: expected a date, such as {}", text,
                              name_of_period(settings_.unit, settings_.last_period + 1)));
  auto const period = period_of(settings_.unit, *moment);
  if (period <= settings_.last_period)
    throw invalid(fmt::format("the detector has taken in periods up to {}: {} cannot be judged any more",
                              name_of_period(settings_.unit, settings_.last_period), text));
  if (period - settings_.last_period > most_ahead)
    throw invalid(fmt::format("{} is too far from {}, the last period that was learnt from: train again", text,
                              name_of_period(settings_.unit, settings_.last_period)));
  return period;
}

std::optional<Alert> Detector::judge_total(std::int64_t period, std::uint64_t total) const {
  if (!totals_) return std::nullopt;
  auto const ahead = static_cast<std::size_t>(period - settings_.last_period);
  auto const last = forecast(*totals_, ahead, settings_.beyond).back();
  double const deviation = (last.high - last.mean) / normal_quantile(settings_.beyond);
  auto const count = static_cast<double>(total);
  if (count >= last.low && count <= last.high) return std::nullopt;
  double const chance = deviation > 0 ? std::erfc(std::abs(count - last.mean) / deviation / std::sqrt(2.0)) / 2 : 0;
  auto const name = name_of_period(settings_.unit, period);
  return Alert{std::string(total_name), total, last.mean, chance, name, name};
}

std::vector<Alert> Detector::judge(std::int64_t period, Observation const& observed) const {
  std::vector<std::uint64_t> counts(series_.size());
  for (auto const& [name, count] : observed.counts) {
    if (count > observed.total)
      throw invalid(fmt::format("'{}' counts {}, expected at most the total of {}", name, count, observed.total));
    if (auto const series = series_.find(name)) counts[*series] = count;
  }
  auto const bursts = bursts_ ? bursts_->judge(observed.total, counts) : std::vector<Burst>();
  // A surge goes on when nothing lies between the last period and this one.
  BurstEpisodes episodes(period == settings_.last_period + 1 ? std::span<Episode const>(open_)
                                                             : std::span<Episode const>());
  auto const surges = episodes.next(period, bursts);
  std::vector<Alert> alerts;
  if (auto alert = judge_total(period, observed.total)) alerts.push_back(std::move(*alert));
  for (std::size_t i = 0; i < bursts.size(); ++i)
    alerts.push_back({std::string(series_[static_cast<std::uint32_t>(bursts[i].series)]), bursts[i].count,
                      bursts[i].expected, bursts[i].p_value, name_of_period(settings_.unit, surges[i].begin),
                      name_of_period(settings_.unit, surges[i].peak)});
  std::stable_sort(alerts.begin(), alerts.end(), [](auto const& a, auto const& b) { return a.p_value < b.p_value; });
  return alerts;
}

std::vector<Threshold> Detector::thresholds(std::int64_t period) const {
  std::vector<Threshold> out;
  if (!totals_) return out;
  auto const before = static_cast<std::size_t>(period - settings_.last_period - 1);
  auto const steps = forecast(*totals_, before + static_cast<std::size_t>(settings_.horizon), settings_.beyond);
  for (auto i = before; i < steps.size(); ++i)
    out.push_back({name_of_period(settings_.unit, period + static_cast<std::int64_t>(i - before)), steps[i].mean,
                   std::max(0.0, steps[i].low), std::max(0.0, steps[i].high)});
  return out;
}

}  // namespace lepton::anomaly
