#pragma once

#include <chrono>
#include <functional>
#include <string>

namespace lepton::crash {

/// Runs `work` in a child process for that long and kills it with SIGKILL. What the child wrote to its pipe comes back:
/// so what it had acknowledged. The time begins at once, or with the first line that has `word`, so that something is
/// acknowledged however slow the machine. The caller has no other thread and nothing open that a fork would share.
[[nodiscard]] std::string run_and_kill(std::chrono::milliseconds moment, std::function<void(int pipe)> const& work,
                                       std::string const& word = "");

/// One line of the child; ends the child when nobody listens.
void acknowledge(int pipe, std::string const& line);

/// A number of the environment, as the tests take seeds and rounds.
[[nodiscard]] unsigned from_environment(char const* name, unsigned otherwise);

}  // namespace lepton::crash
