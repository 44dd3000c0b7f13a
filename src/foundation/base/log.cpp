#include "base/log.h"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <boost/json.hpp>

#include "base/time.h"

namespace lepton {
namespace {

constexpr std::array<std::string_view, 4> kLevels{"debug", "info", "warn", "error"};

Timestamp now() {
  auto const since_epoch = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<Duration>(since_epoch).count()};
}

}  // namespace

std::string_view to_string(LogLevel level) {
  return kLevels.at(static_cast<std::size_t>(level));
}

std::optional<LogLevel> find_log_level(std::string_view name) {
  for (std::size_t i = 0; i < kLevels.size(); ++i)
    if (kLevels[i] == name) return static_cast<LogLevel>(i);
  return std::nullopt;
}

Log::Log(LogLevel least, int fd, std::optional<bool> for_people)
    : least_(least), fd_(fd), for_people_(for_people.value_or(::isatty(fd) == 1)) {}

void Log::write(LogLevel level, std::string_view event, Fields fields) const {
  if (level < least_) return;
  std::string line;
  if (for_people_) {
    line = fmt::format("{} {:5} {}", to_string(now()).substr(11, 8), to_string(level), event);
    for (auto const& [name, value] : fields) line += fmt::format(" {}={}", name, boost::json::serialize(value));
  } else {
    boost::json::object object{{"time", to_string(now())}, {"level", to_string(level)}, {"event", event}};
    for (auto const& [name, value] : fields) object[name] = value;
    line = boost::json::serialize(object);
  }
  line += '\n';
  // A log that cannot be written has nowhere to say so.
  [[maybe_unused]] ssize_t const ignored = ::write(fd_, line.data(), line.size());
}

}  // namespace lepton
