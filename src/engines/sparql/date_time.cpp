#include "sparql/date_time.h"

#include <fmt/format.h>

namespace lepton::sparql {

namespace {

/// Days since 1970-01-01 of the proleptic Gregorian calendar, by the shifted year that begins in March.
std::int64_t days_of(std::int64_t year, int month, int day) {
  year -= month <= 2 ? 1 : 0;
  std::int64_t const era = (year >= 0 ? year : year - 399) / 400;
  std::int64_t const year_of_era = year - era * 400;
  std::int64_t const day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

bool is_leap(std::int64_t year) {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int days_in(std::int64_t year, int month) {
  static constexpr int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && is_leap(year) ? 29 : lengths[month - 1];
}

/// Takes parts off the front of a lexical form.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  bool take(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  bool two(int& out) {
    if (rest_.size() < 2 || !digit(0) || !digit(1)) return false;
    out = (rest_[0] - '0') * 10 + (rest_[1] - '0');
    rest_.remove_prefix(2);
    return true;
  }
  bool year(std::int64_t& out) {
    bool const negative = take('-');
    std::size_t length = 0;
    while (length < rest_.size() && digit(length)) ++length;
    if (length < 4 || length > 9 || (length > 4 && rest_[0] == '0')) return false;
    out = 0;
    for (std::size_t i = 0; i < length; ++i) out = out * 10 + (rest_[i] - '0');
    if (negative) out = -out;
    rest_.remove_prefix(length);
    return true;
  }
  bool fraction(std::int32_t& nanoseconds) {
    nanoseconds = 0;
    if (!take('.')) return true;
    std::size_t length = 0;
    std::int32_t unit = 100'000'000;
    for (; length < rest_.size() && digit(length); ++length, unit /= 10) {
      if (unit == 0 && rest_[length] != '0') return false;
      nanoseconds += unit * (rest_[length] - '0');
    }
    rest_.remove_prefix(length);
    return length > 0;
  }
  bool zone(std::optional<std::int16_t>& out) {
    if (rest_.empty()) return true;
    if (take('Z')) {
      out = 0;
      return rest_.empty();
    }
    int const sign = rest_.starts_with('-') ? -1 : 1;
    int hours = 0;
    int minutes = 0;
    if (!take('-') && !take('+')) return false;
    if (!two(hours) || !take(':') || !two(minutes) || minutes > 59 || hours * 60 + minutes > 14 * 60) return false;
    out = static_cast<std::int16_t>(sign * (hours * 60 + minutes));
    return rest_.empty();
  }
  bool date(DateTime::Civil& out) {
    if (!year(out.year) || !take('-') || !two(out.month) || !take('-') || !two(out.day)) return false;
    return out.month >= 1 && out.month <= 12 && out.day >= 1 && out.day <= days_in(out.year, out.month);
  }
  bool time(DateTime::Civil& out, std::int32_t& nanoseconds) {
    if (!two(out.hour) || !take(':') || !two(out.minute) || !take(':') || !two(out.second)) return false;
    if (!fraction(nanoseconds)) return false;
    if (out.hour == 24) return out.minute == 0 && out.second == 0 && nanoseconds == 0;
    return out.hour <= 23 && out.minute <= 59 && out.second <= 59;
  }

 private:
  [[nodiscard]] bool digit(std::size_t i) const { return rest_[i] >= '0' && rest_[i] <= '9'; }
  std::string_view rest_;
};

}  // namespace

DateTime date_time_of(DateTime::Civil const& civil, std::int32_t nanoseconds) {
  DateTime out;
  out.local_seconds =
      days_of(civil.year, civil.month, civil.day) * 86400 + civil.hour * 3600 + civil.minute * 60 + civil.second;
  out.nanoseconds = nanoseconds;
  return out;
}

DateTime::Civil DateTime::civil() const {
  std::int64_t days = local_seconds / 86400;
  std::int64_t rest = local_seconds % 86400;
  if (rest < 0) {
    rest += 86400;
    --days;
  }
  std::int64_t const shifted = days + 719468;
  std::int64_t const era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
  std::int64_t const day_of_era = shifted - era * 146097;
  std::int64_t const year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  std::int64_t const day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  std::int64_t const month = (5 * day_of_year + 2) / 153;
  Civil out{};
  out.day = static_cast<int>(day_of_year - (153 * month + 2) / 5 + 1);
  out.month = static_cast<int>(month < 10 ? month + 3 : month - 9);
  out.year = year_of_era + era * 400 + (out.month <= 2 ? 1 : 0);
  out.hour = static_cast<int>(rest / 3600);
  out.minute = static_cast<int>(rest / 60 % 60);
  out.second = static_cast<int>(rest % 60);
  return out;
}

Decimal DateTime::seconds() const {
  Decimal const whole = Decimal::of(civil().second);
  Decimal fraction{nanoseconds, 9};
  while (fraction.scale > 0 && fraction.unscaled % 10 == 0) {
    fraction.unscaled /= 10;
    --fraction.scale;
  }
  return add(whole, fraction).value_or(whole);
}

std::string DateTime::zone_text() const {
  if (!offset_minutes) return "";
  if (*offset_minutes == 0) return "Z";
  int const minutes = *offset_minutes < 0 ? -*offset_minutes : *offset_minutes;
  return fmt::format("{}{:02}:{:02}", *offset_minutes < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

std::string DateTime::text() const {
  Civil const c = civil();
  std::string fraction;
  if (nanoseconds != 0) {
    fraction = fmt::format(".{:09}", nanoseconds);
    while (fraction.back() == '0') fraction.pop_back();
  }
  return fmt::format("{}{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{}{}", c.year < 0 ? "-" : "", c.year < 0 ? -c.year : c.year,
                     c.month, c.day, c.hour, c.minute, c.second, fraction, zone_text());
}

std::optional<DateTime> find_date_time(std::string_view text) {
  Reader reader(text);
  DateTime::Civil civil{};
  std::int32_t nanoseconds = 0;
  std::optional<std::int16_t> zone;
  if (!reader.date(civil) || !reader.take('T') || !reader.time(civil, nanoseconds) || !reader.zone(zone)) return {};
  DateTime out = date_time_of(civil, nanoseconds);
  out.offset_minutes = zone;
  return out;
}

std::optional<DateTime> find_date(std::string_view text) {
  Reader reader(text);
  DateTime::Civil civil{};
  std::optional<std::int16_t> zone;
  if (!reader.date(civil) || !reader.zone(zone)) return {};
  DateTime out = date_time_of(civil, 0);
  out.offset_minutes = zone;
  return out;
}

std::partial_ordering compare(DateTime const& a, DateTime const& b) {
  auto const utc = [](DateTime const& t) { return t.local_seconds - t.offset_minutes.value_or(0) * 60; };
  if (a.offset_minutes.has_value() != b.offset_minutes.has_value()) {
    std::int64_t const gap = utc(a) - utc(b);
    if (gap >= -14 * 3600 && gap <= 14 * 3600) return std::partial_ordering::unordered;
  }
  if (utc(a) != utc(b)) return utc(a) <=> utc(b);
  return a.nanoseconds <=> b.nanoseconds;
}

std::string duration_text(int minutes) {
  if (minutes == 0) return "PT0S";
  int const size = minutes < 0 ? -minutes : minutes;
  std::string out = minutes < 0 ? "-PT" : "PT";
  if (size >= 60) out += fmt::format("{}H", size / 60);
  if (size % 60 != 0) out += fmt::format("{}M", size % 60);
  return out;
}

}  // namespace lepton::sparql
