#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/json.h"
#include "running_server.h"

namespace lepton::scenarios {

/// One step of a scenario: a request and what must come back.
struct Step {
  int line = 0;
  std::string actor, method, target;
  std::map<std::string, std::string> headers;
  std::string body;
  int status = 0;
  std::string expected;  ///< JSON; "" for any body
  bool wait = false;     ///< repeat until the answer has done: true
};

/// Reads the format that README.md describes. Throws Error{invalid} with file and line.
[[nodiscard]] std::vector<Step> read_scenario(std::filesystem::path const& file);

/// Plays steps against a server. Variables: ${name} in target and body; "$name" as an expected value takes the value
/// when the variable is new, and compares otherwise.
class Player {
 public:
  Player(std::string url, std::map<std::string, std::string> tokens)
      : url_(std::move(url)), tokens_(std::move(tokens)) {}

  /// What is wrong with the answer, with the line; empty when all is as expected.
  [[nodiscard]] std::string play(Step const& step);

 private:
  [[nodiscard]] std::string filled(std::string text) const;
  [[nodiscard]] std::string differs(json::Value const& expected, json::Value const& found, std::string const& at);

  std::string url_;
  std::map<std::string, std::string> tokens_;
  std::map<std::string, json::Value> variables_;
};

}  // namespace lepton::scenarios
