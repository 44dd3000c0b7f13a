#pragma once

#include <atomic>
#include <chrono>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lepton {

using Duration = std::chrono::microseconds;

/// A moment in UTC, in whole microseconds since 1970: what is stored, sorted and sent.
struct Timestamp {
  std::int64_t micros = 0;

  [[nodiscard]] static Timestamp max() { return {INT64_MAX}; }
  friend auto operator<=>(Timestamp, Timestamp) = default;
  friend Timestamp operator+(Timestamp t, Duration d) { return {t.micros + d.count()}; }
  friend Timestamp operator-(Timestamp t, Duration d) { return {t.micros - d.count()}; }
  friend Duration operator-(Timestamp a, Timestamp b) { return Duration(a.micros - b.micros); }
};

/// RFC 3339 in UTC, "2026-11-23T08:15:00.123456Z"; trailing zeros of the fraction are dropped, the fraction too when
/// zero.
[[nodiscard]] std::string to_string(Timestamp t);
/// Reads RFC 3339 with any offset, or a bare date (midnight UTC).
[[nodiscard]] std::optional<Timestamp> find_timestamp(std::string_view text);

/// "90d", "36h", "15m", "30s", "250ms" and sums such as "1h30m". Days are 24 hours.
[[nodiscard]] std::optional<Duration> find_duration(std::string_view text);
/// The shortest spelling find_duration() reads back.
[[nodiscard]] std::string to_string(Duration d);

/// Where the time comes from: wall() for what is stored, steady() for deadlines, which a clock set back does not move.
/// Any thread may call.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual Timestamp wall() const = 0;
  [[nodiscard]] virtual std::chrono::steady_clock::time_point steady() const = 0;
};

/// The machine's clock. wall() never goes backwards within a process: when the machine's clock is set back, it holds
/// still until the machine has caught up, so that what was written later is never stamped earlier and nothing expired
/// revives.
class SystemClock : public Clock {
 public:
  [[nodiscard]] Timestamp wall() const override;
  [[nodiscard]] std::chrono::steady_clock::time_point steady() const override {
    return std::chrono::steady_clock::now();
  }

 private:
  mutable std::atomic<std::int64_t> latest_{0};
};

/// A clock that a test moves by hand.
class ManualClock : public Clock {
 public:
  explicit ManualClock(Timestamp now = {1'700'000'000'000'000}) : wall_(now.micros) {}
  [[nodiscard]] Timestamp wall() const override { return {wall_.load()}; }
  [[nodiscard]] std::chrono::steady_clock::time_point steady() const override {
    return std::chrono::steady_clock::time_point(Duration(steady_.load()));
  }
  void advance(Duration d) {
    wall_ += d.count();
    steady_ += d.count();
  }
  /// Moves the wall clock alone, as an administrator or NTP would.
  void set_wall(Timestamp t) { wall_ = t.micros; }

 private:
  std::atomic<std::int64_t> wall_;
  std::atomic<std::int64_t> steady_{0};
};

}  // namespace lepton
