#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace lepton::anomaly {

struct BurstOptions {
  double false_discoveries = 0.001;  ///< share of the bursts of a period that may be none (Benjamini and Hochberg 1995)
  double memory = 0.98;              ///< what a period's counts are worth one period later, 0 to 1
  std::size_t least_periods = 5;     ///< before anything is judged
};

/// A series that counted more than its past explains.
struct Burst {
  std::size_t series = 0;
  std::uint64_t count = 0;
  double expected = 0;
  double p_value = 1;  ///< that as much or more comes by chance
};

/// What a detector knows of the past: all that decides its next judgement. A plain value.
struct BurstPast {
  double total = 0;                    ///< things counted, the old ones for less
  std::uint64_t periods = 0;           ///< that were taken in
  std::vector<double> counts;          ///< of each series, weighed as the total
  std::vector<double> excess, weight;  ///< least squares of squared residuals above what chance explains, on total − 1
};

/// Finds bursts in counts of many series (stories with a word, say) out of a total that differs from period to period.
/// A series' count is taken for beta-binomial: binomial about the share of its past, which itself is known only as well
/// as the past tells and varies more than chance by as much as it did (the moment estimate of the intraclass
/// correlation from one-step-ahead residuals). So neither a busy day nor a restless series is a burst by itself. A
/// plain value; one thread.
class BurstDetector {
 public:
  /// Throws Error{invalid} for options out of range and for no series.
  BurstDetector(std::size_t series, BurstOptions const& options);
  /// Goes on from there. Throws Error{invalid} also for a past that is none: other than one number a series, numbers
  /// below 0, more in a series than in all.
  BurstDetector(BurstPast past, BurstOptions const& options);

  [[nodiscard]] BurstPast const& past() const { return past_; }

  /// The bursts of a period, by rising p-value. Periods without a total have none. Throws Error{invalid} that names the
  /// series when its count exceeds the total, or when there are not as many counts as series.
  [[nodiscard]] std::vector<Burst> judge(std::uint64_t total, std::span<std::uint64_t const> counts) const;
  /// Judges a period, then takes it into the past, unless it has no total. Throws as judge() does; the past is
  /// unchanged then.
  std::vector<Burst> next(std::uint64_t total, std::span<std::uint64_t const> counts);

 private:
  [[nodiscard]] Burst judge(std::size_t series, std::uint64_t total, std::uint64_t count) const;
  [[nodiscard]] double share(std::size_t series) const;
  void take(std::uint64_t total, std::span<std::uint64_t const> counts);

  BurstOptions options_;
  BurstPast past_;
};

/// P(K ≥ count) for K of `total` by a beta-binomial distribution with a and b above 0.
[[nodiscard]] double beta_binomial_tail(std::uint64_t count, std::uint64_t total, double a, double b);

/// The places of `p_values` that Benjamini and Hochberg's procedure rejects at `level`, by rising p-value.
[[nodiscard]] std::vector<std::size_t> discoveries(std::span<double const> p_values, double level);

}  // namespace lepton::anomaly
