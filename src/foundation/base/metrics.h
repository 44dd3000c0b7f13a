#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/guarded.h"

namespace lepton {

/// Goes up only. Any thread may call.
class Counter {
 public:
  void add(std::uint64_t n = 1) { value_.fetch_add(n, std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

/// Goes up and down. Any thread may call.
class Gauge {
 public:
  void set(std::int64_t value) { value_.store(value, std::memory_order_relaxed); }
  void add(std::int64_t n) { value_.fetch_add(n, std::memory_order_relaxed); }
  [[nodiscard]] std::int64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::int64_t> value_{0};
};

/// Counts observations in fixed buckets with upper bounds. Any thread may call.
class Histogram {
 public:
  explicit Histogram(std::vector<double> bounds);
  void observe(double value);
  [[nodiscard]] std::vector<double> const& bounds() const { return bounds_; }
  /// Not cumulative; one more than bounds() for what is above the last.
  [[nodiscard]] std::vector<std::uint64_t> counts() const;
  [[nodiscard]] double sum() const { return sum_.load(std::memory_order_relaxed); }

 private:
  std::vector<double> bounds_;
  std::unique_ptr<std::atomic<std::uint64_t>[]> counts_;
  std::atomic<double> sum_{0};
};

/// The numbers one server publishes, rendered in Prometheus' text format 0.0.4. Any thread may call; a returned
/// reference lives as long as the registry: keep it, do not look it up per request. Label values never name what only
/// some may see.
class Metrics {
 public:
  using Labels = std::map<std::string, std::string>;

  /// Names as Prometheus has them: "lepton_http_requests_total"; one help text per name. The same name and labels give
  /// the same object; a name used for two kinds is a broken promise.
  Counter& counter(std::string const& name, std::string const& help, Labels const& labels = {});
  Gauge& gauge(std::string const& name, std::string const& help, Labels const& labels = {});
  Histogram& histogram(std::string const& name, std::string const& help, std::vector<double> bounds,
                       Labels const& labels = {});

  [[nodiscard]] std::string render() const;

 private:
  struct Family {
    std::string help;
    std::map<Labels, std::unique_ptr<Counter>> counters;
    std::map<Labels, std::unique_ptr<Gauge>> gauges;
    std::map<Labels, std::unique_ptr<Histogram>> histograms;
  };
  Guarded<std::map<std::string, Family>> families_;
};

/// Seconds from 100 µs to 60 s, for latencies.
[[nodiscard]] std::vector<double> latency_bounds();

}  // namespace lepton
