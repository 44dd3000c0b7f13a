#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace lepton::gateway {

/// The generic cell rate algorithm (ITU-T I.371, virtual scheduling): a steady rate with a burst, in one number of
/// state. For one thread at a time.
class Rate {
 public:
  using Time = std::chrono::steady_clock::time_point;

  Rate(double per_second, std::int64_t burst)
      : interval_(std::chrono::duration_cast<Time::duration>(std::chrono::duration<double>(1 / per_second))),
        tolerance_(interval_ * burst) {}

  /// Takes one, or says how long to wait for it.
  [[nodiscard]] std::optional<Time::duration> take(Time now) {
    auto const next = std::max(now, arrival_) + interval_;
    if (next - now > tolerance_) return next - now - tolerance_;
    arrival_ = next;
    return std::nullopt;
  }

 private:
  Time::duration interval_;
  Time::duration tolerance_;
  Time arrival_{};  ///< theoretical arrival time of the next one
};

}  // namespace lepton::gateway
