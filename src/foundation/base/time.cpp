#include "base/time.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <ctime>

namespace lepton {
namespace {

// Reads exactly `digits` decimal digits at the front of `text` and drops them.
std::optional<int> take_number(std::string_view& text, std::size_t digits) {
  if (text.size() < digits) return std::nullopt;
  int value = 0;
  for (char c : text.substr(0, digits)) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  text.remove_prefix(digits);
  return value;
}

bool take(std::string_view& text, char expected) {
  if (text.empty() || text.front() != expected) return false;
  text.remove_prefix(1);
  return true;
}

std::optional<std::int64_t> take_date(std::string_view& text) {
  auto const year = take_number(text, 4);
  if (!year || !take(text, '-')) return std::nullopt;
  auto const month = take_number(text, 2);
  if (!month || !take(text, '-')) return std::nullopt;
  auto const day = take_number(text, 2);
  if (!day) return std::nullopt;
  std::chrono::year_month_day const date{std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date).time_since_epoch().count();
}

// "08:15:00.123" → microseconds of the day.
std::optional<std::int64_t> take_time_of_day(std::string_view& text) {
  auto const hour = take_number(text, 2);
  if (!hour || !take(text, ':')) return std::nullopt;
  auto const minute = take_number(text, 2);
  if (!minute || !take(text, ':')) return std::nullopt;
  auto const second = take_number(text, 2);
  if (!second || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
  std::int64_t micros = ((*hour * 60LL + *minute) * 60 + *second) * 1'000'000;
  if (take(text, '.')) {
    std::int64_t scale = 100'000;
    bool any = false;
    while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
      micros += (text.front() - '0') * scale;
      scale /= 10;
      any = true;
      text.remove_prefix(1);
    }
    if (!any) return std::nullopt;
  }
  return micros;
}

std::optional<std::int64_t> take_offset_micros(std::string_view& text) {
  if (take(text, 'Z') || take(text, 'z')) return 0;
  int const sign = take(text, '-') ? -1 : take(text, '+') ? 1 : 0;
  if (sign == 0) return std::nullopt;
  auto const hours = take_number(text, 2);
  if (!hours || !take(text, ':')) return std::nullopt;
  auto const minutes = take_number(text, 2);
  if (!minutes) return std::nullopt;
  return sign * (*hours * 60LL + *minutes) * 60'000'000;
}

struct Unit {
  std::string_view name;
  std::int64_t micros;
};
constexpr std::array<Unit, 7> kUnits{{{"w", 604'800'000'000},
                                      {"d", 86'400'000'000},
                                      {"h", 3'600'000'000},
                                      {"m", 60'000'000},
                                      {"s", 1'000'000},
                                      {"ms", 1'000},
                                      {"us", 1}}};

std::optional<std::int64_t> find_unit(std::string_view name) {
  for (auto const& unit : kUnits)
    if (unit.name == name) return unit.micros;
  return std::nullopt;
}

}  // namespace

std::string to_string(Timestamp t) {
  std::int64_t seconds = t.micros / 1'000'000;
  std::int64_t fraction = t.micros % 1'000'000;
  if (fraction < 0) {
    fraction += 1'000'000;
    --seconds;
  }
  std::time_t const time = seconds;
  std::tm parts{};
  gmtime_r(&time, &parts);
  std::string text = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", parts.tm_year + 1900, parts.tm_mon + 1,
                                 parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec);
  if (fraction != 0) {
    std::string digits = fmt::format("{:06}", fraction);
    digits.erase(digits.find_last_not_of('0') + 1);
    text += "." + digits;
  }
  return text + "Z";
}

std::optional<Timestamp> find_timestamp(std::string_view text) {
  auto const days = take_date(text);
  if (!days) return std::nullopt;
  std::int64_t const midnight = *days * 86'400'000'000;
  if (text.empty()) return Timestamp{midnight};
  if (!take(text, 'T') && !take(text, 't') && !take(text, ' ')) return std::nullopt;
  auto const time_of_day = take_time_of_day(text);
  if (!time_of_day) return std::nullopt;
  auto const offset = take_offset_micros(text);
  if (!offset || !text.empty()) return std::nullopt;
  return Timestamp{midnight + *time_of_day - *offset};
}

std::optional<Duration> find_duration(std::string_view text) {
  if (text.empty()) return std::nullopt;
  std::int64_t total = 0;
  while (!text.empty()) {
    std::int64_t count = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (error != std::errc() || count < 0) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    std::size_t const unit_size = std::min(text.find_first_of("0123456789"), text.size());
    auto const unit = find_unit(text.substr(0, unit_size));
    std::int64_t part = 0;
    if (!unit || __builtin_mul_overflow(count, *unit, &part) || __builtin_add_overflow(total, part, &total))
      return std::nullopt;
    text.remove_prefix(unit_size);
  }
  return Duration(total);
}

std::string to_string(Duration d) {
  std::int64_t rest = d.count();
  if (rest == 0) return "0s";
  std::string text = rest < 0 ? "-" : "";
  rest = rest < 0 ? -rest : rest;
  for (auto const& unit : kUnits) {
    if (unit.name == "w" || rest < unit.micros) continue;
    text += fmt::format("{}{}", rest / unit.micros, unit.name);
    rest %= unit.micros;
  }
  return text;
}

Timestamp SystemClock::wall() const {
  std::int64_t const now =
      std::chrono::duration_cast<Duration>(std::chrono::system_clock::now().time_since_epoch()).count();
  std::int64_t latest = latest_.load(std::memory_order_relaxed);
  while (now > latest)
    if (latest_.compare_exchange_weak(latest, now, std::memory_order_relaxed)) return {now};
  return {latest};
}

}  // namespace lepton
