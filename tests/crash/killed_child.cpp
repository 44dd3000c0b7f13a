#include "killed_child.h"

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <future>
#include <stdexcept>
#include <thread>

#include "base/file.h"

namespace lepton::crash {

std::string run_and_kill(std::chrono::milliseconds moment, std::function<void(int pipe)> const& work,
                         std::string const& word) {
  int ends[2];
  if (::pipe(ends) != 0) throw std::runtime_error("no pipe");
  FileDescriptor const read_end(ends[0]);
  FileDescriptor write_end(ends[1]);
  pid_t const child = ::fork();
  if (child < 0) throw std::runtime_error("no child");
  if (child == 0) {
    try {
      work(write_end.get());
    } catch (std::exception const& error) {
      acknowledge(write_end.get(), fmt::format("failed {}\n", error.what()));
    }
    ::_exit(3);
  }
  write_end.reset();
  std::promise<void> begun;
  std::thread killer([&, began = begun.get_future()] {
    began.wait();
    std::this_thread::sleep_for(moment);  // the moment is the test
    ::kill(child, SIGKILL);
  });
  std::string text;
  bool waits = true;
  auto const begin_when_said = [&](bool over) {
    if (!waits || (!over && text.find(word) == std::string::npos)) return;
    begun.set_value();
    waits = false;
  };
  begin_when_said(false);
  char buffer[4096];
  for (ssize_t got = 0; (got = ::read(read_end.get(), buffer, sizeof buffer)) > 0;) {
    text.append(buffer, static_cast<std::size_t>(got));
    begin_when_said(false);
  }
  begin_when_said(true);
  killer.join();
  ::waitpid(child, nullptr, 0);
  return text;
}

void acknowledge(int pipe, std::string const& line) {
  if (::write(pipe, line.data(), line.size()) != static_cast<ssize_t>(line.size())) ::_exit(3);
}

unsigned from_environment(char const* name, unsigned otherwise) {
  char const* value = std::getenv(name);
  return value == nullptr ? otherwise : static_cast<unsigned>(std::stoul(value));
}

}  // namespace lepton::crash
