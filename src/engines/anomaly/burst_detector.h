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

/// Finds bursts in counts of many series (stories with a word, say) out of a total that differs from period to period.
/// A series' count is taken for beta-binomial: binomial about the share of its past, which itself is known only as well
/// as the past tells and varies more than chance by as much as it did (the moment estimate of the intraclass
/// correlation from one-step-ahead residuals). So neither a busy day nor a restless series is a burst by itself. A
/// plain value; one thread.
class BurstDetector {
 public:
  /// Throws Error{invalid} for options out of range and for no series.
  BurstDetector(std::size_t series, BurstOptions const& options);

  /// Judges a period, then takes it into the past. Bursts by rising p-value. Periods without a total are passed over.
  /// Throws Error{invalid} that names the series when its count exceeds the total, or when there are not as many counts
  /// as series; the past is unchanged then.
  std::vector<Burst> next(std::uint64_t total, std::span<std::uint64_t const> counts);

 private:
  struct Past {
    double count = 0;
    double excess = 0, weight = 0;  // least squares of squared residuals above what chance explains, on total − 1
  };
  [[nodiscard]] Burst judge(std::size_t series, std::uint64_t total, std::uint64_t count) const;
  [[nodiscard]] double share(Past const& past) const;
  void take(std::uint64_t total, std::span<std::uint64_t const> counts);

  BurstOptions options_;
  std::vector<Past> past_;
  double total_ = 0;  // things counted, the old ones for less
  std::size_t periods_ = 0;
};

/// P(K ≥ count) for K of `total` by a beta-binomial distribution with a and b above 0.
[[nodiscard]] double beta_binomial_tail(std::uint64_t count, std::uint64_t total, double a, double b);

/// The places of `p_values` that Benjamini and Hochberg's procedure rejects at `level`, by rising p-value.
[[nodiscard]] std::vector<std::size_t> discoveries(std::span<double const> p_values, double level);

}  // namespace lepton::anomaly
