#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/json.h"
#include "table/session.h"

namespace lepton::table {

/// The worker's way to answer. One thread.
class Channel {
 public:
  explicit Channel(int fd) : fd_(fd) {}
  void message(json::Object const& object) const;
  void data(std::string_view bytes) const;

 private:
  int fd_;
};

// The pieces of work. Each reads what it needs from `task`, answers through `channel` and returns what the closing
// message says.
[[nodiscard]] json::Object run_query(Session& session, Channel const& channel, json::Object const& task);
[[nodiscard]] json::Object run_report(Session& session, Channel const& channel, json::Object const& task);
[[nodiscard]] json::Object run_import(Session& session, Channel const& channel, json::Object const& task);

// Members of a task, which the server wrote: absence is a broken promise.
[[nodiscard]] std::string text_of(json::Object const& task, std::string_view name);
[[nodiscard]] std::int64_t number_of(json::Object const& task, std::string_view name);

}  // namespace lepton::table
