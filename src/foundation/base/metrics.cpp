#include "base/metrics.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"

namespace lepton {
namespace {

std::string escape_label(std::string const& value) {
  std::string escaped;
  for (char c : value) {
    if (c == '\\' || c == '"') escaped += '\\';
    if (c == '\n')
      escaped += "\\n";
    else
      escaped += c;
  }
  return escaped;
}

std::string render_labels(Metrics::Labels const& labels, std::string const& more = "") {
  std::string text;
  for (auto const& [name, value] : labels)
    text += fmt::format("{}{}=\"{}\"", text.empty() ? "" : ",", name, escape_label(value));
  if (!more.empty()) text += (text.empty() ? "" : ",") + more;
  return text.empty() ? "" : "{" + text + "}";
}

void render_histogram(std::string& text, std::string const& name, Metrics::Labels const& labels, Histogram const& h) {
  auto const counts = h.counts();
  std::uint64_t total = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    total += counts[i];
    std::string const bound = i < h.bounds().size() ? fmt::format("{}", h.bounds()[i]) : "+Inf";
    text += fmt::format("{}_bucket{} {}\n", name, render_labels(labels, fmt::format("le=\"{}\"", bound)), total);
  }
  text += fmt::format("{}_sum{} {}\n{}_count{} {}\n", name, render_labels(labels), h.sum(), name, render_labels(labels),
                      total);
}

}  // namespace

Histogram::Histogram(std::vector<double> bounds)
    : bounds_(std::move(bounds)), counts_(std::make_unique<std::atomic<std::uint64_t>[]>(bounds_.size() + 1)) {
  check(std::is_sorted(bounds_.begin(), bounds_.end()), "histogram bounds ascend");
}

void Histogram::observe(double value) {
  auto const at = std::lower_bound(bounds_.begin(), bounds_.end(), value) - bounds_.begin();
  counts_[static_cast<std::size_t>(at)].fetch_add(1, std::memory_order_relaxed);
  sum_.fetch_add(value, std::memory_order_relaxed);
}

std::vector<std::uint64_t> Histogram::counts() const {
  std::vector<std::uint64_t> counts(bounds_.size() + 1);
  for (std::size_t i = 0; i < counts.size(); ++i) counts[i] = counts_[i].load(std::memory_order_relaxed);
  return counts;
}

Counter& Metrics::counter(std::string const& name, std::string const& help, Labels const& labels) {
  auto families = families_.lock();
  Family& family = (*families)[name];
  check(family.gauges.empty() && family.histograms.empty(), "a metric's name has one kind");
  family.help = help;
  auto& slot = family.counters[labels];
  if (!slot) slot = std::make_unique<Counter>();
  return *slot;
}

Gauge& Metrics::gauge(std::string const& name, std::string const& help, Labels const& labels) {
  auto families = families_.lock();
  Family& family = (*families)[name];
  check(family.counters.empty() && family.histograms.empty(), "a metric's name has one kind");
  family.help = help;
  auto& slot = family.gauges[labels];
  if (!slot) slot = std::make_unique<Gauge>();
  return *slot;
}

Histogram& Metrics::histogram(std::string const& name, std::string const& help, std::vector<double> bounds,
                              Labels const& labels) {
  auto families = families_.lock();
  Family& family = (*families)[name];
  check(family.counters.empty() && family.gauges.empty(), "a metric's name has one kind");
  family.help = help;
  auto& slot = family.histograms[labels];
  if (!slot) slot = std::make_unique<Histogram>(std::move(bounds));
  return *slot;
}

std::string Metrics::render() const {
  std::string text;
  auto const families = families_.read();
  for (auto const& [name, family] : *families) {
    std::string_view const kind = !family.counters.empty() ? "counter" : !family.gauges.empty() ? "gauge" : "histogram";
    text += fmt::format("# HELP {} {}\n# TYPE {} {}\n", name, family.help, name, kind);
    for (auto const& [labels, counter] : family.counters)
      text += fmt::format("{}{} {}\n", name, render_labels(labels), counter->value());
    for (auto const& [labels, gauge] : family.gauges)
      text += fmt::format("{}{} {}\n", name, render_labels(labels), gauge->value());
    for (auto const& [labels, histogram] : family.histograms) render_histogram(text, name, labels, *histogram);
  }
  return text;
}

std::vector<double> latency_bounds() {
  return {0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60};
}

}  // namespace lepton
