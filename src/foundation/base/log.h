#pragma once

#include <boost/json/value.hpp>
#include <boost/json/value_from.hpp>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace lepton {

enum class LogLevel { debug, info, warn, error };

/// One line of JSON per event on standard error, or a short line for people when that is a terminal. Any thread may
/// call; a line is written whole. Values never carry row content, secrets or what the reader of a log may not see.
///
///     log.info("server started", {{"port", port}});
class Log {
 public:
  struct Field {
    template <class T>
    Field(std::string_view field_name, T const& field_value)
        : name(field_name), value(boost::json::value_from(field_value)) {}
    std::string_view name;
    boost::json::value value;
  };
  using Fields = std::initializer_list<Field>;

  /// `fd` is not owned. `for_people` defaults to whether it is a terminal.
  explicit Log(LogLevel least = LogLevel::info, int fd = 2, std::optional<bool> for_people = std::nullopt);

  void debug(std::string_view event, Fields fields = {}) const { write(LogLevel::debug, event, fields); }
  void info(std::string_view event, Fields fields = {}) const { write(LogLevel::info, event, fields); }
  void warn(std::string_view event, Fields fields = {}) const { write(LogLevel::warn, event, fields); }
  void error(std::string_view event, Fields fields = {}) const { write(LogLevel::error, event, fields); }

 private:
  void write(LogLevel level, std::string_view event, Fields fields) const;

  LogLevel least_;
  int fd_;
  bool for_people_;
};

[[nodiscard]] std::string_view to_string(LogLevel level);
[[nodiscard]] std::optional<LogLevel> find_log_level(std::string_view name);

}  // namespace lepton
