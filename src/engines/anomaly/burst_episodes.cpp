#include "anomaly/burst_episodes.h"

namespace lepton::anomaly {

BurstEpisodes::BurstEpisodes(std::span<Episode const> open) {
  for (auto const& episode : open) open_.emplace(episode.series, episode);
}

std::vector<Episode> BurstEpisodes::next(std::int64_t period, std::span<Burst const> bursts) {
  std::map<std::size_t, Episode> going_on;
  std::vector<Episode> out;
  for (auto const& burst : bursts) {
    Episode episode{burst.series, period, period, period, burst};
    if (auto const found = open_.find(burst.series); found != open_.end()) {
      episode.begin = found->second.begin;
      if (found->second.at_peak.p_value <= burst.p_value) {
        episode.peak = found->second.peak;
        episode.at_peak = found->second.at_peak;
      }
      open_.erase(found);
    }
    going_on.insert_or_assign(burst.series, episode);
    out.push_back(episode);
  }
  for (auto const& [series, episode] : open_) closed_.push_back(episode);
  open_ = std::move(going_on);
  return out;
}

std::vector<Episode> BurstEpisodes::open() const {
  std::vector<Episode> out;
  for (auto const& [series, episode] : open_) out.push_back(episode);
  return out;
}

}  // namespace lepton::anomaly
