#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "anomaly/burst_detector.h"

namespace lepton::anomaly {

/// A surge of one series, over as many periods in a row as it burst in.
struct Episode {
  std::size_t series = 0;
  std::int64_t begin = 0, end = 0;  ///< first and last period
  std::int64_t peak = 0;            ///< the period whose count was least likely
  Burst at_peak;
};

/// Joins the bursts of periods to episodes. A plain value; one thread.
class BurstEpisodes {
 public:
  BurstEpisodes() = default;
  /// Goes on with episodes that were open.
  explicit BurstEpisodes(std::span<Episode const> open);

  /// The bursts of the next period, whose number is above that of the one before; periods that nobody counted may lie
  /// between, and break nothing. Each burst belongs to the answered episode at its place.
  std::vector<Episode> next(std::int64_t period, std::span<Burst const> bursts);
  /// Those of the latest period, which may go on; by series.
  [[nodiscard]] std::vector<Episode> open() const;
  /// Those that ended, in their order.
  [[nodiscard]] std::vector<Episode> const& closed() const { return closed_; }

 private:
  std::map<std::size_t, Episode> open_;
  std::vector<Episode> closed_;
};

}  // namespace lepton::anomaly
